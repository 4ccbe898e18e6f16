"""The escalation queue: what has climbed, what is about to, and what the worker disputes."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.services import figures, supervision, tallies, workload
from casework.services.supervision import View
from casework.web import clock, reading
from casework.web.access import requires
from casework.web.staff import listing
from casework.web.staff.blueprint import labels, zone_of
from casework.web.supervisor import chart, words
from casework.web.supervisor.blueprint import supervisor
from casework.web.supervisor.bulk import DEEDS

# The kinds of the sort keys: level, instant, severity, id.
_KEYS = "itii"


@supervisor.get("/escalations")
@requires(Permission.ESCALATIONS)
def escalations(actor: Actor) -> ResponseReturnValue:
    """Show the cases that wait for a supervisor's decision, the highest and latest first."""
    return shown(actor)


def shown(actor: Actor, wrong: str = "") -> str:
    """Return the page of the queue; `wrong` says what was amiss with what was posted."""
    session, now = reading.session(), clock.now()
    view = _view(request.args.get("view"))
    mark = listing.mark_of(request.args, _KEYS)
    page = supervision.page(session, actor, now, view=view, mark=mark)
    said = {} if view is View.DECIDE else {"view": view.value}
    kept = figures.kept(session, actor, now)
    people = workload.by_person(session, actor, now, kept)
    return render_template(
        "supervisor/escalations.html",
        actor=actor,
        wrong=wrong,
        view=view,
        tabs=[(each, _address(each)) for each in View],
        counts=tallies.of_escalations(session, actor, now),
        lines=supervision.lines(session, actor, now, page.rows),
        links=listing.links("supervisor.escalations", page, said),
        deeds=DEEDS,
        labels=labels(),
        zone=zone_of(actor),
        words=words,
        people=people,
        bars=chart.bars(people),
        chart=chart,
        silent=workload.silent_offices(session, actor, now, kept),
        kept=kept,
    )


def _view(text: str | None) -> View:
    return View(text) if text in set(View) else View.DECIDE


def _address(view: View) -> str:
    return listing.address(
        "supervisor.escalations", {} if view is View.DECIDE else {"view": view.value}
    )
