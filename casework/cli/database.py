"""Whether the database can be worked with, and how it is brought up to date."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from casework.db import db
from casework.services import keys
from casework.services.backup import copying


class DatabaseUnusable(RuntimeError):
    """The database cannot be worked with; the text is one sentence for whoever runs it."""


def check_database(app: Flask) -> None:
    """Raise DatabaseUnusable unless the database answers and is not newer than this code."""
    _revision(app)


def check_ready(app: Flask) -> None:
    """Raise DatabaseUnusable unless the database is of this version and sealed with our keys."""
    if _revision(app) != newest_revision(app):
        raise DatabaseUnusable("The database is not ready: run `flask prepare` first.")
    _check_whole(app)
    _check_keys(app)


def newest_revision(app: Flask) -> str:
    """Return the name of the revision that this version of the code needs."""
    return ScriptDirectory.from_config(_config(app)).get_current_head() or ""


def bring_up_to_date(app: Flask) -> None:
    """Make or change the tables as this version needs them; raise DatabaseUnusable."""
    check_database(app)
    _check_whole(app)
    with app.app_context():
        command.upgrade(_config(app), "head")
    _check_keys(app)


def make_ready(app: Flask, target: Engine) -> None:
    """Make the tables of this version in another, empty database; raise DatabaseUnusable."""
    if _revision(app, target) is None and inspect(target).get_table_names():
        raise DatabaseUnusable("The target holds tables of another program.")
    with app.app_context():
        command.upgrade(_config(app, target), "head")


def keep_fingerprint() -> None:
    """Write down, in the open transaction, which keys this database is sealed with."""
    keys.keep_marks(db.session())


def _check_keys(app: Flask) -> None:
    with app.app_context():
        if not keys.belong(db.session()):
            raise DatabaseUnusable(
                "The keys do not belong to this database: put back the file keys/keyset.json"
                " that was made with it."
            )


def _check_whole(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        if copying.under_way(connection):
            raise DatabaseUnusable(
                "The database holds half a copy: run `flask copy-database` to its end first."
            )


def _revision(app: Flask, engine: Engine | None = None) -> str | None:
    with app.app_context():
        try:
            with (engine or db.engine).connect() as connection:
                revision = MigrationContext.configure(connection).get_current_revision()
        except DatabaseError as error:
            why = str(error.orig).partition("\n")[0].rstrip(".")
            raise DatabaseUnusable(f"The database cannot be used: {why}.") from error
        except SQLAlchemyError as error:
            raise DatabaseUnusable("The database does not answer.") from error
    scripts = ScriptDirectory.from_config(_config(app)).walk_revisions()
    if revision is not None and revision not in {script.revision for script in scripts}:
        raise DatabaseUnusable(
            "The database was made by a newer version of Casework: start that version again."
        )
    return revision


def _config(app: Flask, engine: Engine | None = None) -> Config:
    with app.app_context():
        found: Config = app.extensions["migrate"].migrate.get_config()
        found.attributes["engine"] = engine
        return found
