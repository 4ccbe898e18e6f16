"""Writes many rows at once: by executemany on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

Rows = Mapping[str, Sequence[Sequence[Any]]]


class Bulk:
    """Writes into tables, which are given in the order to write them in."""

    def __init__(self, connection: Connection, tables: Sequence[Table]) -> None:
        self.connection, self.tables = connection, tables
        self.sqlite = connection.dialect.name == "sqlite"

    def write(self, rows: Rows) -> None:
        """Write rows, given by table, their values in the order of its columns."""
        raw: Any = self.connection.connection.driver_connection
        cursor = raw.cursor()
        for table in self.tables:
            if some := rows.get(table.name):
                self._into(cursor, table, some)
        cursor.close()

    def _into(self, cursor: Any, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        if self.sqlite:
            marks = ", ".join("?" * len(table.columns))
            into = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(into, rows)
            return
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
