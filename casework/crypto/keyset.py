"""The keys outside the database: made at the first start, read, kept up to date, never shown."""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.crypto.seal import KEY_BYTES

FILE: Final = "keyset.json"


class KeysMissing(RuntimeError):
    """No keyset is installed, or the keyset does not belong to this database."""


@dataclass(frozen=True)
class Keyset:
    """All versions of the wrapping key, and which is the newest.

    `secret` is the root from which index and code-lookup keys are derived; it never rotates,
    because what it derives must stay findable.
    """

    # A key that shows itself ends up in a traceback.
    wrapping: dict[int, bytes] = field(repr=False)
    current: int
    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return a key for one purpose only, by HKDF-SHA256."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.secret)

    def with_new_key(self) -> Keyset:
        """Return this keyset with one more wrapping key, which is the current one from now on."""
        version = max(self.wrapping) + 1
        fresh = secrets.token_bytes(KEY_BYTES)
        return replace(self, wrapping=self.wrapping | {version: fresh}, current=version)

    def without(self, version: int) -> Keyset:
        """Return this keyset without an old wrapping key; the current one stays."""
        kept = {each: key for each, key in self.wrapping.items() if each != version}
        return replace(self, wrapping=kept | {self.current: self.wrapping[self.current]})


@dataclass(frozen=True)
class _Source:
    """The file of a keyset, and its state when it was read."""

    path: Path
    changed_at: int


_installed: list[Keyset] = []
_source: list[_Source] = []


def install(keyset: Keyset, folder: Path | None = None) -> None:
    """Make `keyset` the one this process uses.

    With the folder it was read from, a key that another process adds there is taken up at once.
    """
    _installed[:] = [keyset]
    _source[:] = [_seen(folder / FILE)] if folder else []


def current() -> Keyset:
    """Return the installed keyset as it is now; raise KeysMissing when there is none."""
    if not _installed:
        raise KeysMissing("no keyset is installed")
    if _source and _seen(_source[0].path) != _source[0]:
        install(load_keyset(_source[0].path.read_text(encoding="ascii")), _source[0].path.parent)
    return _installed[0]


def current_version() -> int:
    """Return the version of the wrapping key that wraps what is new."""
    return current().current


def versions() -> list[int]:
    """Return the versions of all wrapping keys, oldest first."""
    return sorted(current().wrapping)


def folder() -> Path | None:
    """Return the folder that the installed keyset was read from; None for the environment."""
    return _source[0].path.parent if _source else None


def _seen(path: Path) -> _Source:
    return _Source(path, path.stat().st_mtime_ns)


def make_keyset() -> Keyset:
    """Return a fresh keyset of random keys."""
    return Keyset({1: secrets.token_bytes(KEY_BYTES)}, 1, secrets.token_bytes(KEY_BYTES))


def dump_keyset(keyset: Keyset) -> str:
    """Write a keyset as text for the key file or the environment."""
    wrapping = {str(v): base64.b64encode(key).decode() for v, key in keyset.wrapping.items()}
    return json.dumps(
        {
            "current": keyset.current,
            "wrapping": wrapping,
            "secret": base64.b64encode(keyset.secret).decode(),
        }
    )


def load_keyset(text: str) -> Keyset:
    """Read a keyset from text; raise KeysMissing when it is not one."""
    try:
        document = json.loads(text)
        wrapping = {int(v): base64.b64decode(key) for v, key in document["wrapping"].items()}
        keyset = Keyset(wrapping, document["current"], base64.b64decode(document["secret"]))
        sizes = {len(key) for key in (*wrapping.values(), keyset.secret)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysMissing("the keyset cannot be read") from error
    if keyset.current not in wrapping or sizes != {KEY_BYTES}:
        raise KeysMissing("the keyset is damaged")
    return keyset


def keyset_from_folder(folder: Path) -> Keyset:
    """Read the keyset file in `folder`, or make one with mode 600 at the very first start."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _written(folder, make_keyset())
        try:
            # A link appears whole or not at all: of two first starts at once, one wins for both.
            path.hardlink_to(name)
        except FileExistsError:
            pass
        finally:
            name.unlink()
    return load_keyset(path.read_text(encoding="ascii"))


def keep_in_folder(folder: Path, keyset: Keyset) -> None:
    """Put a changed keyset in the place of the one in `folder`, whole or not at all."""
    _written(folder, keyset).replace(folder / FILE)


def _written(folder: Path, keyset: Keyset) -> Path:
    """Return a file of its owner only that holds the keyset, safe on the disk."""
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(dump_keyset(keyset))
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
