"""The sealed evidence files beside the archives: copied once, whole or not at all.

They lie in `evidence/` of the backup's folder under the paths that they have in the store, each
with its hash in a small file at its side. A copy that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from casework.services.backup.manifest import BackupError, Stopped
from casework.storage import Missing

if TYPE_CHECKING:
    from casework.storage import Store

FOLDER: Final = "evidence"
_HASH: Final = ".sha256"
_HALF: Final = ".half"
_PIECE: Final = 1024 * 1024

Tell = Callable[[int, int], None]
Stop = Callable[[], bool]


def keep(store: Store, folder: Path, paths: Iterable[str], tell: Tell, stop: Stop) -> list[str]:
    """Copy those of `paths` that are not in `folder` yet; return those the store has lost.

    Raises Stopped as soon as `stop` says so.
    """
    todo = [path for path in paths if not (folder / f"{path}{_HASH}").exists()]
    gone = []
    for done, path in enumerate(todo):
        if stop():
            raise Stopped
        tell(done, len(todo))
        try:
            _copy(store.read(path), folder / path)
        except Missing:
            gone.append(path)
    tell(len(todo), len(todo))
    return gone


def _copy(pieces: Iterable[bytes], target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half, digest = target.with_name(target.name + _HALF), hashlib.sha256()
    with private(half) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    half.replace(target)
    # The hash comes last: a file that has one is whole.
    note = target.with_name(target.name + _HASH)
    with private(note) as file:
        file.write(digest.hexdigest().encode())


def private(path: Path) -> BinaryIO:
    """Open an empty file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def noted(folder: Path, path: str) -> tuple[int, str]:
    """Return the size of a file in the backup, and the hash that was noted with it."""
    file = folder / path
    return file.stat().st_size, file.with_name(file.name + _HASH).read_text("ascii")


def check(folder: Path, files: dict[str, tuple[int, str]], tell: Tell) -> None:
    """Read every file of a backup; raise BackupError at the first that is not what it was."""
    for done, (path, (size, digest)) in enumerate(files.items()):
        tell(done, len(files))
        found, read = hashlib.sha256(), 0
        for piece in pieces(folder, path):
            found.update(piece)
            read += len(piece)
        if (read, found.hexdigest()) != (size, digest):
            raise BackupError(f"The evidence file {path} is not what it was.")
    tell(len(files), len(files))


def pieces(folder: Path, path: str) -> Iterator[bytes]:
    """Yield the bytes of a file in the backup; raise BackupError when it is not there."""
    try:
        with (folder / path).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise BackupError(f"The evidence file {path} cannot be read.") from error


def prune(folder: Path, wanted: set[str]) -> int:
    """Delete the files that no archive of the folder speaks of; return how many there were."""
    removed = 0
    for file in sorted(folder.glob("*/*")):
        path = file.relative_to(folder).as_posix()
        if path.removesuffix(_HASH) not in wanted:
            file.unlink()
            removed += not path.endswith(_HASH)
    for place in folder.glob("*"):
        if not any(place.iterdir()):
            place.rmdir()
    return removed
