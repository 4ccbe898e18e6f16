"""Cases that are worked on together: their rows are read at once, and written at once.

A sweep of ten thousand cases that reads and writes each row by itself spends its time on the
way to the database. Within a batch the services that ask for the rows of a case are given what
was read for all of them, and what they add or change waits until the end. The rules do not know
the difference. The rows of a batch are plain (`batch_rows`): whoever asks one of them for
something that was not read gets an error, and the batch is done again case by case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select

from casework.models import (
    Case,
    CaseCategory,
    CaseConflict,
    CaseParty,
    Clock,
    Consent,
    Event,
    Referral,
    chaining,
    standing,
)
from casework.services import batch_rows
from casework.services.batch_rows import COMPLAINANT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

R = TypeVar("R", bound=Any)
_KEPT: Final = "batch"
_KNOWN: Final = "batch_known"
# What a sweep may change.
_CHANGING: Final = (Clock, CaseConflict, Referral, Case)


@dataclass
class Rows:
    """A case of a batch: its rows by their table, and what waits to be written or deleted."""

    case: Case
    kept: dict[type[Any], list[Any]] = field(default_factory=lambda: defaultdict(list))
    new: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    worked_out: dict[Hashable, Any] = field(default_factory=dict)
    before: list[tuple[Any, Mapping[str, Any]]] = field(default_factory=list)


def _held(session: Session, case_id: int | None) -> Rows | None:
    found: dict[int | None, Rows] = session.info.get(_KEPT, {})
    return found.get(case_id)


def case(session: Session, case_id: int) -> Case:
    """Return a case of the open batch."""
    found: dict[int, Rows] = session.info[_KEPT]
    return found[case_id].case


def rows(session: Session, case: Case, table: type[R]) -> Sequence[R] | None:
    """Return the rows of a case, oldest first, where a batch holds them; None elsewhere.

    Of the steps only the highest is held, of the history only reminders and what is new, and
    the cases of a case are its duplicates.
    """
    held = _held(session, case.id)
    return None if held is None else held.kept[table]


def once(session: Session, case: Case, key: Hashable, work_out: Callable[[], R]) -> R:
    """Return what `work_out` returns; within a batch once for a case and all it rests on.

    `key` names everything of the case that the answer rests on and that a batch may change:
    the categories and consents of a case are none of it.
    """
    held = _held(session, case.id)
    return remembered(None if held is None else held.worked_out, key, work_out)


def once_for_all(session: Session, key: Hashable, work_out: Callable[[], R]) -> R:
    """Return what `work_out` returns; within a batch once for all its cases.

    `key` names the answer, which must rest on nothing that a batch may change.
    """
    return remembered(session.info.get(_KNOWN), key, work_out)


def remembered(known: dict[Hashable, Any] | None, key: Hashable, work_out: Callable[[], R]) -> R:
    """Return what `known` has under `key`, worked out when it is not there; None keeps nothing."""
    if known is None:
        return work_out()
    if key not in known:
        known[key] = work_out()
    found: R = known[key]
    return found


def add(session: Session, row: Any) -> None:
    """Add a row, now or at the end of the batch that holds its case (`case_id`)."""
    held = _held(session, row.case_id)
    if held is None:
        session.add(row)
        return
    held.new.append(row)
    held.kept[type(row)].append(row)


def add_referral(session: Session, case: Case, referral: Referral) -> None:
    """Add a referral behind those of its case."""
    held = _held(session, case.id)
    if held is None:
        case.referrals.append(referral)
        return
    held.new.append(referral)
    case.referrals = [*case.referrals, referral]


def drop(session: Session, row: Any) -> None:
    """Delete a row that was there, now or at the end of the batch that holds its case."""
    held = _held(session, row.case_id)
    if held is None:
        session.delete(row)
        return
    held.kept[row.of].remove(row)
    held.gone.append(row)


def flush(session: Session, case: Case) -> None:
    """Write what has changed so far, unless a batch writes it at its end."""
    if _held(session, case.id) is None:
        session.flush()


def read_anew(session: Session, case: Case) -> None:
    """Read what hangs on a case again after others have written, unless a batch holds it."""
    if _held(session, case.id) is None:
        session.flush()
        session.refresh(case, ["referrals", "consents", "categories"])


@contextmanager
def opened(session: Session, case_ids: Iterable[int]) -> Iterator[list[int]]:
    """Hold those of the cases that nobody else holds, until the end of the block.

    Gives their ids. What was changed is written at the end of the block, in the transaction of
    the session; after an error nothing is.
    """
    held = _read(session, list(case_ids))
    session.info[_KEPT], session.info[_KNOWN] = held, {}
    try:
        yield list(held)
        _write(session, held.values())
    finally:
        del session.info[_KEPT], session.info[_KNOWN]


@contextmanager
def begun(session: Session, case: Case) -> Iterator[None]:
    """Hold a case that this transaction has made, until the end of the block.

    Nobody else can have written to it: nothing is asked of the database that was written a
    moment before, and what is added is written once, at the end. The categories, consents and
    parties of the case stand there already.
    """
    held = Rows(case)
    query = select(CaseParty).where(CaseParty.case_id == case.id).order_by(CaseParty.id)
    held.kept[CaseParty] = list(session.scalars(query))
    session.info[_KEPT], session.info[_KNOWN] = {case.id: held}, {}
    try:
        with session.no_autoflush:
            yield
    finally:
        del session.info[_KEPT], session.info[_KNOWN]
    session.add_all(held.new)
    session.flush()


def _read(session: Session, case_ids: list[int]) -> dict[int, Rows]:
    connection = session.connection()
    cases = batch_rows.lock_cases(connection, case_ids)
    # In the order in which they were asked for.
    found = {case_id: Rows(cases[case_id]) for case_id in case_ids if case_id in cases}
    for table, rows_ in batch_rows.read(connection, cases).items():
        for row in rows_:
            found[row.merged_into_id if table is Case else row.case_id].kept[table].append(row)
    for held in found.values():
        held.before = [
            (row, dict(row.__dict__))
            for row in (held.case, *(row for table in _CHANGING for row in held.kept[table]))
        ]
        _hang(held)
    waiting = {id_: held.case for id_, held in found.items() if held.case.waits_for == COMPLAINANT}
    for case_id, people in batch_rows.people(connection, waiting).items():
        waiting[case_id].people = people
    return found


def _hang(held: Rows) -> None:
    """Give a case the rows that are asked of the case itself."""
    held.case.categories = held.kept[CaseCategory]
    held.case.consents = held.kept[Consent]
    held.case.referrals = held.kept[Referral]


def _write(session: Session, held: Iterable[Rows]) -> None:
    everything, connection = list(held), session.connection()
    batch_rows.remove(connection, (row for each in everything for row in each.gone))
    new = [row for each in everything for row in each.new]
    lines = [row for row in new if isinstance(row, Event)]
    batch_rows.add(connection, (row for row in new if not isinstance(row, Event)))
    batch_rows.change(connection, (pair for each in everything for pair in each.before))
    # What is written past the session is followed by nobody else.
    standing.keep(session, [each.case.id for each in everything])
    # The head of the history is locked last, so that nobody waits for it long.
    if lines:
        session.flush()
        chaining.place(session, lines)
        session.flush()
        batch_rows.add(connection, lines)
