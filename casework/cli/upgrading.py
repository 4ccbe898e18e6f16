"""How a database is brought up to date, or made."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Engine, inspect

from casework import migrations
from casework.cli import database
from casework.cli.database import DatabaseUnusable
from casework.db import db
from casework.services import keys

FOLDER: Final = Path(migrations.__file__).parent
_NEWEST: Final = "head"


def bring_up_to_date(app: Flask) -> None:
    """Make or change the tables as this version needs them; raise DatabaseUnusable."""
    database.check_database(app)
    database.check_whole(app)
    with app.app_context():
        command.upgrade(config(), _NEWEST)
    database.check_keys(app)


def make_ready(app: Flask, target: Engine) -> None:
    """Make the tables of this version in another, empty database; raise DatabaseUnusable."""
    if database.revision(app, target) is None and inspect(target).get_table_names():
        raise DatabaseUnusable("The target holds tables of another program.")
    with app.app_context():
        command.upgrade(config(target), _NEWEST)


def keep_fingerprint() -> None:
    """Write down, in the open transaction, which keys this database is sealed with."""
    keys.keep_marks(db.session())


def config(engine: Engine | None = None) -> Config:
    """Return how alembic finds the revisions, and runs them: on `engine`, or on our own."""
    found = Config(str(FOLDER / "alembic.ini"))
    found.attributes["engine"] = engine
    return found
