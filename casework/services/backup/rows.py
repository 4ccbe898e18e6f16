"""Rows as lines of text, the same on every database, and a sum by which tables are compared.

A line is a JSON list of the row's values in the order of the columns' names. What JSON has no
word for is written by the type of its column: bytes in Base64, instants in UTC, sums as digits.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import DateTime, LargeBinary, Numeric, select

from casework.db import Base, UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

AT_ONCE: Final = 500
_SUM_BITS: Final = 256
_Turn = Callable[[Any], Any]


def tables() -> list[Table]:
    """Return all tables, each after those it points to."""
    return list(Base.metadata.sorted_tables)


def columns(table: Table) -> list[Column[Any]]:
    """Return the columns of a table in the order in which they are written."""
    return sorted(table.columns, key=lambda column: column.name)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _turns(column: Column[Any]) -> tuple[_Turn | None, _Turn | None]:
    """Return how a value of the column is written and read; None where JSON does it itself."""
    if isinstance(column.type, LargeBinary):
        return _bytes, base64.b64decode
    if isinstance(column.type, UtcDateTime | DateTime):
        return _instant, datetime.fromisoformat
    if isinstance(column.type, Numeric):
        return str, Decimal
    return None, None


def _through(turns: Sequence[_Turn | None], values: Iterable[Any]) -> list[Any]:
    return [
        value if turn is None or value is None else turn(value)
        for turn, value in zip(turns, values, strict=True)
    ]


def read(connection: Connection, table: Table) -> Generator[str]:
    """Yield a line for each row of a table, some hundreds read at a time."""
    found = columns(table)
    writers = [_turns(column)[0] for column in found]
    query = select(*found).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": AT_ONCE}) as result:
        for row in result:
            yield json.dumps(_through(writers, row), ensure_ascii=True, sort_keys=True)


def parsed(table: Table, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of lines, by the names of their columns, as values to be stored."""
    found = columns(table)
    names = [column.name for column in found]
    readers = [_turns(column)[1] for column in found]
    for line in lines:
        yield dict(zip(names, _through(readers, json.loads(line)), strict=True))


def key(table: Table) -> Column[Any]:
    """Return the one column by which rows of a table are found; every table of ours has one."""
    (column,) = table.primary_key.columns
    return column


def written(column: Column[Any], value: Any) -> str:
    """Return a value of a column as text."""
    return json.dumps(_through([_turns(column)[0]], [value]))


def read_back(column: Column[Any], text: str) -> Any:
    """Return the value that `written` has written."""
    return _through([_turns(column)[1]], json.loads(text))[0]


class Sum:
    """How many rows a table has, and a sum of their hashes that no order changes."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: str) -> str:
        """Count a line in, and return it."""
        digest = hashlib.sha256(line.encode("ascii")).digest()
        self._sum = (self._sum + int.from_bytes(digest, "big")) % (1 << _SUM_BITS)
        self.rows += 1
        return line

    @property
    def text(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self._sum:0{_SUM_BITS // 4}x}"


def summed(connection: Connection, table: Table) -> Sum:
    """Return the sum of a table as it is now."""
    total = Sum()
    for line in read(connection, table):
        total.add(line)
    return total
