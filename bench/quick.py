"""A database while very much is loaded into it: without indexes, and without waiting for the disk.

SQLite does not look where each row points either: a test does, after such a load.

What of it was taken away stands in a table until it is put back, so that a load that was stopped
finds it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, event, inspect, text

from casework.db import writing

# Fewer cases are written sooner than the indexes of all others are made anew.
MANY: Final = 5_000
_KEPT: Final = "bench_index"
_QUICK: Final = ("synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY", "foreign_keys=OFF")


@contextmanager
def loading(engine: Engine, tables: Sequence[Table], cases: int) -> Iterator[None]:
    """Load so many cases into tables while the block lasts; put everything back at the end."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    engine.dispose()
    if cases > MANY:
        with writing(engine) as connection:
            _take_away(connection, {table.name for table in tables})
    try:
        yield
        with writing(engine) as connection:
            _put_back(connection)
    finally:
        if engine.dialect.name == "sqlite":
            event.remove(engine, "connect", _hurry)
            engine.dispose()


def _hurry(connection: Any, _record: object) -> None:
    for pragma in _QUICK:
        connection.execute(f"PRAGMA {pragma}")


def _take_away(connection: Connection, tables: set[str]) -> None:
    """Drop all indexes that hold no rule, and note how they are made."""
    if inspect(connection).has_table(_KEPT):
        return
    connection.execute(text(f"CREATE TABLE {_KEPT} (made_by TEXT NOT NULL)"))
    for name, made_by in _indexes(connection, tables):
        connection.execute(text(f"INSERT INTO {_KEPT} VALUES (:made_by)"), {"made_by": made_by})  # noqa: S608
        connection.exec_driver_sql(f'DROP INDEX "{name}"')


def _indexes(connection: Connection, tables: set[str]) -> list[tuple[str, str]]:
    """Return the name of each index that is not unique, and the statement that makes it."""
    query = (
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if connection.dialect.name == "sqlite"
        else "SELECT tablename, indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = current_schema()"
    )
    found = connection.execute(text(query)).all()
    return [
        (name, made_by)
        for table, name, made_by in found
        if table in tables and not made_by.upper().startswith("CREATE UNIQUE")
    ]


def _put_back(connection: Connection) -> None:
    if not inspect(connection).has_table(_KEPT):
        return
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
    for (made_by,) in connection.execute(text(f"SELECT made_by FROM {_KEPT}")).all():  # noqa: S608
        connection.exec_driver_sql(made_by)
    connection.exec_driver_sql(f"DROP TABLE {_KEPT}")
