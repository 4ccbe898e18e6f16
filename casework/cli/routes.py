"""The command that says who gets which complaint, and where nobody does."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click
from click import echo, option

from casework.cli.sentences import Command, on_data
from casework.db import db
from casework.services import coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.services.coverage import Cell

_WIDTH: Final = 16


@click.command("routes-coverage", cls=Command)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines to read, or a JSON list.",
)
@on_data
def routes_coverage(form: str) -> None:
    """Say which office gets each category from each origin in each destination."""
    session = db.session()
    cells = coverage.coverage(session, *coverage.ends(session))
    if form == "json":
        echo(json.dumps([_row(cell) for cell in cells], indent=1))
    else:
        _tell(cells)


def _row(cell: Cell) -> dict[str, Any]:
    return {
        "origin": cell.origin,
        "destination": cell.destination,
        "category": cell.category,
        "office_id": cell.office,
        "role": cell.role.value,
        "rule": cell.rule,
        "hole": cell.hole,
    }


def _tell(cells: Sequence[Cell]) -> None:
    for (origin, destination), row in groupby(cells, lambda c: (c.origin, c.destination)):
        echo(f"{origin} in {destination}")
        for cell in row:
            hole = "HOLE: " if cell.hole else ""
            echo(f"  {cell.category:{_WIDTH}} {hole}{cell.office} ({cell.rule})")
    holes = sum(cell.hole for cell in cells)
    echo(f"{len(cells)} combinations, {holes} holes: nobody but the coordinator gets them.")
