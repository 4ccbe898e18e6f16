"""Deciding on several cases of the queue at once: what is to be done, then what was done."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.web.access import requires
from casework.web.staff.blueprint import WRONG
from casework.web.supervisor import bulk, queue
from casework.web.supervisor.blueprint import supervisor


@supervisor.post("/escalations/<slug>")
@requires(Permission.ESCALATIONS)
def decide(actor: Actor, slug: str) -> ResponseReturnValue:
    """Ask what a deed needs to know about the marked cases; do it once that is said."""
    deed = bulk.DEEDS.get(slug) or abort(404)
    cases = bulk.picked(request.form.getlist("case"))
    if not cases:
        return queue.shown(actor, gettext("Mark at least one case first.")), WRONG
    form = bulk.form_for(deed, actor)
    # The list posts the marks alone: nothing is wrong yet with what has not been asked.
    asked = "sure" in request.form
    if asked and form.validate():
        return render_template(
            "supervisor/done.html",
            title=deed.done,
            done=bulk.do(deed, actor, cases, form),
            back="supervisor.escalations",
        )
    return render_template(
        "supervisor/decide.html", deed=deed, form=form, cases=cases, ahead=bulk.AHEAD[slug]
    ), WRONG if asked else 200
