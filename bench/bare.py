"""The bare query: the statements of a page, run again without the framework."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from flask import Flask
from sqlalchemy import Executable, event

from casework.db import db

Statement = tuple[str, Any]
_READS: Final = ("SELECT", "WITH")


@contextmanager
def noted(app: Flask) -> Iterator[list[Statement]]:
    """Note every statement that reads while the block lasts."""
    found: list[Statement] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip("( ").upper().startswith(_READS):
            found.append((statement, parameters))

    with _listening(app, "before_cursor_execute", note):
        yield found


@contextmanager
def built(app: Flask) -> Iterator[list[tuple[Executable, Any]]]:
    """Note every statement as SQLAlchemy was given it, with its values, while the block lasts."""
    found: list[tuple[Executable, Any]] = []

    def note(_c: Any, statement: Executable, _many: Any, values: Any, _options: Any) -> None:
        found.append((statement, values))

    with _listening(app, "before_execute", note):
        yield found


@contextmanager
def _listening(app: Flask, moment: str, note: Callable[..., None]) -> Iterator[None]:
    with app.app_context():
        event.listen(db.engine, moment, note)
        try:
            yield
        finally:
            event.remove(db.engine, moment, note)


def of_page(app: Flask, token: str, path: str) -> list[Statement]:
    """Return the statements that a page reads by, for whoever holds the session of a token."""
    client = app.test_client()
    client.set_cookie("desk", token)
    # The first time, rules and offices are read too, which a server keeps no longer than this.
    with noted(app) as statements:
        client.get(path)
    return statements


def seconds(app: Flask, statements: Sequence[Statement], times: int) -> list[float]:
    """Return how long all statements take on the driver alone, once for each time."""
    with app.app_context():
        raw = db.engine.raw_connection()
        try:
            return [_once(raw.cursor(), statements) for _ in range(times)]
        finally:
            raw.close()


def _once(cursor: Any, statements: Sequence[Statement]) -> float:
    started = time.perf_counter()
    for statement, parameters in statements:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    return time.perf_counter() - started
