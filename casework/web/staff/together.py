"""Two cases of one person that become one: both are looked at side by side first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.consent import Item
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import casefile, companions, merging, sight
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.merging import NotMergeable, Why
from casework.web import clock
from casework.web.access import requires_case
from casework.web.fields import Form, HiddenField, RadioField, chosen
from casework.web.staff import words
from casework.web.staff.blueprint import WRONG, labels, staff, zone_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.sight import Sight

_CONFLICT: Final = 409
_SHOWN: Final = (
    Item.IDENTITY,
    Item.CONTACT,
    Item.CORRIDOR,
    Item.CATEGORIES,
    Item.PARTIES,
    Item.AMOUNTS,
    Item.STORY,
)
WHY_NOT: Final = {
    Why.UNKNOWN: N_("Your desk has no open case with this number."),
    Why.SAME_CASE: N_("This is the number of this same case."),
    Why.GROUP: N_("They are two workers of one group. Each keeps a case of their own."),
    Why.UNCHECKED: N_("Check first what both cases are about."),
    Why.HIGHER: N_("This case has climbed higher. Let the other one go on in this one."),
    Why.HOLDS_OTHERS: N_("Another case goes on in this one already. Merge the other way round."),
    Why.TELEPHONE: N_("The two cases do not have the same telephone number."),
}


class MergeForm(Form):
    """Into which case, and how the desk knows that it is the same person."""

    version = HiddenField()
    into = HiddenField()
    how = RadioField(
        _l("How do you know that it is the same person and the same matter?"),
        chosen(_l("Choose how you know it.")),
    )


@staff.route("/cases/<reference>/merge", methods=["GET", "POST"])
@requires_case(Action.MERGE)
def merge(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show both cases side by side; let this one go on in the other when it is confirmed."""
    form = MergeForm()
    form.how.choices = words.choices(merging.HOW)
    if form.validate_on_submit():
        return _save(actor, case.id, form)
    typed = form.into.data or request.args.get("with", "")
    return _page(actor, case, form, typed), WRONG if form.errors else 200


def _save(actor: Actor, case_id: int, form: MergeForm) -> ResponseReturnValue:
    try:
        with transaction() as session:
            into = _found(session, actor, form.into.data or "")
            first, second = sorted((case_id, into.id))
            locked = {each: casefile.lock(session, each) for each in (first, second)}
            _merge(session, locked[case_id], locked[into.id], actor, form)
            reference = locked[into.id].reference
    except NotAllowed:
        abort(404)
    except (NotMergeable, StaleCase):
        case = db.session().get_one(Case, case_id)
        form.version.data = None
        return _page(actor, case, form, form.into.data or ""), _CONFLICT
    flash(gettext("The case goes on in this one."))
    return redirect(url_for("staff.case", reference=reference))


def _found(session: Session, actor: Actor, typed: str) -> Case:
    into = merging.find(session, actor, typed)
    if into is None:
        raise NotMergeable(Why.UNKNOWN)
    return into


def _merge(session: Session, case: Case, into: Case, actor: Actor, form: MergeForm) -> None:
    typed = form.version.data or ""
    version = int(typed[:9]) if typed.isascii() and typed.isdigit() else 0
    merging.merge(session, case, actor, clock.now(), into=into, how=form.how.data, version=version)


def _page(actor: Actor, case: Case, form: MergeForm, typed: str) -> str:
    session, now = db.session(), clock.now()
    into = merging.find(session, actor, typed) if typed else None
    why = Why.UNKNOWN if typed else None
    if into is not None:
        why = merging.obstacle(session, case, into, actor, now)
    both = [_shown(session, each) for each in (case, into)] if into and why is None else []
    form.version.data = form.version.data or str(case.version)
    if not both or not merging.same_telephone(session, case, both[1][0]):
        form.how.choices = words.choices(
            {code: said for code, said in merging.HOW.items() if code != "telephone"}
        )
    return render_template(
        "staff/merge.html",
        form=form,
        case=case,
        typed=typed,
        into=into if why is None else None,
        why=gettext(WHY_NOT[why]) if why else "",
        likely=merging.likely(session, case, actor),
        both=both,
        shown=_SHOWN,
        whole=True,
        labels=labels(case.taxonomy_version),
        zone=zone_of(actor),
        actor=actor,
    )


def _shown(session: Session, case: Case) -> tuple[Case, Sight]:
    return case, sight.sight(session, case, frozenset(_SHOWN))


def beside(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    """Return the cases of the same group and person, for the page of a case at its desk."""
    found = companions.of(session, case, actor)
    return {
        "fellows": found.fellows,
        "merged_here": found.merged_here,
        "goes_on_in": found.goes_on_in,
    }
