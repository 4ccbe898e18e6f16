"""The cases that the seed copies: those of the demonstration, played by the real services.

So whatever a case of a kind needs - dispatches, clocks, consents, history - is there as the
application itself wrote it, in tables that this file need not know by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select

from casework.crypto import SealedText
from casework.db import Base
from casework.domain.workflow import ENDED
from casework.models import Case

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Files have keys and bytes of their own; sessions and drafts are a visitor's, not a case's.
_LEFT_OUT: Final = frozenset({"evidence", "login", "draft", "event"})
_CASES: Final = Base.metadata.tables["cases"]
_EVENTS: Final = Base.metadata.tables["event"]
_CLOCKS: Final = Base.metadata.tables["clock"]
_DAY_LENGTH: Final = len("2026-11-23")
_NO_CLOCK: Final = timedelta(days=20)


@dataclass(frozen=True)
class Kept:
    """A row of a prototype: its values, and the words of its sealed cells by their column."""

    values: dict[str, Any]
    words: dict[str, str]


def is_instant(words: str) -> bool:
    """Tell whether a text is an instant as lists and lines of history hold it."""
    return len(words) > _DAY_LENGTH and words[_DAY_LENGTH] == "T" and words[:4].isdecimal()


@dataclass(frozen=True)
class Prototype:
    """A case to copy: its rows by table, and whether it has ended.

    `quiet` is how long until a clock has to be looked at, `slack` until one runs out.
    """

    rows: dict[Table, list[Kept]]
    case_id: int
    ids: list[int]
    quiet: timedelta
    slack: timedelta
    ended: bool
    desk: str
    moment: datetime


def tables() -> list[Table]:
    """Return the tables that the seed fills, each after those that it points to; history last."""
    of_case = [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in _LEFT_OUT and (table is _CASES or _of_case(table))
    ]
    return [*of_case, _EVENTS]


def _of_case(table: Table) -> bool:
    keys = table.c["case_id"].foreign_keys if "case_id" in table.c else ()
    return any(key.column.table is _CASES for key in keys)


def read(session: Session, now: datetime) -> list[Prototype]:
    """Return all cases of the demonstration that stand alone, as they are at `now`."""
    alone = select(Case).where(
        Case.import_id.is_not(None), Case.group_id.is_(None), Case.merged_into_id.is_(None)
    )
    return [_prototype(session, case, now) for case in session.scalars(alone.order_by(Case.id))]


def _prototype(session: Session, case: Case, now: datetime) -> Prototype:
    rows: dict[Table, list[Kept]] = {}
    for table in tables():
        model = next(m.class_ for m in Base.registry.mappers if m.local_table is table)
        owner = table.c.id if table is _CASES else table.c.case_id
        found = session.scalars(select(model).where(owner == case.id).order_by(*table.primary_key))
        rows[table] = [_kept(table, row) for row in found]
    next_looks = [each.values["next_at"] for each in rows[_CLOCKS] if each.values["next_at"]]
    return Prototype(
        rows=rows,
        case_id=case.id,
        ids=sorted(_ids(rows)),
        quiet=min((each - now for each in next_looks), default=_NO_CLOCK),
        slack=case.next_due_at - now if case.next_due_at else _NO_CLOCK,
        ended=case.status in ENDED,
        desk=case.desk_office_id,
        moment=now,
    )


def _ids(rows: dict[Table, list[Kept]]) -> set[int]:
    """Return the ids of all rows; a row that is found by its case alone has none of its own."""
    found = {row.values.get("id") for kept in rows.values() for row in kept}
    return {each for each in found if each is not None}


def _kept(table: Table, row: Any) -> Kept:
    sealed = {
        each.column: getattr(row, name)
        for name, each in vars(type(row)).items()
        if isinstance(each, SealedText)
    }
    return Kept(
        {column.name: getattr(row, column.name) for column in table.columns},
        {column: words for column, words in sealed.items() if words is not None},
    )
