"""Writes many rows at once: by executemany on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Connection, Table

_AT_ONCE: Final = 40_000  # rows
# What both drivers take.
_AS_IT_IS: Final = frozenset({int, str, bytes, bool, type(None)})

Encode = Callable[[Any], Any]


class Bulk:
    """Rows on their way into tables, which are given in the order to write them in."""

    def __init__(self, connection: Connection, tables: list[Table]) -> None:
        self.connection, self.tables = connection, tables
        self.sqlite = connection.dialect.name == "sqlite"
        self.waiting: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.json = {
            table.name: {column.name for column in table.columns if isinstance(column.type, JSON)}
            for table in tables
        }
        self.columns = {table.name: [c.name for c in table.columns] for table in tables}
        self.count = 0

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Take a row."""
        texts, plain = self.json[table], self._plain
        self.waiting[table].append(
            tuple(
                json.dumps(row[name])
                if name in texts
                else row[name]
                if type(row[name]) in _AS_IT_IS
                else plain(row[name])
                for name in self.columns[table]
            )
        )
        self.count += 1

    def _plain(self, value: Any) -> Any:
        if not self.sqlite:
            return value
        if isinstance(value, datetime):
            return value.replace(tzinfo=None).isoformat(" ", "microseconds")
        return float(value) if isinstance(value, Decimal) else value

    def is_full(self) -> bool:
        """Tell whether so much waits that it should be written."""
        return self.count >= _AT_ONCE

    def write(self) -> None:
        """Write all that waits."""
        raw: Any = self.connection.connection.driver_connection
        cursor = raw.cursor()
        for table in self.tables:
            rows = self.waiting.pop(table.name, [])
            if rows:
                self._into(cursor, table.name, rows)
        cursor.close()
        self.count = 0

    def _into(self, cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
        names = ", ".join(f'"{name}"' for name in self.columns[table])
        if self.sqlite:
            marks = ", ".join("?" * len(self.columns[table]))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
