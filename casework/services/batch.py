"""Cases that are worked on together: their rows are read at once, and written at once.

A sweep of ten thousand cases that reads and writes each row by itself spends its time on the
way to the database. Within a batch the services that ask for the rows of a case are given what
was read for all of them, and what they add or change waits until `write`. The rules do not know
the difference. The objects of a batch belong to no session: whoever asks one of them for
something that was not read gets an error, and the batch is done again case by case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import bindparam, delete, insert, inspect, select, update
from sqlalchemy.orm import Session, defer, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from casework.domain.escalation import TOP_LEVEL
from casework.models import (
    Case,
    CaseCategory,
    CaseConflict,
    CaseParty,
    Clock,
    Consent,
    Escalation,
    Event,
    Person,
    Referral,
    chaining,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

R = TypeVar("R", bound=Any)
# The values of rows of one table that name the same columns: one statement writes them all.
Groups = dict[tuple[type[Any], tuple[str, ...]], list[dict[str, Any]]]
_KEPT: Final = "batch"
REMINDED: Final = "reminded"
# What stands in `waits_for` of a case that waits for whoever complained.
COMPLAINANT: Final = "complainant"


@dataclass
class Rows:
    """A case of a batch: its rows by their table, and what waits to be written or deleted."""

    case: Case
    kept: dict[type[Any], list[Any]] = field(default_factory=lambda: defaultdict(list))
    new: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    worked_out: dict[Hashable, Any] = field(default_factory=dict)


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
    if held is None:
        return work_out()
    if key not in held.worked_out:
        held.worked_out[key] = work_out()
    found: R = held.worked_out[key]
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
    set_committed_value(case, "referrals", [*case.referrals, referral])


def drop(session: Session, row: Any) -> None:
    """Delete a row, now or at the end of the batch that holds its case."""
    held = _held(session, row.case_id)
    if held is None:
        session.delete(row)
        return
    held.kept[type(row)].remove(row)
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
    session.info[_KEPT] = held
    try:
        yield list(held)
        _write(session, held.values())
    finally:
        del session.info[_KEPT]


def _read(session: Session, case_ids: list[int]) -> dict[int, Rows]:
    # A session of its own that lets its objects go: they must not be looked through for changes
    # every time somebody asks the database something.
    with Session(session.connection(), autoflush=False) as reader:
        found = {row.id: Rows(row) for row in reader.scalars(_cases(case_ids))}
        for table, query in _hanging(list(found)).items():
            for row in reader.scalars(query.options(lazyload("*"))):
                of = row.merged_into_id if table is Case else row.case_id
                found[of].kept[table].append(row)
        _read_plain(reader, found)
        _read_people(reader, found)
    # In the order in which they were asked for.
    return {case_id: found[case_id] for case_id in case_ids if case_id in found}


def _cases(case_ids: list[int]) -> Any:
    sealed = (Case.story_sealed, Case.story_original_sealed, Case.story_english_sealed)
    return (
        select(Case)
        .where(Case.id.in_(case_ids))
        .with_for_update(of=Case, skip_locked=True)
        .options(
            lazyload(Case.desk),
            lazyload(Case.caseworker),
            *(defer(each) for each in (*sealed, Case.outcome_text_sealed)),
            lazyload(Case.categories),
            selectinload(Case.referrals).lazyload(Referral.office),
        )
    )


def _read_plain(reader: Session, found: dict[int, Rows]) -> None:
    """Give the cases those of their rows that nothing here changes, as plain values."""
    for name, table, order in (
        ("categories", CaseCategory.__table__, "position"),
        ("consents", Consent.__table__, "id"),
    ):
        of_cases = table.c.case_id.in_(found)
        plain: dict[int, list[Any]] = {case_id: [] for case_id in found}
        for row in reader.connection().execute(
            select(*table.c).where(of_cases).order_by(table.c[order])
        ):
            plain[row.case_id].append(row)
        for case_id, rows_ in plain.items():
            set_committed_value(found[case_id].case, name, rows_)


def _read_people(reader: Session, found: dict[int, Rows]) -> None:
    """Give the cases in which somebody's silence may be acted on the people who are silent."""
    waiting = {case_id: each.case for case_id, each in found.items() if _waits(each.case)}
    people: dict[int, list[Person]] = {case_id: [] for case_id in waiting}
    query = select(Person).where(Person.case_id.in_(waiting)).order_by(Person.id)
    for person in reader.scalars(query.options(lazyload("*"))):
        # What is sealed opens with the key of the case.
        set_committed_value(person, "case", waiting[person.case_id])
        people[person.case_id].append(person)
    for case_id, own in people.items():
        set_committed_value(waiting[case_id], "people", own)


def _waits(case: Case) -> bool:
    return case.waits_for == COMPLAINANT


def _hanging(case_ids: list[int]) -> dict[type[Any], Any]:
    found: dict[type[Any], Any] = {
        table: select(table).where(table.case_id.in_(case_ids)).order_by(table.id)
        for table in (Clock, CaseConflict, CaseParty)
    }
    told = select(Event).where(Event.case_id.in_(case_ids), Event.action == REMINDED)
    steps = select(Escalation).where(Escalation.case_id.in_(case_ids))
    return found | {
        Event: told.order_by(Event.id),
        Escalation: steps.where(Escalation.level == TOP_LEVEL),
        Case: select(Case).where(Case.merged_into_id.in_(case_ids)),
    }


def _write(session: Session, held: Iterable[Rows]) -> None:
    everything = list(held)
    for each in everything:
        for row in each.gone:
            session.execute(delete(type(row)).where(type(row).id == row.id))
    new = [row for each in everything for row in each.new]
    fresh = set(map(id, new))
    lines = [row for row in new if isinstance(row, Event)]
    _insert(session, [row for row in new if not isinstance(row, Event)])
    _update(session, [row for row in _loaded(everything) if id(row) not in fresh])
    # What is written past the session is followed by nobody else.
    standing.keep(session, [each.case.id for each in everything])
    # The head of the history is locked last, so that nobody waits for it long.
    if lines:
        session.flush()
        chaining.place(session, lines)
        session.flush()
        _insert(session, lines)


def _loaded(held: Iterable[Rows]) -> Iterator[Any]:
    for each in held:
        yield each.case
        yield from each.case.referrals
        for table in (Clock, CaseConflict, Case):
            yield from each.kept[table]


def _insert(session: Session, new: Iterable[Any]) -> None:
    groups: Groups = defaultdict(list)
    for row in new:
        columns = _columns(type(row))
        values = {name: value for name, value in row.__dict__.items() if name in columns}
        groups[type(row), tuple(sorted(values))].append(values)
    order = {table.name: place for place, table in enumerate(Case.metadata.sorted_tables)}
    for key in sorted(groups, key=lambda key: order[key[0].__tablename__]):
        session.connection().execute(insert(key[0].__table__), groups[key])


def _update(session: Session, loaded: Iterable[Any]) -> None:
    groups: Groups = defaultdict(list)
    for row in loaded:
        old, now = inspect(row).committed_state, row.__dict__
        names = [name for name in old if old[name] != now[name] and name in _columns(type(row))]
        if names:
            values = {f"new_{name}": now[name] for name in names}
            groups[type(row), tuple(sorted(names))].append(values | {"of": row.id})
    for (of, changed), rows_ in groups.items():
        columns = of.__table__.c
        change = update(of.__table__).where(columns.id == bindparam("of"))
        wanted: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed}
        session.connection().execute(change.values(wanted), rows_)


def _columns(table: type[Any]) -> Any:
    return table.__table__.c
