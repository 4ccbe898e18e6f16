"""The command that moves an installation to another database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import click
from click import argument, echo
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework import config, crypto
from casework.cli import audit as history
from casework.cli import upgrading
from casework.cli.progress import Stop, Teller, stoppable
from casework.cli.sentences import Command, Refused, Sorry, on_data
from casework.config import Settings, UnusableSetting
from casework.db import db, open_engine, optimize, writing
from casework.services import anchors, audit
from casework.services.backup import copying, making
from casework.services.backup.copying import Copy, CopyError, Used
from casework.storage import open_store

if TYPE_CHECKING:
    from sqlalchemy import Engine

_GOES_ON: Final = "Stopped: run it again, and it goes on from here."


@click.command("copy-database", cls=Command)
@argument("target", metavar="TARGET_URL")
@on_data
def copy_database(target: str) -> None:
    """Copy all rows into an empty database, and prove that they are the same there.

    Stop the service first. A copy that was stopped goes on where it was. Keys and evidence files
    stay where they are. A password is better kept in ~/.pgpass or PGPASSWORD than in TARGET_URL.
    """
    url = _other(target)
    engine = open_engine(url)
    try:
        with stoppable(_GOES_ON) as stop, _in_sentences():
            _copy(engine, stop)
            _check_history(engine, stop)
    finally:
        engine.dispose()
    echo("Now set DATABASE_URL to it for every program, and start the service.")


def _other(target: str) -> str:
    try:
        url = config.database_url(
            target,
            _settings().instance,
            trusted=_settings().trusted_network,
            name="TARGET_URL",
        )
    except UnusableSetting as error:
        raise Refused(str(error)) from error
    if _place(url) == _place(_settings().database_url):
        raise Refused("This is the database that the installation has already.")
    return url


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _place(address: str) -> tuple[str | int | None, ...]:
    """Return what of an address says which database it is."""
    url = make_url(address)
    return url.get_backend_name(), url.host, url.port, url.database


def _which() -> str:
    """Return what tells this installation from all others, and tells nobody where it is."""
    said = [*_place(_settings().database_url), crypto.fingerprint()]
    return hashlib.sha256(repr(said).encode()).hexdigest()


@contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        yield
    except CopyError as error:
        raise Sorry(str(error)) from error
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise Sorry(f"A database does not do what it is asked ({kind}): run it again.") from error


def _copy(engine: Engine, stop: Stop) -> None:
    upgrading.make_ready(current_app, engine)
    with making.snapshot(db.engine) as source:
        copy = Copy(source, partial(writing, engine))
        copying.start(copy, _which())
        copying.fill(copy, Teller("Copying rows", stop))
    # Both are read anew: what was written to the source meanwhile shows now.
    with making.snapshot(db.engine) as source, making.snapshot(engine) as target:
        differing = copying.differing(source, target, Teller("Comparing rows", stop))
        count, files = copying.count(target), making.files_of(target)
    if differing:
        raise Used(", ".join(differing))
    with writing(engine) as target:
        copying.finish(target)
        optimize(target)
    echo(f"Copied {count} rows, equal to the source.")
    missing = len(set(files) - set(open_store(_settings()).list()))
    echo(f"Evidence files stay where they are: {len(files)}, of which {missing} are missing.")


def _check_history(engine: Engine, stop: Stop) -> None:
    kept = anchors.read(history.folder())
    with Session(engine) as session:
        verdict = audit.verify(session, kept, Teller("Checking lines", stop))
    if verdict.finding is not None:
        raise Sorry(f"The rows are the same, and broken: {history.sentence(verdict.finding)}")
    echo(f"The history is whole: {verdict.lines} lines, {verdict.anchors} anchors.")
