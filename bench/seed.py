"""Fills a database with many cases, as the application itself would have written them.

python -m bench.seed --cases 100000 --due 10000 [--database sqlite|postgres|URL]. Stopped and
started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, text

from bench import ahead, place, prototypes, quick, words
from bench.bulk import Bulk
from bench.copies import Around, Chain, Copy
from bench.patterns import Pattern, Written, patterns
from bench.progress import Progress
from casework import crypto
from casework.cli import upgrading
from casework.db import db, new_id, transaction
from casework.domain.search_text import fold
from casework.models import Case, CaseNumber, ChainHead, Party, PartyName, Staff
from casework.services import reference
from casework.services.demo import load as demo
from casework.web import clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bench.prototypes import Prototype

SEED: Final = 20261126
# Of all cases, how many still go on.
_OPEN: Final = 0.4
_OLDEST: Final = timedelta(days=3 * 365)
_DAY: Final = timedelta(days=1)
_MARGIN: Final = timedelta(hours=3)
# How many cases, ended ones too, somebody at a desk keeps.
_EACH_KEEPS: Final = 2000
_CASES_A_PARTY: Final = 40
_FEWEST_PARTIES: Final = 30
_UNKNOWN: Final = {"country": "", "licence": ""}
AT_ONCE: Final = 1_000  # cases in one transaction.

# Rows by table, in the order of its columns; lines of history, which have no place yet.
Batch = dict[str, list[Any]]


@dataclass(frozen=True)
class Plan:
    """What to make: how many cases, how many of them due at `now`, and from what."""

    cases: int
    due: int
    now: datetime
    protos: Sequence[Prototype]
    parties: list[int]
    people: Mapping[str, list[int]]
    written: Written
    ids_from: int

    @cached_property
    def patterns(self) -> dict[int, list[Pattern]]:
        """The rows of each prototype, taken apart."""
        return {each.case_id: patterns(each, self.written) for each in self.protos}

    def batch(self, first: int, after: int) -> Batch:
        """Return the rows of all cases from the number `first` until before `after`."""
        chance = Random(SEED + first)
        around = Around(chance, self.ids_from, self.parties, self.people, self.written)
        made: Batch = defaultdict(list)
        for number in range(first, after):
            copy = self.next(number, around)
            for table, row in copy.rows(self.patterns[copy.like.case_id]):
                made[table].append(row)
        return made

    def next(self, number: int, around: Around) -> Copy:
        """Return the case of this number."""
        chance = around.chance
        is_due = number * self.due // self.cases > (number - 1) * self.due // self.cases
        ended = not is_due and chance.random() >= _OPEN
        like = chance.choice(self.kinds[ended])
        if ended:
            # The first ones are the oldest, as it is where cases come in one after the other.
            age = _OLDEST * (1 - number / self.cases) + _DAY * chance.random()
        elif is_due:
            age = like.slack + _DAY * chance.random()
        else:
            age = max(like.quiet - _MARGIN, timedelta()) * chance.random()
        return Copy(like, number, -age, around)

    @cached_property
    def kinds(self) -> dict[bool, list[Prototype]]:
        """The prototypes that have ended, and those that go on."""
        return {end: [each for each in self.protos if each.ended is end] for end in (True, False)}


def seed(cases: int, due: int) -> None:
    """Bring the database of the current application to so many cases, `due` of them due now."""
    now = clock.now()
    if _number() >= cases:
        return
    with transaction() as session:
        upgrading.keep_fingerprint()
        reference.load(session, now)
        if demo.is_empty(session):
            demo.load(session, now)
    with transaction() as session:
        protos = prototypes.read(session, now)
        people = _people(session, protos, cases, now)
        parties = _parties(session, max(cases // _CASES_A_PARTY, _FEWEST_PARTIES))
    written = Written(db.engine.dialect.name == "sqlite")
    _fill(Plan(cases, due, now, protos, parties, people, written, new_id()))
    _tidy()


def _number() -> int:
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def _people(
    session: Session, protos: Sequence[Prototype], cases: int, now: datetime
) -> Mapping[str, list[int]]:
    """Return who works at each desk; where there are many cases, somebody for every 2,000."""
    desks = Counter(each.desk for each in protos)
    chance = Random(SEED)
    found: dict[str, list[int]] = {}
    for desk, share in sorted(desks.items()):
        keep = select(Staff.id).where(Staff.office_id == desk, Staff.role == "caseworker")
        staff = list(session.scalars(keep.order_by(Staff.id)))
        wanted = max(1, cases * share // desks.total() // _EACH_KEEPS)
        for number in range(len(staff), wanted):
            made = Staff(
                email=f"{number}@{desk}.example",
                name=words.person(chance, "en"),
                role="caseworker",
                office_id=desk,
                created_at=now - _OLDEST,
            )
            session.add(made)
            staff.append(made.id)
        found[desk] = staff
    return found


def _parties(session: Session, wanted: int) -> list[int]:
    """Return the ids of that many firms; about half have names in two scripts."""
    known = list(session.scalars(select(Party.id).order_by(Party.id)))
    chance = Random(SEED + len(known))
    parties: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for number in range(len(known), wanted):
        scripts = chance.sample(["en", "km", "my"], k=chance.choice([1, 2]))
        called = [words.firm(chance, script, number) for script in scripts]
        party_id, kind = new_id(), chance.choice(["agency", "employer"])
        parties.append({"id": party_id, "kind": kind, "name": called[0]} | _UNKNOWN)
        names += [
            {"id": new_id(), "party_id": party_id, "name": name, "folded": fold(name)}
            for name in called
        ]
    if parties:
        session.execute(insert(Party), parties)
        session.execute(insert(PartyName), names)
    return [*known, *(party["id"] for party in parties)]


def _fill(plan: Plan) -> None:
    done = _number()
    # Whatever is open from here on is opened for the load.
    db.session.remove()
    progress = Progress("cases", plan.cases, done)
    with quick.loading(db.engine, prototypes.tables(), plan.cases - done):
        for after, batch in ahead.made(plan.batch, range(done + 1, plan.cases + 1), AT_ONCE):
            _store(batch, range(done + 1, after))
            done = after - 1
            progress.tell(done)


def _store(batch: Batch, numbers: range) -> None:
    """Write a batch of cases: their lines of history get their places here, one after the other."""
    tables = prototypes.tables()
    names = [column.name for column in tables[-1].columns]
    with transaction() as session:
        head = session.get_one(ChainHead, 1, with_for_update=True)
        chain = Chain(head.seq, head.mac, names.index("seq"), names.index("mac"))
        lines = tables[-1].name
        placed = {lines: [chain.place(each) for each in batch.pop(lines)]}
        Bulk(session.connection(), tables).write(batch | placed)
        session.execute(insert(CaseNumber), [{"id": number} for number in numbers])
        head.seq, head.mac = chain.seq, chain.mac
        head.seal = crypto.head_seal(chain.seq, chain.mac)


def _tidy() -> None:
    """Let the database look at what it holds, and count on after the last case."""
    if db.engine.dialect.name == "sqlite":
        with transaction() as session:
            session.execute(text("ANALYZE"))
        return
    with transaction() as session:
        session.execute(
            text("SELECT setval('case_number_id_seq', (SELECT max(id) FROM case_number))")
        )
    # What PostgreSQL does by itself some minutes after so much was written.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def main() -> None:
    """Read what is wanted from the command line, and do it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--due", type=int, default=10_000)
    asked.add_argument("--database", default="sqlite")
    asked.add_argument("--folder", type=Path, default=place.FOLDER)
    given = asked.parse_args()
    folder = place.folder(given.folder, given.database, given.cases)
    with place.opened(folder, given.database) as app, app.app_context():
        seed(given.cases, given.due)


if __name__ == "__main__":
    main()
