"""Where evidence files lie: a folder, or a bucket of an S3-speaking server.

What comes here is sealed already; a store sees neither a name nor a plain byte. A file is there
whole or not at all, and once `write` has returned it outlives a power cut.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from casework.config import Bucket, Settings

_MEGABYTE: Final = 1024 * 1024
_PIECE: Final = 256 * 1024
_PATH: Final = re.compile(r"[0-9]{1,19}/(original|shared|preview)", re.ASCII)
_PREFIX: Final = re.compile(r"([0-9]{1,19}/)?", re.ASCII)
_HALF: Final = ".half"
# A process that was killed while it wrote leaves a half file; none takes as long as this.
_HALF_SECONDS: Final = 3600
# One request and all its repetitions.
ANSWER_WITHIN: Final = timedelta(seconds=20)
GIVE_UP_AFTER: Final = timedelta(seconds=30)
_REPETITIONS: Final = 3


class Missing(LookupError):
    """There is no file at the path."""


class StoreDown(RuntimeError):
    """The store does not do what it is asked; nothing half is left there."""


class StoreFull(StoreDown):
    """The disk has no room left but what the database needs to go on."""


class Store(Protocol):
    """A place for files, found by paths made of a number and what the file is."""

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Store `chunks` under `path` and return how many bytes they are.

        Raises:
            StoreDown: they are not stored.
            Exception: whatever `chunks` raises; nothing is stored.

        """

    def read(self, path: str) -> Iterator[bytes]:
        """Return the bytes under `path`, in pieces; raise Missing or StoreDown, at once."""

    def delete(self, path: str) -> None:
        """Let nothing be under `path`; raise StoreDown."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """Return the paths of all files, or of those of a number ("7/"), in any order."""

    def size(self, path: str) -> int:
        """Return the number of bytes under `path`; raise Missing or StoreDown."""


def open_store(settings: Settings) -> Store:
    """Return the store that the settings say; no server is asked yet.

    Raises:
        StoreDown: the folder cannot be made.

    """
    if settings.bucket:
        return RemoteStore(settings.bucket)
    return FolderStore(settings.instance / "evidence", settings.disk_floor * _MEGABYTE)


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError("a path of evidence is a number and what the file is")
    return path


def _checked_prefix(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("files are listed all, or by number")
    return prefix


@contextmanager
def _disk() -> Iterator[None]:
    """Say in our words what the disk says."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing from error
    except OSError as error:
        raise StoreDown(f"the folder of evidence files: {error.strerror}") from error


@contextmanager
def _writing() -> Iterator[None]:
    """Where a folder or bucket is gone there is no place to write: that is no missing file."""
    try:
        yield
    except Missing as error:
        raise StoreDown("the place for evidence files is gone") from error


class FolderStore:
    """Files in `folder`, which only its owner may enter; `floor` bytes of its disk stay free."""

    def __init__(self, folder: Path, floor: int) -> None:
        self._folder = folder
        self._floor = floor
        with _disk():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._sweep()

    def _sweep(self) -> None:
        """Take away what killed processes have left half written."""
        for half in self._folder.glob(f"*/*{_HALF}"):
            with suppress(FileNotFoundError):
                if time.time() - half.stat().st_mtime > _HALF_SECONDS:
                    half.unlink()

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Store the bytes; see Store."""
        target = self._folder / _checked(path)
        half = target.with_name(f"{secrets.token_hex(8)}{_HALF}")
        with _writing(), _disk():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                size = sum(self._append(file.fileno(), chunk) for chunk in chunks)
                with _disk():
                    os.fsync(file.fileno())
            self._settle(half, target)
        except BaseException:
            half.unlink(missing_ok=True)
            with suppress(OSError):
                target.parent.rmdir()
            raise
        return size

    def _append(self, handle: int, chunk: bytes) -> int:
        if shutil.disk_usage(self._folder).free - len(chunk) < self._floor:
            raise StoreFull("the disk of evidence files is full")
        rest = memoryview(chunk)
        with _disk():
            while rest:
                rest = rest[os.write(handle, rest) :]
        return len(chunk)

    def _settle(self, half: Path, target: Path) -> None:
        """Give the written file its name, and wait until the names are on the disk too."""
        with _disk():
            half.replace(target)
            for folder in (target.parent, self._folder):
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)

    def read(self, path: str) -> Iterator[bytes]:
        """Return the bytes; see Store."""
        with _disk():
            handle = os.open(self._folder / _checked(path), os.O_RDONLY | os.O_NOFOLLOW)
        return self._pieces(handle)

    def _pieces(self, handle: int) -> Iterator[bytes]:
        with os.fdopen(handle, "rb", buffering=0) as file, _disk():
            while piece := file.read(_PIECE):
                yield piece

    def delete(self, path: str) -> None:
        """Take the file away; see Store."""
        target = self._folder / _checked(path)
        with suppress(Missing), _disk():
            target.unlink()
        with suppress(OSError):
            target.parent.rmdir()

    def list(self, prefix: str = "") -> Iterator[str]:
        """Return the paths; see Store."""
        number = _checked_prefix(prefix).rstrip("/") or "*"
        with _disk():
            for file in self._folder.glob(f"{number}/*"):
                path = file.relative_to(self._folder).as_posix()
                if _PATH.fullmatch(path):
                    yield path

    def size(self, path: str) -> int:
        """Return the number of bytes; see Store."""
        with _disk():
            return (self._folder / _checked(path)).stat().st_size


@contextmanager
def _server() -> Iterator[None]:
    """Say in our words what the server says, without addresses or keys."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise Missing from error
    except (BaseError, OSError) as error:
        raise StoreDown("the server of evidence files does not answer as it should") from error


class RemoteStore:
    """Files in a bucket.

    A file goes up in one request: there is never a half one on the server, not even one that
    a killed process has left. It is held in memory meanwhile, sealed.
    """

    def __init__(self, bucket: Bucket) -> None:
        loopback = (bucket.endpoint or "").startswith("http://")
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            access_key_id=bucket.key_id,
            secret_access_key=bucket.secret,
            region=bucket.region,
            endpoint=bucket.endpoint,
            client_options={
                "allow_http": loopback,
                "connect_timeout": timedelta(seconds=5),
                "timeout": ANSWER_WITHIN,
            },
            retry_config={"max_retries": _REPETITIONS, "retry_timeout": GIVE_UP_AFTER},
        )

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Store the bytes; see Store."""
        whole = b"".join(chunks)
        with _writing(), _server():
            obstore.put(self._store, _checked(path), whole, use_multipart=False)
        return len(whole)

    def read(self, path: str) -> Iterator[bytes]:
        """Return the bytes; see Store."""
        with _server():
            found = obstore.get(self._store, _checked(path))
        return self._pieces(found)

    def _pieces(self, found: obstore.GetResult) -> Iterator[bytes]:
        with _server():
            for piece in found.stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def delete(self, path: str) -> None:
        """Take the file away; see Store."""
        with suppress(Missing), _server():
            obstore.delete(self._store, _checked(path))

    def list(self, prefix: str = "") -> Iterator[str]:
        """Return the paths; see Store."""
        with _server():
            for found in obstore.list(self._store, _checked_prefix(prefix).rstrip("/") or None):
                yield from (each["path"] for each in found if _PATH.fullmatch(each["path"]))

    def size(self, path: str) -> int:
        """Return the number of bytes; see Store."""
        with _server():
            return obstore.head(self._store, _checked(path))["size"]
