"""The page of a case, its tasks, and the note that is written at its foot."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework.db import db
from casework.domain.facts import Actor
from casework.models import Case
from casework.services import casepage
from casework.web import clock
from casework.web.access import requires_case
from casework.web.staff import deeds, evidence, packet, together
from casework.web.staff.blueprint import labels, staff, zone_of


@staff.get("/cases/<reference>")
@requires_case(emergency=True)
def case(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show everything of a case that the reader may see; the guard records that it was read."""
    now, only_messages = clock.now(), request.args.get("show") == "messages"
    page = casepage.of(db.session(), case, actor, now, only_messages=only_messages)
    return render_template(
        "staff/case.html",
        page=page,
        actor=actor,
        labels=labels(case.taxonomy_version),
        zone=zone_of(actor),
        deeds=deeds.offered(page.actions),
        whole=page.whole,
        deed_groups=deeds.GROUPS,
        by_action=deeds.by_action(page.actions),
        only_messages=only_messages,
        in_emergency=case.id in actor.opened,
        **together.beside(db.session(), case, actor),
        **evidence.beside(db.session(), case, actor, page.sight),
        **packet.beside(db.session(), case, actor),
    )
