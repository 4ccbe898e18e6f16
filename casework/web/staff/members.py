"""Adding another worker of the same complaint: a case of their own, with a code of their own."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import tracking_code
from casework.domain.facts import Actor
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.models import Case
from casework.services import casefile, directory, foresight, groups, intake, names
from casework.services.casefile import NotAllowed
from casework.web import clock
from casework.web.access import requires_case
from casework.web.staff import intake_data, intake_form, member_form
from casework.web.staff.blueprint import WRONG, labels, staff
from casework.web.staff.member_form import MemberForm


@staff.route("/cases/<reference>/members/add", methods=["GET", "POST"])
@requires_case(Action.ADD_MEMBER)
def add_member(actor: Actor, case: Case) -> ResponseReturnValue:
    """Ask what is this worker's own, and file it; what the group shares is not typed again."""
    session = db.session()
    form = member_form.make(session, case)
    answers = intake_data.answers(request.form, directory.offices(session))
    if form.validate_on_submit():
        return _save(actor, case.id, form, answers)
    data = groups.complaint(session, case, member_form.member(form, answers))
    offices = [office.id for office in foresight.look(session, data, clock.now()).fitting]
    known = names.of(session, offices)
    page = render_template(
        "staff/member.html",
        form=form,
        case_reference=case.reference,
        data=data,
        labels=labels(case.taxonomy_version),
        asked=[
            (f"{intake_data.CONSENT}{office}", known.office(office), answers.get(office, ""))
            for office in offices
        ],
        said=intake_form.SAID,
    )
    return page, WRONG if form.errors else 200


def _save(
    actor: Actor, case_id: int, form: MemberForm, answers: dict[str, str]
) -> ResponseReturnValue:
    member = member_form.member(form, answers)
    key = f"member {actor.staff_id} {form.key.data}"[:64]
    fresh = intake.secret()
    try:
        with transaction() as session:
            case = casefile.lock(session, case_id)
            filed = groups.add_member(
                *(session, actor, clock.now(), case),
                member=member,
                submission_key=key,
                given=fresh,
            )
            first, reference, code = case.reference, filed.case.reference, filed.code
    except NotAllowed:
        abort(404)
    if code is None:
        flash(gettext("This case was saved before. Its code was shown once and is not kept."))
        return redirect(url_for("staff.case", reference=reference))
    return render_template(
        "staff/member_receipt.html",
        reference=reference,
        first=first,
        code=tracking_code.grouped(code),
        language=member.language,
        another="another" in request.form,
    )
