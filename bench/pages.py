"""Measures the pages that staff read: lists, searches, one case, the supervisor's figures."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Executable, select

from bench import bare, finds, readers
from bench.client import Browser
from bench.readers import Reader
from bench.serving import Server
from bench.targets import Limits
from bench.timing import Row, repeated
from casework.db import db
from casework.models import Case
from casework.services import paging, queue
from casework.services.queue import Wish
from casework.services.visibility import condition
from casework.web import clock
from casework.web.staff import listing

_PAGE: Final = 1000
_BARE_TIMES: Final = 5
_OF_BARE: Final = 3
_ALL: Final = Wish()
# Filters as a reader combines them; `whose=all` is all that one may see.
_FILTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "corridor": {"origin": "KH", "destination": "TH"},
    "category, stage": {"category": "wages", "status": "in_progress"},
    "urgent, newest": {"severity": "urgent", "sort": "newest"},
    "level 3": {"level": "3"},
    "late": {"view": "late"},
    "with an office, oldest": {"with": "office", "sort": "oldest"},
    "ended": {"view": "ended"},
    "corridor, category, with the desk": {
        "origin": "MM",
        "destination": "TH",
        "category": "recruitment",
        "with": "desk",
    },
}


@dataclass(frozen=True)
class Place:
    """What a measure needs: the application, the server's port, how many times."""

    app: Flask
    server: Server
    times: int

    @property
    def port(self) -> int:
        """Where the server listens."""
        return self.server.port

    def page(self, name: str, reader: Reader, path: str, peer: str = "", note: str = "") -> Row:
        """Return the row of one page, read again and again."""
        browser = Browser(self.port, reader.cookies)
        taken, busy = self.timed(lambda _: browser.get(path).seconds)
        statements = bare.of_page(self.app, reader.token, path)
        note = f"{len(statements)} queries{'; ' if note else ''}{note}"
        raw = bare.seconds(self.app, statements, _BARE_TIMES)
        limits = Limits(grows=True)
        return Row(name, taken, busy, bare=raw, peer=peer, limits=limits, note=note)

    def timed(self, work: Callable[[int], float]) -> tuple[list[float], float]:
        """Return how long each turn took, and the server's processor time of one."""
        work(0)
        before = self.server.processor()
        taken = repeated(work, self.times)
        return taken, (self.server.processor() - before) / len(taken)


def rows(place: Place) -> Iterator[Row]:
    """Return the rows of all pages that staff read."""
    with place.app.app_context():
        coordinator = readers.by_email("anong@coordinator.example")
        supervisor = readers.by_email("kyaw@supervisor.example")
        officer = readers.by_email("vuthy@attache-kh-th.example")
        caseworker = readers.busiest()
    yield place.page("queue, all cases", coordinator, _cases(whose="all"), "queue")
    yield place.page("queue, page 1,000", coordinator, _far(place.app, coordinator), "queue")
    yield from _alone(place.app, coordinator, place.times)
    yield place.page("queue of a caseworker", caseworker, _cases(), "queue")
    yield place.page("queue of an officer", officer, _cases(), "queue")
    for name, said in _FILTERS.items():
        path = _cases(whose="all", **said)
        yield place.page(f"queue: {name}", coordinator, path, "queue")
    yield from finds.rows(place, coordinator, caseworker)
    yield _case(place, coordinator)
    yield place.page("escalation queue", supervisor, "/staff/escalations", "queue")
    yield place.page("dashboard: workload", supervisor, "/staff/workload", "dashboard")


def _alone(app: Flask, reader: Reader, times: int) -> Iterator[Row]:
    """Return the rows of the queue without the web: read by the service, and its SQL alone."""

    def read(_turn: int = 0) -> float:
        db.session.rollback()
        started = time.perf_counter()
        queue.page(db.session(), reader.actor, clock.now(), wish=_ALL)
        return time.perf_counter() - started

    with app.app_context():
        read()
        with bare.noted(app) as statements, bare.built(app) as built:
            read()
        by_service = repeated(read, times)
        db.session.rollback()
        by_framework = repeated(lambda _: _run(built), times)
    raw = bare.seconds(app, statements, times)
    note = "the service makes its statements anew each time"
    yield Row("queue, read by the service", by_service, bare=raw, note=note)
    limits = Limits(bare=_OF_BARE)
    note = "the statements as made, by SQLAlchemy"
    yield Row("queue, its SQL alone", by_framework, bare=raw, limits=limits, note=note)


def _run(built: Sequence[tuple[Executable, Any]]) -> float:
    with db.engine.connect() as connection:
        started = time.perf_counter()
        for statement, values in built:
            connection.execute(statement, values or None).all()
        return time.perf_counter() - started


def _cases(**said: str) -> str:
    return "/staff/cases?" + urlencode(said)


def _far(app: Flask, reader: Reader) -> str:
    """Return the address of the 1,000th page, or of the last full one where there are fewer."""
    with app.app_context():
        wish = Wish()
        mark = None
        for size in (paging.PAGE * (_PAGE - 1), paging.PAGE):
            page = queue.page(db.session(), reader.actor, clock.now(), wish=wish, size=size)
            mark = mark or page.after
        if mark is None:
            return _cases(whose="all")
        return _cases(whose="all", **{listing.PLACE: listing.place(mark)})


def _case(place: Place, reader: Reader) -> Row:
    """Return the row of the page of a case, another one each time: each reading is recorded."""
    with place.app.app_context():
        wanted = select(Case.reference).where(condition(reader.actor)).order_by(Case.code_hash)
        references = list(db.session.scalars(wanted.limit(place.times + 1)))
    browser = Browser(place.port, reader.cookies)
    turns = itertools.cycle(references)
    taken, busy = place.timed(lambda _: browser.get(f"/staff/cases/{next(turns)}").seconds)
    statements = bare.of_page(place.app, reader.token, f"/staff/cases/{references[0]}")
    raw = bare.seconds(place.app, statements, _BARE_TIMES)
    note = f"{len(statements)} queries; each reading is written into the history"
    return Row(
        "case page", taken, busy, bare=raw, peer="ticket", limits=Limits(grows=True), note=note
    )
