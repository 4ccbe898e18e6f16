"""Data keys of cases and drafts, and the sealed cells of their rows."""

from __future__ import annotations

import secrets
from typing import Any, Final, Protocol, overload

from casework.crypto import keyset
from casework.crypto.keyset import KeysMissing
from casework.crypto.seal import KEY_BYTES, seal, unseal

VERSION_BYTES: Final = 2


class HasKey(Protocol):
    """A row that carries a wrapped data key: a case, a draft, a file."""

    wrapped_key: bytes
    id: int


def new_data_key(table: str, row_id: int) -> bytes:
    """Return a fresh data key for a row, wrapped by the current key and bound to the row."""
    return _wrapped(secrets.token_bytes(KEY_BYTES), table, row_id)


def _wrapped(key: bytes, table: str, row_id: int) -> bytes:
    keys = keyset.current()
    sealed = seal(keys.wrapping[keys.current], key, _bound_to(table, row_id, keys.current))
    return version_mark(keys.current) + sealed


def version_mark(version: int) -> bytes:
    """Return how the wrapped keys of a version begin; they sort by it."""
    return version.to_bytes(VERSION_BYTES, "big")


def _bound_to(table: str, row_id: int, version: int) -> str:
    return f"{table}|wrapped_key|{row_id}|{version}"


def unwrapped(wrapped_key: bytes, table: str, row_id: int) -> bytes:
    """Return a data key as its row holds it; raise KeysMissing where the keyset is not ours."""
    version = int.from_bytes(wrapped_key[:VERSION_BYTES], "big")
    wrapping = keyset.current().wrapping.get(version)
    if wrapping is None:
        raise KeysMissing(f"key version {version} is not in the keyset")
    return unseal(wrapping, wrapped_key[VERSION_BYTES:], _bound_to(table, row_id, version))


def rewrapped(wrapped_key: bytes, table: str, row_id: int) -> bytes:
    """Return the same data key wrapped by the current key; what it sealed opens as before."""
    return _wrapped(unwrapped(wrapped_key, table, row_id), table, row_id)


def renew_key(row: Any) -> None:
    """Give a case or draft a fresh data key; what the old one sealed never opens again."""
    row.wrapped_key = new_data_key(row.__tablename__, row.id)
    row.__dict__.pop("_data_key", None)


def data_key(row: Any) -> bytes:
    """Return the data key of a case or draft, unwrapped once per loaded row."""
    kept = row.__dict__.get("_data_key")
    if kept is None:
        kept = unwrapped(row.wrapped_key, row.__tablename__, row.id)
        row.__dict__["_data_key"] = kept
    return bytes(kept)


def open_cell(key: bytes, place: str, sealed: bytes) -> str:
    """Return the text of a sealed cell; `place` is `table|column|id of the row`.

    For whoever opens many cells without loading their rows; raises SealBroken.
    """
    return unseal(key, sealed, place).decode()


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
        return open_cell(data_key(row.key_row), self._bound_to(row), sealed)

    def __set__(self, row: Any, value: str | None) -> None:
        """Seal the value into the cell."""
        sealed = None
        if value is not None:
            sealed = seal(data_key(row.key_row), value.encode(), self._bound_to(row))
        setattr(row, self.column, sealed)
