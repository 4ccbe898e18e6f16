"""The bench: seeds, serves, measures, prints one table.

python -m bench.run --cases 100000 [--database sqlite|postgres|URL] [--peer] [--against 100000]
[--no-sweep]. `--peer` measures django-helpdesk beside it, `--against` the pages with fewer cases
first. With few cases and `--times 2` it is a test that every measure still works.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import func, select

from bench import beside, filing, pages, place, serving, upkeep
from bench.beside import Peer
from bench.pages import Place
from bench.seed import seed
from bench.timing import Row, table
from casework.db import db
from casework.models import Staff

_STARTS: Final = 3
_MOST_TICKETS: Final = 100_000
_MOST_DUE: Final = 10_000


def measured(app: Flask, times: int, *, pages_only: bool) -> Iterator[Row]:
    """Return the rows of ours, on the database that the environment names."""
    with app.app_context():
        yield upkeep.figures()
    with serving.ours() as server:
        here = Place(app, server, times)
        yield from pages.rows(here)
        if pages_only:
            return
        yield from filing.rows(here)
        yield upkeep.memory(server)
        yield from upkeep.sizes(server.port)
    yield upkeep.cold_start(_STARTS)


def asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument(
        "--due", type=int, help="how many cases are due; a tenth, at most 10,000, unless said"
    )
    parser.add_argument("--times", type=int, default=20, help="how often each page is read")
    parser.add_argument("--sweep", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--peer", action="store_true", help="measure django-helpdesk beside it")
    parser.add_argument("--against", type=int, help="compare the pages with so many cases")
    parser.add_argument("--pages-only", action="store_true")
    parser.add_argument("--json", type=Path, help="where to write how long each page took")
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--folder", type=Path, default=place.FOLDER)
    return parser.parse_args()


def _due(given: argparse.Namespace) -> int:
    due: int = min(given.cases // 10, _MOST_DUE) if given.due is None else given.due
    return due


def _smaller(given: argparse.Namespace) -> dict[str, float]:
    """Measure the pages of a database with fewer cases, by the same program; return their times."""
    found = given.folder / "smaller.json"
    words = ["--cases", str(given.against), "--times", str(given.times), "--json", str(found)]
    words += ["--database", given.database, "--folder", str(given.folder)]
    command = [sys.executable, "-m", "bench.run", *words, "--pages-only", "--no-sweep"]
    subprocess.run(command, cwd=place.ROOT, check=True)  # noqa: S603 - this program itself.
    times: dict[str, float] = json.loads(found.read_text(encoding="utf-8"))
    return times


def _tickets(cases: int, app: Flask) -> dict[str, int]:
    """Return how large the peer is made: as many staff, and queues for them, as we have."""
    with app.app_context():
        staff, offices = (
            db.session.scalar(select(func.count(each))) or 0
            for each in (Staff.id, Staff.office_id.distinct())
        )
        due = upkeep.due()
    return {"tickets": min(cases, _MOST_TICKETS), "due": due, "staff": staff, "queues": offices}


def _ready(given: argparse.Namespace, app: Flask) -> tuple[Peer, Mapping[str, int]]:
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    size = _tickets(given.cases, app)
    below = place.folder(given.folder / "peer", given.database, size["tickets"])
    return beside.ready(below, url, size), size


def _taken(given: argparse.Namespace, app: Flask) -> tuple[list[Row], dict[str, float]]:
    """Measure; the peer before ours and after it, so that neither has the quieter hour."""
    ours = measured(app, given.times, pages_only=given.pages_only)
    if not given.peer:
        return [*_told(ours), *_sweep(given, app)], {}
    peer, size = _ready(given, app)
    half = (given.times + 1) // 2
    beside.measure(peer, half)
    rows = _told(ours)
    beside.measure(peer, half)
    rows += _sweep(given, app)
    if given.sweep:
        beside.escalate(peer, size)
    return rows + _told(beside.rows(peer)), peer.typical()


def _sweep(given: argparse.Namespace, app: Flask) -> list[Row]:
    """Measure the sweep where it is wanted: what was due is due no more afterwards."""
    if not given.sweep:
        return []
    with app.app_context():
        return _told([upkeep.sweep()])


def _told(rows: Iterator[Row] | list[Row]) -> list[Row]:
    """Take rows one after the other, and say each as soon as it is there."""
    taken = []
    for row in rows:
        print(row.line(), flush=True)
        taken.append(row)
    return taken


def main() -> None:
    """Seed what is missing, measure, print."""
    given = asked()
    smaller = _smaller(given) if given.against else {}
    folder = place.folder(given.folder, given.database, given.cases)
    with place.opened(folder, given.database) as app:
        with app.app_context():
            seed(given.cases, _due(given))
        rows, peer = _taken(given, app)
    if given.json:
        times = {row.name: row.p50 for row in rows if row.seconds}
        given.json.write_text(json.dumps(times), encoding="utf-8")
    print(f"\n{given.cases:,} cases, {given.database}\n\n{table(rows, peer, smaller)}")


if __name__ == "__main__":
    main()
