"""The bench: seeds, serves, measures, prints one table.

python -m bench.run --cases 100000 [--database sqlite|postgres|URL] [--no-sweep]. With few
cases and `--times 2` it is a test that every measure still works.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask

from bench import filing, pages, place, serving, upkeep
from bench.pages import Place
from bench.seed import seed
from bench.timing import Row, table


def measured(app: Flask, times: int, peer: Mapping[str, float], *, sweeps: bool) -> Iterator[Row]:
    """Return all rows of the table, on the database that the environment names.

    `sweeps` says whether the sweep is measured too: what was due is due no more afterwards.
    """
    with serving.ours() as server:
        here = Place(app, server, times, peer)
        yield from pages.rows(here)
        yield from filing.rows(here)
        yield from upkeep.server(server, peer.get("cold start"), peer.get("memory"))
        yield from upkeep.sizes(server.port)
    if sweeps:
        with app.app_context():
            yield upkeep.sweep()


def asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--due", type=int, help="how many cases are due; a tenth unless said")
    parser.add_argument("--times", type=int, default=20, help="how often each page is read")
    parser.add_argument("--sweep", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--folder", type=Path, default=place.FOLDER)
    return parser.parse_args()


def main() -> None:
    """Seed what is missing, measure, print."""
    given = asked()
    folder = place.folder(given.folder, given.database, given.cases)
    with place.opened(folder, given.database) as app:
        with app.app_context():
            seed(given.cases, given.due if given.due is not None else given.cases // 10)
        rows = []
        for row in measured(app, given.times, {}, sweeps=given.sweep):
            print(row.line(), flush=True)
            rows.append(row)
        print(f"\n{given.cases:,} cases, {given.database}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
