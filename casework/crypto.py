"""Sealing: what only the running system may read.

Every case and every draft has a data key of its own, wrapped by a keyset that lives outside
the database. A sealed cell is AES-256-GCM; its associated data names table, column, row and
key version, so that a cell moved elsewhere does not open. Nothing else in the house sees a
key. Deleting a wrapped key makes all it sealed unreadable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, overload

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 16
_VERSION_BYTES = 2
# OWASP's second Argon2id profile: 19 MiB, two passes, one lane.
_ARGON = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1, "hash_len": KEY_BYTES}


class KeysMissing(RuntimeError):
    """No keyset is installed, or the keyset does not belong to this database."""


class SealBroken(RuntimeError):
    """A sealed value does not open: wrong key, moved cell or damaged data."""


class HasKey(Protocol):
    """A row that carries a wrapped data key: a case or a draft."""

    wrapped_key: bytes
    id: int


@dataclass(frozen=True)
class Keyset:
    """The keys outside the database: all versions of the wrapping key, and the newest.

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


_installed: list[Keyset] = []


def install(keyset: Keyset) -> None:
    """Make `keyset` the one this process uses."""
    _installed[:] = [keyset]


def _keyset() -> Keyset:
    if not _installed:
        msg = "no keyset is installed"
        raise KeysMissing(msg)
    return _installed[0]


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
        msg = "the keyset cannot be read"
        raise KeysMissing(msg) from error
    if keyset.current not in wrapping or sizes != {KEY_BYTES}:
        msg = "the keyset is damaged"
        raise KeysMissing(msg)
    return keyset


def keyset_from_folder(folder: Path) -> Keyset:
    """Read the keyset file in `folder`, or make one with mode 600 at the very first start."""
    path = folder / "keyset.json"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(dump_keyset(make_keyset()))
    return load_keyset(path.read_text(encoding="ascii"))


def _seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def _open(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(bound_to) from error


def new_data_key(table: str, row_id: int) -> bytes:
    """Return a fresh data key for a row, wrapped by the current key and bound to the row."""
    keyset = _keyset()
    bound_to = f"{table}|wrapped_key|{row_id}|{keyset.current}"
    key = secrets.token_bytes(KEY_BYTES)
    sealed = _seal(keyset.wrapping[keyset.current], key, bound_to)
    return keyset.current.to_bytes(_VERSION_BYTES, "big") + sealed


def _unwrap(row: HasKey, table: str) -> bytes:
    version = int.from_bytes(row.wrapped_key[:_VERSION_BYTES], "big")
    wrapping = _keyset().wrapping.get(version)
    if wrapping is None:
        msg = f"key version {version} is not in the keyset"
        raise KeysMissing(msg)
    return _open(
        wrapping, row.wrapped_key[_VERSION_BYTES:], f"{table}|wrapped_key|{row.id}|{version}"
    )


def renew_key(row: Any) -> None:
    """Give a case or draft a fresh data key; what the old one sealed never opens again."""
    row.wrapped_key = new_data_key(row.__tablename__, row.id)
    row.__dict__.pop("_data_key", None)


def data_key(row: Any) -> bytes:
    """Return the data key of a case or draft, unwrapped once per loaded row."""
    kept = row.__dict__.get("_data_key")
    if kept is None:
        kept = _unwrap(row, row.__tablename__)
        row.__dict__["_data_key"] = kept
    return bytes(kept)


class SealedText:
    """A text attribute kept sealed in the column `<name>_sealed` of the same row.

    Reading opens it, writing seals it; None stays None. Raises SealBroken when the cell
    does not belong where it stands.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name, which the associated data repeats."""
        self.name = name
        self.column = f"{name}_sealed"

    def _bound_to(self, row: Any) -> str:
        return f"{row.__tablename__}|{self.column}|{row.id}"

    @overload
    def __get__(self, row: None, owner: type) -> SealedText: ...
    @overload
    def __get__(self, row: object, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> SealedText | str | None:
        """Open the cell."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return None
        return _open(data_key(row.key_row), sealed, self._bound_to(row)).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        """Seal the value into the cell."""
        sealed = None
        if value is not None:
            sealed = _seal(data_key(row.key_row), value.encode(), self._bound_to(row))
        setattr(row, self.column, sealed)


def blind_index(purpose: str, value: str) -> bytes:
    """Return a keyed, truncated fingerprint by which an exact value is found again."""
    key = _keyset().derive(f"index|{purpose}")
    return hmac.digest(key, value.encode(), "sha256")[:INDEX_BYTES]


def code_lookup(code: str) -> bytes:
    """Return the slow, keyed hash under which a tracking code is stored and looked up."""
    keyset = _keyset()
    keyed = hmac.digest(keyset.derive("tracking-code|pepper"), code.encode(), "sha256")
    salt = keyset.derive("tracking-code|salt")[:16]
    return hash_secret_raw(keyed, salt, type=Type.ID, **_ARGON)


def token_hash(token: str) -> bytes:
    """Return the hash under which a random session or invitation token is stored."""
    return hashlib.sha256(token.encode()).digest()


def fingerprint() -> str:
    """Return a short public mark of the keyset, stored to notice keys that do not match."""
    return hmac.digest(_keyset().derive("fingerprint"), b"casework", "sha256").hex()[:16]
