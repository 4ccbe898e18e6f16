"""A temporary file that nobody can read: its bytes are sealed with a key in memory only.

What a phone sends has to wait somewhere until it is whole. Left behind by a dropped line or a
killed server it must be worth nothing to whoever finds it.
"""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from casework.crypto.seal import KEY_BYTES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_BLOCK: Final = 16
_COUNTERS: Final = 2**128


class Spool(io.RawIOBase):
    """A file to be written once from its beginning, and read as often as wished.

    AES-CTR with a key and counter of its own: no byte is ever sealed twice under the same
    place, because what has been written cannot be written over.
    """

    def __init__(self) -> None:
        """Open an empty file that has no name on the disk."""
        super().__init__()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - close() closes it.
        self._key = AES(secrets.token_bytes(KEY_BYTES))
        self._first = int.from_bytes(secrets.token_bytes(_BLOCK), "big")
        self._size = 0
        self._place = 0

    def readable(self) -> bool:
        """Return True: what was written can be read."""
        return True

    def writable(self) -> bool:
        """Return True: it can grow."""
        return True

    def seekable(self) -> bool:
        """Return True: it can be read from any place."""
        return True

    @property
    def size(self) -> int:
        """How many bytes have been written."""
        return self._size

    def tell(self) -> int:
        """Return the place of the next byte to be read."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place and return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._place = start + offset
        return self._place

    def write(self, data: ReadableBuffer, /) -> int:
        """Write at the end; raise OSError (ENOSPC) when the disk is full."""
        if self._place != self._size:
            raise io.UnsupportedOperation("what was written cannot be written over")
        plain = bytes(data)
        sealed = memoryview(self._turned(plain))
        done = 0
        while done < len(sealed):
            done += os.pwrite(self._file.fileno(), sealed[done:], self._size + done)
        self._place = self._size = self._size + done
        return done

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read from the present place on; return how many bytes there were."""
        view = memoryview(buffer).cast("B")
        sealed = os.pread(self._file.fileno(), len(view), self._place)
        view[: len(sealed)] = self._turned(sealed)
        self._place += len(sealed)
        return len(sealed)

    def close(self) -> None:
        """Let go of the file, and with it of its key."""
        if not self.closed:
            self._file.close()
        super().close()

    def _turned(self, data: bytes) -> bytes:
        """Return the bytes at the present place sealed, or opened again: both are one turn."""
        block, inside = divmod(self._place, _BLOCK)
        counter = ((self._first + block) % _COUNTERS).to_bytes(_BLOCK, "big")
        turn = Cipher(self._key, CTR(counter)).encryptor()
        return turn.update(bytes(inside) + data)[inside:]
