"""Rows of many cases as plain objects, read at once and written back at once.

They are no objects of the database's library: of ten thousand cases most of the time went into
making those and into keeping book of their attributes. A plain row has the columns that a sweep
looks at and no others; whoever asks it for another one gets an AttributeError.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, lazyload
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
)
from casework.models.repeated import changing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

REMINDED: Final = "reminded"
# What stands in `waits_for` of a case that waits for whoever complained.
COMPLAINANT: Final = "complainant"
# The values of rows of one table that name the same columns: one statement writes them all.
Groups = dict[tuple[type[Any], tuple[str, ...]], list[dict[str, Any]]]

# What is read of each table. Nobody on the way of a sweep looks at anything else.
_COLUMNS: Final[Mapping[type[Any], str]] = {
    Case: (
        "id reference version status level severity origin destination place language documented"
        " about_official needs_triage triaged_at desk_office_id caseworker_id moved_at closed_at"
        " next_due_at next_due_kind waits_for escalation_asked_at_level merged_into_id"
        " delete_after anonymised_at wrapped_key"
    ),
    CaseCategory: "case_id code",
    Consent: "case_id recipient_kind recipient scope given at withdrawn_at",
    Referral: "id case_id office_id level lead state may_see ended_at",
    Clock: (
        "id case_id referral_id office_id kind unit started_at due_at thresholds reminded"
        " remaining next_at stopped_at met_at lapsed_at"
    ),
    CaseConflict: "id case_id office_id staff_id presumed held_since changed_by",
    CaseParty: "case_id office_id staff_id",
    Event: "case_id at action data",
    Escalation: "case_id level at",
}
_DUPLICATE: Final = "id merged_into_id desk_office_id caseworker_id"
_ORDERED: Final = {CaseCategory: CaseCategory.position}


class Plain:
    """A row of the table of `of`: its attributes are its columns."""

    of: type[Any]
    __tablename__: str


class _PlainCase(Plain):
    of = Case
    __tablename__ = Case.__tablename__
    codes = Case.codes
    key_row = Case.key_row


@cache
def _kind(of: Any) -> type[Plain]:
    if of is Case:
        return _PlainCase
    return type(f"Plain{of.__name__}", (Plain,), {"of": of, "__tablename__": of.__tablename__})


def lock_cases(connection: Connection, case_ids: Sequence[int]) -> dict[int, Any]:
    """Return the cases that nobody else holds, by id, held until the transaction ends."""
    query = _select(Case, _COLUMNS[Case], Case.id.in_(case_ids))
    found = _read(connection, Case, query.with_for_update(of=Case.__table__, skip_locked=True))
    return {row.id: row for row in found}


def read(connection: Connection, cases: Mapping[int, Any]) -> dict[type[Any], list[Any]]:
    """Return the rows that hang on cases, oldest first, by their table; duplicates as cases.

    Of the steps only the highest is read, and of the history only reminders.
    """
    only: dict[type[Any], ColumnElement[bool]] = {
        Event: Event.action == REMINDED,
        Escalation: Escalation.level == TOP_LEVEL,
    }
    found: dict[type[Any], list[Any]] = {}
    for of, columns in _COLUMNS.items():
        if of is not Case:
            query = _select(of, columns, of.case_id.in_(cases))
            if of in only:
                query = query.where(only[of])
            found[of] = _read(connection, of, query.order_by(_ORDERED.get(of, of.id)))
    duplicates = _select(Case, _DUPLICATE, Case.merged_into_id.in_(cases))
    return found | {Case: _read(connection, Case, duplicates)}


def people(connection: Connection, waiting: Mapping[int, Any]) -> dict[int, list[Person]]:
    """Return the people of cases in which somebody's silence may be acted on, by case.

    What is sealed of them opens with the key of the case.
    """
    found: dict[int, list[Person]] = {case_id: [] for case_id in waiting}
    if not waiting:
        return found
    query = select(Person).where(Person.case_id.in_(waiting)).order_by(Person.id)
    # A session of its own that lets its objects go: nothing in them is ever written.
    with Session(connection, autoflush=False) as reader:
        for person in reader.scalars(query.options(lazyload("*"))):
            set_committed_value(person, "case", waiting[person.case_id])
            found[person.case_id].append(person)
    return found


def _select(of: type[Any], columns: str, which: ColumnElement[bool]) -> Select[Any]:
    table = of.__table__
    return select(*(table.c[name] for name in columns.split())).where(which)


def _read(connection: Connection, of: Any, query: Select[Any]) -> list[Any]:
    result = connection.execute(query)
    kind, names = _kind(of), tuple(result.keys())
    return [_made(kind, dict(zip(names, values, strict=True))) for values in result]


def _made(kind: type[Plain], values: dict[str, Any]) -> Plain:
    row = kind()
    row.__dict__ = values
    return row


def remove(connection: Connection, gone: Iterable[Any]) -> None:
    """Delete rows."""
    for row in gone:
        connection.execute(delete(row.of).where(row.of.id == row.id))


def add(connection: Connection, new: Iterable[Any]) -> None:
    """Store rows that were made anew."""
    groups: Groups = defaultdict(list)
    for row in new:
        # What follows a row of the library besides its columns is left out.
        values = {
            name: row.__dict__[name] for name in _columns(row.__class__) & row.__dict__.keys()
        }
        groups[row.__class__, tuple(sorted(values))].append(values)
    order = {table.name: place for place, table in enumerate(Case.metadata.sorted_tables)}
    for key in sorted(groups, key=lambda key: order[key[0].__tablename__]):
        connection.execute(insert(key[0].__table__), groups[key])


def change(connection: Connection, rows: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    """Write what is another value now than it was; each row comes with its values before."""
    groups: Groups = defaultdict(list)
    for row, before in rows:
        now = row.__dict__
        if now != before:
            of: Any = row.of
            names = _changed(of, now, before)
            values = {f"new_{name}": now[name] for name in names}
            groups[of, names].append(values | {"of": row.id})
    for key, changes in groups.items():
        if key[1]:
            connection.execute(changing(*key), changes)


def _changed(of: Any, now: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, ...]:
    columns: frozenset[str] = _columns(of)
    nothing = object()
    different = (name for name, value in now.items() if before.get(name, nothing) != value)
    return tuple(sorted(name for name in different if name in columns))


@cache
def _columns(of: Any) -> frozenset[str]:
    return frozenset(of.__table__.c.keys())
