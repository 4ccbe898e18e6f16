"""Making a backup while the service is in use.

All tables are read in one transaction, which sees the database as it was at one moment: on SQLite
a snapshot of the journal, on PostgreSQL a repeatable read. The archive gets its name only when it
is whole. No key is in it: what is sealed in the rows stays sealed.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from casework.models import Evidence
from casework.services.backup import files, manifest, opening, rows
from casework.services.backup.manifest import BackupError, Manifest, Stopped, TableFile
from casework.services.evidence.taking import PARTS, PREVIEW, path

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Table

    from casework.services.backup.files import Stop, Tell
    from casework.storage import Store

_PREFIX: Final = ".half-"
_LOCK: Final = ".lock"
_FAST: Final = 3  # How hard the archive is pressed: sealed bytes hardly get smaller.


@dataclass(frozen=True)
class Made:
    """A finished backup: its archive, what is in it, and how many old files were let go."""

    archive: Path
    manifest: Manifest
    pruned: int


@dataclass(frozen=True)
class Progress:
    """How progress is told, for files and then for tables, and whether to stop."""

    files: Tell
    tables: Tell
    stop: Stop


@dataclass(frozen=True)
class Job:
    """A backup to be made: from where, into which folder, as of when.

    `about` says all of the archive but what is in it.
    """

    engine: Engine
    store: Store
    folder: Path
    about: Manifest
    now: datetime
    progress: Progress


def make(job: Job) -> Made:
    """Make a backup.

    Evidence files come first, so that few are left to be copied when the moment of the snapshot
    has come. Raises Stopped, after which what was copied is not copied again; BackupError.
    """
    job.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = job.folder / files.FOLDER
    with _workshop(job.folder) as work:
        there = sorted(job.store.list())
        files.keep(job.store, kept, there, job.progress.files, job.progress.stop)
        with snapshot(job.engine) as connection:
            archive, whole = _archive(connection, job, work)
        return Made(archive, whole, files.prune(kept, opening.named_files(job.folder)))


def _archive(connection: Connection, job: Job, work: Path) -> tuple[Path, Manifest]:
    kept = job.folder / files.FOLDER
    told = _dump(connection, work, job.progress)
    paths = files_of(connection)
    gone = files.keep(job.store, kept, paths, _say_nothing, job.progress.stop)
    named = {each: files.noted(kept, each) for each in paths if each not in gone}
    whole = replace(job.about, tables=told, files=named, gone=gone)
    archive = job.folder / f"casework-{job.now:%Y%m%dT%H%M%SZ}.tar"
    _pack(work, whole, archive)
    return archive, whole


def _say_nothing(done: int, total: int) -> None:
    """The few files that came while others were copied are not worth a line."""
    del done, total


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees the database as it is at this moment, until it ends."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            connection.execute(text("SET TRANSACTION READ ONLY"))
        # SQLite takes its snapshot with the first read.
        connection.execute(select(Evidence.id).limit(1)).all()
        yield connection
        connection.rollback()


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Give a folder for half-made files; take away what a killed backup has left."""
    with files.private(folder / _LOCK) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being made in {folder}.") from None
        for left in folder.glob(f"{_PREFIX}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as name:
            yield Path(name)


def _dump(connection: Connection, work: Path, progress: Progress) -> list[TableFile]:
    found, told = rows.tables(), []
    for done, table in enumerate(found):
        if progress.stop():
            raise Stopped
        progress.tables(done, len(found))
        told.append(_dump_table(connection, work, table))
    progress.tables(len(found), len(found))
    return told


def _dump_table(connection: Connection, work: Path, table: Table) -> TableFile:
    total, target = rows.Sum(), work / opening.member(table.name)
    with gzip.open(target, "wt", compresslevel=_FAST, encoding="ascii") as file:
        for line in rows.read(connection, table):
            file.write(total.add(line) + "\n")
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return TableFile(table.name, total.rows, total.text, digest)


def files_of(connection: Connection) -> list[str]:
    """Return the paths of all evidence files that the rows speak of."""
    query = select(Evidence.id, Evidence.has_preview).order_by(Evidence.id)
    return [
        path(row.id, part)
        for row in connection.execute(query)
        for part in PARTS
        if row.has_preview or part != PREVIEW
    ]


def _pack(work: Path, whole: Manifest, archive: Path) -> None:
    half = work / "archive"
    with files.private(half) as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            text_of = whole.dump()
            head = tarfile.TarInfo(manifest.FILE)
            head.size, head.mode = len(text_of), 0o600
            tar.addfile(head, io.BytesIO(text_of))
            for each in whole.tables:
                tar.add(work / opening.member(each.name), opening.member(each.name))
        file.flush()
        os.fsync(file.fileno())
    half.replace(archive)
