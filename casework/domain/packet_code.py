"""The code of a packet: what an office that never signs in shows to answer about one case.

32 random bytes in Crockford's Base32, which has no letter that looks like a digit; on paper they
stand in blocks of four, because somebody without a camera types them.
"""

from __future__ import annotations

import re
from typing import Final

RANDOM_BYTES: Final = 32
LENGTH: Final = 52
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 5
_BLOCK: Final = 4
# What a hand takes for a digit is that digit.
_READ_AS: Final = str.maketrans("OIL", "011")
_BETWEEN: Final = re.compile(r"[\s\-–—.#\u200b]+")


class BadPacketCode(ValueError):
    """What was typed cannot be such a code. It is not kept: it may be nearly the secret."""


def make(random_bytes: bytes) -> str:
    """Return the code of 52 signs for 32 bytes from a cryptographic source; raise ValueError."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError("A code is made from 32 bytes.")
    number = int.from_bytes(random_bytes, "big")
    return "".join(
        _SIGNS[number >> place * _BITS & len(_SIGNS) - 1] for place in reversed(range(LENGTH))
    )


def parse(typed: str) -> str:
    """Return the code of what was typed, in capitals or not, with any spaces and dashes.

    Raises BadPacketCode.
    """
    code = _BETWEEN.sub("", typed).upper().translate(_READ_AS)
    if len(code) != LENGTH or not set(code) <= set(_SIGNS):
        raise BadPacketCode
    return code


def grouped(code: str) -> tuple[str, ...]:
    """Return the code as it stands on paper: blocks of four."""
    return tuple(code[start : start + _BLOCK] for start in range(0, len(code), _BLOCK))
