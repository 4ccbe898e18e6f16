"""Commands that keep an installation safe: a backup, a look at one, and the way back."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click import argument, echo
from flask import current_app
from flask.cli import with_appcontext

from casework import crypto
from casework.cli import database
from casework.cli.sentences import Command, Refused, Sorry, on_data, says_why
from casework.config import Settings
from casework.db import db, transaction
from casework.services.backup import making, opening, restoring
from casework.services.backup.making import Job, Progress
from casework.services.backup.manifest import BackupError, Manifest, Stopped
from casework.storage import StoreDown, open_store
from casework.web.clock import now

if TYPE_CHECKING:
    from types import FrameType

_VERIFY: Final = "verify"
_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS: Final = 60
_TELL_EVERY: Final = 2.0  # seconds between lines of progress.


class Teller:
    """Says how far something is and how long it may still take, now and then."""

    def __init__(self, what: str, *, every: float = _TELL_EVERY) -> None:
        self._what, self._every = what, every
        self._began = self._told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say it, unless it was said a moment ago."""
        moment = time.monotonic()
        if not done or done == total or moment - self._told < self._every:
            return
        self._told = moment
        left = (moment - self._began) / done * (total - done)
        echo(f"{self._what}: {done} of {total}, about {duration(left)} left.", err=True)


def duration(seconds: float) -> str:
    """Return a duration in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // _SECONDS} min {whole % _SECONDS} s" if whole >= _SECONDS else f"{whole} s"


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Give what tells whether somebody asked to stop; a file that is being copied is finished."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)

    former = {number: signal.signal(number, ask) for number in _STOPS}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


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
        revision=database.newest_revision(current_app),
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
    with stoppable() as stop, _in_sentences():
        progress = Progress(Teller("Evidence files"), Teller("Tables"), stop)
        job = Job(db.engine, open_store(_settings()), folder, _about(), now(), progress)
        try:
            made = making.make(job)
        except Stopped:
            raise Sorry(
                "Stopped before the backup was whole: run it again, and it goes on from here."
            ) from None
    rows = sum(each.rows for each in made.manifest.tables)
    echo(f"Backup: {made.archive}")
    echo(f"Rows: {rows}. Evidence files: {len(made.manifest.files)}. No keys are in it.")


def _verify(folder: Path) -> None:
    with _in_sentences():
        archive = _archive(folder)
        said = opening.check(archive, Teller("Evidence files"))
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
    with _in_sentences():
        archive = _archive(folder)
        said = opening.read(archive)
        restoring.fits(said, _about())
        opening.check(archive, Teller("Checking files"))
        with transaction() as session:
            store = open_store(_settings())
            restoring.restore(session, store, archive, said, Teller("Tables"))
    rows = sum(each.rows for each in said.tables)
    echo(f"Restored {rows} rows and {len(said.files)} evidence files, equal to the backup.")
    echo("Now run `flask audit verify`.")
