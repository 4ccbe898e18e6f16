"""Opening an archive: which there are, what they say, and whether they are what they say."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from casework.services.backup import files, manifest
from casework.services.backup.manifest import BackupError, Manifest
from casework.services.backup.rows import Sum

if TYPE_CHECKING:
    from casework.services.backup.files import Tell

_ARCHIVES: Final = "casework-*.tar"


def member(table: str) -> str:
    """Return the name that the file of a table has in the archive."""
    return f"{table}.jsonl.gz"


def newest(folder: Path) -> Path:
    """Return the newest archive of a folder; raise BackupError when there is none."""
    found = sorted(folder.glob(_ARCHIVES))
    if not found:
        raise BackupError(f"There is no backup in {folder}.")
    return found[-1]


def named_files(folder: Path) -> set[str]:
    """Return the evidence files that any archive of the folder speaks of."""
    return {path for archive in folder.glob(_ARCHIVES) for path in read(archive).files}


def read(archive: Path) -> Manifest:
    """Return what an archive says of itself; raise BackupError."""
    with _opened(archive) as tar:
        return manifest.load(_member(tar, manifest.FILE).read())


def check(archive: Path, tell: Tell) -> Manifest:
    """Compare an archive and its evidence files with what it says; raise BackupError.

    `tell` is told how many tables and files of how many are done, and may raise to end it.
    """
    said = read(archive)
    tables, steps = len(said.tables), len(said.tables) + len(said.files)
    for done, each in enumerate(said.tables):
        tell(done, steps)
        total = Sum()
        for line in lines(archive, each.name, each.sha256):
            total.add(line)
        if (total.rows, total.text) != (each.rows, each.sum):
            raise BackupError(f"The table {each.name} of the backup is not what it was.")
    folder = archive.parent / files.FOLDER
    files.check(folder, said.files, lambda done, _files: tell(tables + done, steps))
    return said


def lines(archive: Path, table: str, sha256: str) -> Iterator[str]:
    """Yield the lines of a table, when its file has this hash; raise BackupError."""
    with _opened(archive) as tar:
        packed = _member(tar, member(table)).read()
        if hashlib.sha256(packed).hexdigest() != sha256:
            raise BackupError(f"The table {table} of the backup is not what it was.")
        with gzip.open(io.BytesIO(packed), "rt", encoding="ascii") as file:
            for line in file:
                yield line.rstrip("\n")


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive) as tar:
            yield tar
    except (OSError, EOFError, tarfile.TarError) as error:
        raise BackupError(f"The archive {archive} cannot be read.") from error


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupError(f"{name} is missing in the backup.")
    return found
