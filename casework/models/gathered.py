"""The rows of several tables that hang on one case, read by one statement.

A page of a case shows a little of many tables, and asking each of them by itself takes longer than
reading what is there. Here all of them are asked in one union: columns of one type share a place,
and a place that a table has no use for stays empty.

The objects belong to no session: they are there to be read. Whoever asks one of them for something
that was not read gets an error, and nothing that is changed in them is ever stored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    cast,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from casework.models.party import CaseParty, Party

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Column, ColumnElement, Dialect, Select, TextualSelect
    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

    from casework.models.case import Case

Tables = tuple[type[Any], ...]
# A type and the how manieth of it in its table: the place that a column has in the union.
Place = tuple[str, int]
_OF: Final = "case_id_asked_for"
_CASE_ID: Final[ColumnElement[int]] = literal_column(f":{_OF}")
_WIDEST: Final[tuple[TypeEngine[Any], ...]] = (BigInteger(), String(), LargeBinary())


@dataclass(frozen=True)
class _Asked:
    """A statement, and for each table which place of a row holds which of its columns."""

    statement: TextualSelect
    columns: tuple[tuple[tuple[int, str], ...], ...]


def read(session: Session, case: Case, tables: Tables) -> dict[type[Any], list[Any]]:
    """Return the rows of these tables that hang on a case, each table's oldest first."""
    asked = _asked(session.get_bind().dialect, tables)
    found: dict[type[Any], list[Any]] = {table: [] for table in tables}
    for row in session.execute(asked.statement, {_OF: case.id}):
        table = tables[row[0]]
        values = {name: row[place] for place, name in asked.columns[row[0]]}
        found[table].append(_made(table, values, case))
    for rows in found.values():
        rows.sort(key=lambda one: one.id)
    return found


def _made(table: type[Any], values: dict[str, Any], case: Case) -> Any:
    made = class_mapper(table).class_manager.new_instance()
    made.__dict__.update(values)
    make_transient_to_detached(made)
    if hasattr(table, "case"):
        # What is sealed opens with the key of the case.
        set_committed_value(made, "case", case)
    return made


@cache
def _asked(dialect: Dialect, tables: Tables) -> _Asked:
    """Word the statement, once for a database: it is long, and always the same."""
    placed = [_placed(table.__table__.c) for table in tables]
    types = {place: _shared(column.type) for columns in placed for place, column in columns.items()}
    order = sorted(types)
    branches = [
        _branch(number, columns, [(each, types[each]) for each in order])
        for number, columns in enumerate(placed)
    ]
    where = zip(branches, tables, strict=True)
    union = union_all(*(branch.where(_hangs_on(table)) for branch, table in where))
    named: Callable[..., Dialect] = type(dialect)
    worded = text(str(union.compile(dialect=named(paramstyle="named"))))
    shared = [literal_column(f"{kind}_{number}", types[kind, number]) for kind, number in order]
    return _Asked(
        worded.columns(literal_column("of_table", Integer()), *shared),
        tuple(
            tuple((order.index(place) + 1, column.name) for place, column in columns.items())
            for columns in placed
        ),
    )


def _placed(columns: Iterable[Column[Any]]) -> dict[Place, Column[Any]]:
    numbers: dict[str, count[int]] = defaultdict(count)
    kinds = ((_kind(_shared(column.type)), column) for column in columns)
    return {(kind, next(numbers[kind])): column for kind, column in kinds}


def _shared(of: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that holds all of a kind, whatever their length."""
    return next((wide for wide in _WIDEST if isinstance(of, _narrow(wide))), of)


def _narrow(wide: TypeEngine[Any]) -> type[TypeEngine[Any]]:
    return Integer if isinstance(wide, BigInteger) else type(wide)


def _kind(of: TypeEngine[Any]) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in repr(of))


def _branch(
    number: int, columns: dict[Place, Column[Any]], order: list[tuple[Place, TypeEngine[Any]]]
) -> Select[Any]:
    # The first says of which type each place is.
    empty = [cast(null(), of) if number == 0 else null() for _, of in order]
    filled = [columns.get(place, empty[at]) for at, (place, _) in enumerate(order)]
    return select(literal_column(str(number)), *filled)


def _hangs_on(table: type[Any]) -> ColumnElement[bool]:
    if table is Party:
        named = select(CaseParty.party_id).where(CaseParty.case_id == _CASE_ID)
        return Party.id.in_(named)
    of: ColumnElement[bool] = table.case_id == _CASE_ID
    return of
