"""Logging a whole case on one page, with what is already known beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import tracking_code
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.services import clocks, directory, foresight, intake, likely, names, registry
from casework.web import clock
from casework.web.access import requires
from casework.web.staff import clock_words, intake_data, intake_form
from casework.web.staff.blueprint import WRONG, labels, staff, zone_of

if TYPE_CHECKING:
    from datetime import datetime

    from casework.domain.complaint import IntakeData
    from casework.services.foresight import Foresight
    from casework.services.names import Names
    from casework.web.staff.intake_form import IntakeForm

_SHORTEST_NAME = 2


@staff.route("/new", methods=["GET", "POST"])
@requires(Permission.INTAKE)
def new_case(actor: Actor) -> ResponseReturnValue:
    """Log a case; the button "look up" shows what is known without saving anything."""
    form = intake_form.make(db.session())
    if request.method == "POST" and "look" not in request.form and form.validate():
        return _save(actor, form)
    page = render_template("staff/new.html", form=form, **_beside(actor, form))
    return page, WRONG if form.errors else 200


@staff.post("/new/look")
@requires(Permission.INTAKE)
def look_up(actor: Actor) -> ResponseReturnValue:
    """Return the parts of the page that depend on what has been typed so far."""
    form = intake_form.make(db.session())
    return render_template("staff/new_looked.html", form=form, moved=True, **_beside(actor, form))


def _save(actor: Actor, form: IntakeForm) -> ResponseReturnValue:
    data = _data(form)
    key = f"staff {actor.staff_id} {form.key.data}"[:64]
    fresh = intake.secret()
    with transaction() as session:
        filed = intake.submit(
            *(session, actor, clock.now()),
            data=data,
            submission_key=key,
            given=fresh,
        )
        reference, code = filed.case.reference, filed.code
    if code is None:
        flash(gettext("This case was saved before. Its code was shown once and is not kept."))
        return redirect(url_for("staff.case", reference=reference))
    return render_template(
        "staff/receipt.html",
        reference=reference,
        code=tracking_code.grouped(code),
        language=data.language,
        another="another" in request.form,
    )


def _data(form: IntakeForm) -> IntakeData:
    offices = directory.offices(db.session())
    return intake_data.of(form, intake_data.answers(request.form, offices))


def _beside(actor: Actor, form: IntakeForm) -> dict[str, Any]:
    """Return what is known beside what is typed: likely the same, agencies, where it will go."""
    session, now = db.session(), clock.now()
    data = _data(form)
    typed = [form.agency.data or "", form.broker.data or "", form.employer.data or ""]
    same = likely.same(
        session,
        actor,
        now,
        typed=form.telephone.data or "",
        names=typed,
        passport=form.passport.data or "",
    )
    told = bool(data.origin and data.destination and data.categories)
    ahead = foresight.look(session, data, now) if told else None
    known = names.of(session, _spoken_of(ahead), (), [ahead.chosen.rule] if ahead else [])
    return {
        "same": same,
        "parties": _parties(actor, typed),
        "ahead": ahead,
        "accept_by": _accept_by(ahead, now),
        "names": known,
        "asked": _asked(ahead, known),
        "said": intake_form.SAID,
        "totals": intake_data.totals(form),
        "labels": labels(),
        "zone": zone_of(actor),
        "actor": actor,
    }


def _spoken_of(ahead: Foresight | None) -> list[str]:
    if ahead is None:
        return []
    return [ahead.chosen.office_id, *(office.id for office in ahead.fitting)]


def _accept_by(ahead: Foresight | None, now: datetime) -> str:
    asked = (ahead.office_id or ahead.with_consent) if ahead else None
    if ahead is None or ahead.accept_by is None or asked is None:
        return ""
    calendar = clocks.calendar_of(db.session(), asked, now)
    return clock_words.instant(ahead.accept_by, calendar.timezone)


def _asked(ahead: Foresight | None, known: Names) -> list[tuple[str, str, str]]:
    """Return the offices to ask the worker about: field, name, and what was said so far."""
    fields = [(f"{intake_data.CONSENT}{o.id}", o.id) for o in (ahead.fitting if ahead else [])]
    return [(name, known.office(office), request.form.get(name, "")) for name, office in fields]


def _parties(actor: Actor, typed: list[str]) -> list[registry.Known]:
    session = db.session()
    found = {
        known.party.id: known
        for name in typed
        if len(name) >= _SHORTEST_NAME
        for known in registry.search(session, actor, name)
    }
    return list(found.values())
