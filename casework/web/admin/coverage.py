"""The coverage map: who gets a complaint, by corridor and category, and where nobody does."""

from __future__ import annotations

from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework.db import db
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.services import coverage as service
from casework.services import directory, names
from casework.services.coverage import Cell
from casework.web import clock
from casework.web.access import requires
from casework.web.admin import choices
from casework.web.admin.blueprint import admin
from casework.web.staff.words import rule as rule_sentence


@admin.get("/coverage")
@requires(Permission.SETTINGS)
def coverage(actor: Actor) -> ResponseReturnValue:
    """Show the map, of all corridors or of those from one country and to one."""
    del actor
    session = db.session()
    origins, destinations = service.ends(session)
    origin, destination = _one(origins, "origin"), _one(destinations, "destination")
    cells = service.coverage(
        session, [origin] if origin else origins, [destination] if destination else destinations
    )
    asked = service.asked(session, clock.now())
    return render_template(
        "admin/coverage.html",
        corridors=[
            (ends, list(row)) for ends, row in groupby(cells, lambda c: (c.origin, c.destination))
        ],
        cells=cells,
        hit=[cell for cell in cells if cell.hole and _key(cell) in asked],
        holes=sum(cell.hole for cell in cells),
        categories=directory.taxonomy(session).categories,
        origin=origin,
        destination=destination,
        origins=choices.ends(origins, empty=gettext("All")),
        destinations=choices.ends(destinations, empty=gettext("All")),
        **_details(cells if origin and destination else []),
    )


def _one(known: list[str], name: str) -> str:
    """Return the country that the address asks for, if the forms offer it."""
    code = request.args.get(name, "")
    return code if code in known else ""


def _key(cell: Cell) -> tuple[str, str, str]:
    return cell.origin, cell.destination, cell.category


def _details(cells: list[Cell]) -> dict[str, object]:
    """Return the full names of what one corridor's cells say in a word."""
    found = names.of(
        db.session(), [cell.office for cell in cells], rules=[cell.rule for cell in cells]
    )
    said = {cell.rule: rule_sentence(cell.rule, found.rules) for cell in cells}
    return {"named": found, "said": said}
