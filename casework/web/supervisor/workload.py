"""Workload by person and by office, and handing over all that somebody keeps."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from casework.db import db
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.models import Staff
from casework.services import figures
from casework.services import workload as loads
from casework.web import clock, reading
from casework.web.access import requires
from casework.web.staff.blueprint import WRONG, zone_of
from casework.web.staff.deed_forms import ReassignForm
from casework.web.supervisor import bulk, chart
from casework.web.supervisor.blueprint import supervisor
from casework.web.supervisor.bulk import Picked


@supervisor.get("/workload")
@requires(Permission.WORKLOAD)
def workload(actor: Actor) -> ResponseReturnValue:
    """Show who carries how much: people, and offices."""
    session, now = reading.session(), clock.now()
    kept = figures.kept(session, actor, now)
    people = loads.by_person(session, actor, now, kept)
    return render_template(
        "supervisor/workload.html",
        actor=actor,
        zone=zone_of(actor),
        people=people,
        bars=chart.bars(people),
        chart=chart,
        offices=loads.by_office(session, actor, now, kept),
        kept=kept,
    )


@supervisor.route("/workload/<int:staff_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.WORKLOAD)
def hand_over(actor: Actor, staff_id: int) -> ResponseReturnValue:
    """Show all that somebody keeps, and give it to somebody else once that is confirmed."""
    session = db.session()
    kept = loads.kept_by(session, actor, staff_id)
    person = session.get(Staff, staff_id) if kept else None
    if person is None:
        abort(404)
    name = person.name
    form = ReassignForm()
    form.caseworker.choices = bulk.keepers(actor, but=staff_id)
    if form.validate_on_submit():
        # Whatever happened to a case since the page was opened, it is still the person's.
        cases = [Picked(row.reference, None) for row in kept]
        return render_template(
            "supervisor/done.html",
            title=bulk.DEEDS["reassign"].done,
            done=bulk.do(bulk.DEEDS["reassign"], actor, cases, form),
            back="supervisor.workload",
        )
    return render_template(
        "supervisor/hand_over.html", form=form, name=name, kept=kept
    ), WRONG if form.errors else 200
