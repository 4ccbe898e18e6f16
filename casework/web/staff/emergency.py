"""Opening a case that is not one's own in an emergency, and looking into it afterwards."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import emergency as service
from casework.services import names
from casework.services.emergency import LEAST_REASON, NoSuchAccess
from casework.web import access, clock
from casework.web.fields import Form, TextAreaField, TextField, ValidationError, required
from casework.web.staff.blueprint import WRONG, staff, zone_of
from casework.web.staff.deed_forms import LONGEST_MESSAGE

if TYPE_CHECKING:
    from datetime import timedelta

_NOT_FOUND = 404
_TOO_MANY = 429


class EmergencyForm(Form):
    """Which case, and why."""

    reference = TextField(
        _l("Case number"),
        required(_l("Write the whole case number.")),
        description=_l("For example KH-26-004217-5. Nothing is searched: it has to be exact."),
        longest=40,
    )
    reason = TextAreaField(
        _l("What is the emergency?"),
        required(_l("Write what the emergency is.")),
        description=_l("Supervisors and the coordinator read this at once."),
        longest=LONGEST_MESSAGE,
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for a few words."""
        if len((field.data or "").strip()) < LEAST_REASON:
            raise ValidationError(gettext("Write a whole sentence."))


@staff.route("/emergency", methods=["GET", "POST"])
@access.requires(Permission.EMERGENCY)
@access.fresh
def emergency(actor: Actor) -> ResponseReturnValue:
    """Ask which case and why; let it be read for an hour and tell those who keep it."""
    form = EmergencyForm()
    now = clock.now()
    wait = service.wait(db.session(), actor, now)
    if wait:
        return _page(actor, form, wait), _TOO_MANY
    if not form.validate_on_submit():
        return _page(actor, form), WRONG if form.errors else 200
    with transaction() as session:
        opened = service.open_case(
            session,
            actor,
            now,
            reference=form.reference.data or "",
            reason=form.reason.data or "",
        )
        reference = opened.reference if opened else None
    if reference is None:
        form.reference.errors = [gettext("No case can be opened with this number.")]
        return _page(actor, form), _NOT_FOUND
    return redirect(url_for("staff.case", reference=reference))


def _page(actor: Actor, form: EmergencyForm, wait: timedelta | None = None) -> str:
    return render_template(
        "staff/emergency.html",
        actor=actor,
        form=form,
        minutes=i18n.number(int(service.LASTS.total_seconds()) // 60),
        wait=i18n.number(ceil(wait.total_seconds() / 60)) if wait else None,
        living=service.living(db.session(), actor, clock.now()),
        reviews=areas.may_enter(actor, Permission.EMERGENCY_REVIEW),
        zone=zone_of(actor),
    )


@staff.get("/emergency/openings")
@access.requires(Permission.EMERGENCY_REVIEW)
def openings(actor: Actor) -> ResponseReturnValue:
    """Show who has opened which case in an emergency, and why."""
    session = db.session()
    found = service.openings(session, actor)
    return render_template(
        "staff/openings.html",
        actor=actor,
        openings=found,
        names=names.of(
            session,
            [each.staff.office_id for each in found],
            [each.reviewed_by for each in found],
        ),
        now=clock.now(),
        zone=zone_of(actor),
    )


@staff.post("/emergency/openings/<int:access_id>/<any(reviewed, ended):turn>")
@access.requires(Permission.EMERGENCY_REVIEW)
def turn_opening(actor: Actor, access_id: int, turn: str) -> ResponseReturnValue:
    """Note that an opening was looked into, or end it at once."""
    act = service.review if turn == "reviewed" else service.end
    try:
        with transaction() as session:
            act(session, actor, clock.now(), access_id)
    except NoSuchAccess:
        abort(_NOT_FOUND)
    flash(gettext("It was written down.") if turn == "reviewed" else gettext("It has ended."))
    return redirect(url_for("staff.openings"))
