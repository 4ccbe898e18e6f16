"""Columns that repeat what other rows say: made true again where they are not.

What they should hold is worded once, as SQL; a read of both, side by side, says what to write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select, update

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Update
    from sqlalchemy.orm import InstrumentedAttribute

_IDS: Final = "ids"


class Repeated:
    """The columns of `of` that are kept, each beside the SQL by which it is `worked_out`.

    `chosen` is the column by which rows are asked for, `beside` the tables that are joined.
    """

    def __init__(
        self,
        of: type[Any],
        worked_out: Mapping[str, ColumnElement[Any]],
        chosen: InstrumentedAttribute[int],
        beside: Mapping[type[Any], ColumnElement[bool]] | None = None,
    ) -> None:
        self._names = list(worked_out)
        kept = [getattr(of, name).label(f"kept_{name}") for name in worked_out]
        true = [column.label(name) for name, column in worked_out.items()]
        read = select(of.id, *kept, *true).where(chosen.in_(bindparam(_IDS, expanding=True)))
        for table, on in (beside or {}).items():
            read = read.join(table, on)
        self._read, self._write = read, changing(of, self._names)

    def make_true(self, connection: Connection, ids: Collection[int]) -> None:
        """Write what is another value than it should be, in the rows asked for by `ids`."""
        untrue = [
            {"of": row["id"], **{f"new_{name}": row[name] for name in self._names}}
            for row in connection.execute(self._read, {_IDS: list(ids)}).mappings().all()
            if any(row[name] != row[f"kept_{name}"] for name in self._names)
        ]
        if untrue:
            connection.execute(self._write, untrue)


def changing(of: type[Any], names: Collection[str]) -> Update:
    """Return the statement that gives a row (`of`) new values (`new_` and the column's name)."""
    table = of.metadata.tables[of.__tablename__]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c.id == bindparam("of")).values(values)
