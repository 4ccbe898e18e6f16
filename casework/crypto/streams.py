"""Files sealed while they stream: chunk by chunk, in order, with an end that cannot be cut off.

Every file has a key of its own, derived from its row's data key and a random salt. The nonce of
a chunk is its number and whether it is the last one: a chunk that is changed, swapped, repeated
or missing does not open, and a file without its last chunk does not either.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.crypto.cells import data_key
from casework.crypto.seal import KEY_BYTES, SealBroken

CHUNK_BYTES: Final = 65_536
TAG_BYTES: Final = 16
SALT_BYTES: Final = 16
VERSION: Final = 1
HEAD_BYTES: Final = 1 + SALT_BYTES
_COUNTER_BYTES: Final = 11


def seal_stream(row: Any, part: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sealed bytes of a file that belongs to `row` under the name `part`."""
    salt = secrets.token_bytes(SALT_BYTES)
    key = _key(row, part, salt)
    yield bytes([VERSION]) + salt
    for number, (block, last) in enumerate(_blocks(chunks, CHUNK_BYTES)):
        yield key.encrypt(_nonce(number, last=last), block, None)


def open_stream(row: Any, part: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what was sealed; raise SealBroken before a byte that does not belong there."""
    sealed = _Input(chunks)
    head = sealed.take(HEAD_BYTES)
    if len(head) != HEAD_BYTES or head[0] != VERSION:
        raise SealBroken(_name(row, part))
    key = _key(row, part, head[1:])
    for number, (block, last) in enumerate(_blocks(sealed.rest(), CHUNK_BYTES + TAG_BYTES)):
        try:
            yield key.decrypt(_nonce(number, last=last), block, None)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(_name(row, part)) from error


def _name(row: Any, part: str) -> str:
    return f"{row.__tablename__}|{part}|{row.id}|{VERSION}"


def _key(row: Any, part: str, salt: bytes) -> AESGCM:
    info = f"stream|{_name(row, part)}".encode()
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=info).derive(data_key(row)))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([last])


def _blocks(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield blocks of `size` bytes and whether each is the last; an empty file is one of none."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        # One block is held back: only when nothing follows is it known to be the last.
        while len(waiting) > size:
            yield bytes(waiting[:size]), False
            del waiting[:size]
    yield bytes(waiting), True


class _Input:
    """The stored bytes of a file, of which the first ones are taken apart."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._waiting = bytearray()

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, or what there is."""
        while len(self._waiting) < size and (chunk := next(self._chunks, None)) is not None:
            self._waiting += chunk
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def rest(self) -> Iterator[bytes]:
        """Yield all bytes that were not taken."""
        yield bytes(self._waiting)
        yield from self._chunks
