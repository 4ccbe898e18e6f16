"""Whether the database can be worked with."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from casework.db import db
from casework.migrations import NEWEST, REVISIONS, WRITTEN
from casework.services import keys
from casework.services.backup import copying


class DatabaseUnusable(RuntimeError):
    """The database cannot be worked with; the text is one sentence for whoever runs it."""


def check_database(app: Flask) -> None:
    """Raise DatabaseUnusable unless the database answers and is not newer than this code."""
    revision(app)


def check_ready(app: Flask) -> None:
    """Raise DatabaseUnusable unless the database is of this version and sealed with our keys.

    No connection stays open: processes that are forked afterwards must not share one.
    """
    try:
        if revision(app) != NEWEST:
            raise DatabaseUnusable("The database is not ready: run `flask prepare` first.")
        check_whole(app)
        check_keys(app)
    finally:
        with app.app_context():
            db.engine.dispose()


def revision(app: Flask, engine: Engine | None = None) -> str | None:
    """Return the name of the revision that a database is of, None of one without tables.

    Raises DatabaseUnusable when it does not answer, or is newer than this code.
    """
    with app.app_context():
        try:
            with (engine or db.engine).connect() as connection:
                found = _written(connection)
        except DatabaseError as error:
            why = str(error.orig).partition("\n")[0].rstrip(".")
            raise DatabaseUnusable(f"The database cannot be used: {why}.") from error
        except SQLAlchemyError as error:
            raise DatabaseUnusable("The database does not answer.") from error
    if found is not None and found not in REVISIONS:
        raise DatabaseUnusable(
            "The database was made by a newer version of Casework: start that version again."
        )
    return found


def _written(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(WRITTEN)
    return found


def check_whole(app: Flask) -> None:
    """Raise DatabaseUnusable when the database holds half a copy of another."""
    with app.app_context(), db.engine.connect() as connection:
        if copying.under_way(connection):
            raise DatabaseUnusable(
                "The database holds half a copy: run `flask copy-database` to its end first."
            )


def check_keys(app: Flask) -> None:
    """Raise DatabaseUnusable unless the database is sealed with our keys, or with none yet."""
    with app.app_context():
        if not keys.belong(db.session()):
            raise DatabaseUnusable(
                "The keys do not belong to this database: put back the file keys/keyset.json"
                " that was made with it."
            )
