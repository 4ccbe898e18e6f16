"""The registry of agencies, brokers and employers, and what is known of each."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.search_text import clean
from casework.models import Party
from casework.services import queue, queue_rows, registry, search
from casework.services.queue import Sort, View, Wish
from casework.web import clock, reading
from casework.web.access import requires
from casework.web.staff import listing
from casework.web.staff.blueprint import staff
from casework.web.staff.cases import shared
from casework.web.staff.finding import LONGEST


@staff.get("/registry")
@requires(Permission.REGISTRY)
def parties(actor: Actor) -> ResponseReturnValue:
    """Search the registry by a part of a name, in any script."""
    typed = clean(request.args.get("q", ""))[:LONGEST]
    kind = request.args.get("kind", "")
    wanted = kind if kind in registry.KINDS else None
    found = registry.search(reading.session(), actor, typed, wanted)
    return render_template(
        "staff/parties.html",
        typed=typed,
        kind=wanted or "",
        kinds=registry.KINDS,
        parties=found,
        **shared(actor),
    )


@staff.get("/registry/<int:party_id>")
@requires(Permission.REGISTRY)
def party(actor: Actor, party_id: int) -> ResponseReturnValue:
    """Show a party with its names and those of its cases that the reader may see."""
    session, now = reading.session(), clock.now()
    row = session.get(Party, party_id) or abort(404)
    wish = Wish(view=View.ALL, sort=Sort.NEWEST)
    page = queue.page(
        session,
        actor,
        now,
        wish=wish,
        mark=listing.mark(request.args, wish),
        also=search.of_party([row.id]),
    )
    address = {"party_id": str(row.id)}
    return render_template(
        "staff/party.html",
        party=row,
        known=registry.known(session, actor, row),
        listed=queue_rows.of(session, actor, now, page.rows),
        links=listing.links("staff.party", page, address),
        **shared(actor),
    )
