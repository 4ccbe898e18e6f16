"""Commands that keep an installation safe: a backup, a look at one, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click
from click import argument, echo
from flask import current_app
from flask.cli import with_appcontext

from casework import crypto
from casework.cli import database
from casework.cli.progress import Teller, stoppable
from casework.cli.sentences import Command, Refused, Sorry, on_data, says_why
from casework.config import Settings
from casework.db import db, transaction
from casework.migrations import NEWEST
from casework.services.backup import making, opening, restoring
from casework.services.backup.making import Job, Progress
from casework.services.backup.manifest import BackupError, Manifest
from casework.storage import StoreDown, open_store
from casework.web.clock import now

_VERIFY: Final = "verify"
_GOES_ON: Final = "Stopped before the backup was whole: run it again, and it goes on from here."
_NOT_CHECKED: Final = "Stopped before all was checked: run it again."
_NOT_RESTORED: Final = "Stopped: nothing was restored. Run it again to begin anew."


@contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        yield
    except (BackupError, StoreDown) as error:
        raise Sorry(str(error)) from error
    except OSError as error:
        raise Sorry(f"The backup cannot go on: {error.strerror}.") from error


def _about() -> Manifest:
    """Return what a backup says of this installation."""
    return Manifest(
        made_at=now().isoformat(timespec="seconds"),
        version=_version(),
        revision=NEWEST,
        keys=crypto.fingerprint(),
        wrapping={str(number): mark for number, mark in crypto.fingerprints().items()},
    )


def _version() -> str:
    try:
        return version("casework")
    except PackageNotFoundError:
        return "from source"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@click.command("backup", cls=Command)
@argument("words", nargs=-1, required=True, metavar="[verify] FOLDER")
@with_appcontext
@says_why
def backup(words: tuple[str, ...]) -> None:
    """Make a backup in a folder while the service runs; with `verify`, check the newest one.

    Keys are not in it: keep them apart, with `flask keys export`.
    """
    match words:
        case (folder,):
            database.check_ready(current_app)
            _make(Path(folder))
        case ("verify", folder):
            _verify(Path(folder))
        case _:
            raise Refused("Say one folder: flask backup FOLDER, or flask backup verify FOLDER.")


def _make(folder: Path) -> None:
    with stoppable(_GOES_ON) as stop, _in_sentences():
        progress = Progress(Teller("Evidence files"), Teller("Tables"), stop)
        job = Job(db.engine, open_store(_settings()), folder, _about(), now(), progress)
        made = making.make(job)
    rows = sum(each.rows for each in made.manifest.tables)
    echo(f"Backup: {made.archive}")
    echo(f"Rows: {rows}. Evidence files: {len(made.manifest.files)}. No keys are in it.")


def _verify(folder: Path) -> None:
    with stoppable(_NOT_CHECKED) as stop, _in_sentences():
        archive = _archive(folder)
        said = opening.check(archive, Teller("Checking", stop))
    rows = sum(each.rows for each in said.tables)
    echo(f"{archive} is whole: {rows} rows, {len(said.files)} evidence files.")
    if said.keys != crypto.fingerprint():
        echo("It belongs to other keys than those of this installation.")


def _archive(path: Path) -> Path:
    return path if path.is_file() else opening.newest(path)


@click.command("restore", cls=Command)
@argument("folder", type=click.Path(path_type=Path))
@on_data
def restore(folder: Path) -> None:
    """Fill a new, empty installation from a backup: the newest of a folder, or one archive.

    Run `flask prepare` first, without the demonstration and with the keys of the backup.
    """
    with stoppable(_NOT_RESTORED) as stop, _in_sentences():
        archive = _archive(folder)
        said = opening.read(archive)
        restoring.fits(said, _about())
        opening.check(archive, Teller("Checking", stop))
        with transaction() as session:
            store = open_store(_settings())
            restoring.restore(session, store, archive, said, Teller("Restoring", stop))
    rows = sum(each.rows for each in said.tables)
    echo(f"Restored {rows} rows and {len(said.files)} evidence files, equal to the backup.")
    echo("Now run `flask audit verify`.")
