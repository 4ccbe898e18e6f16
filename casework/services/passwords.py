"""Passwords of staff: which are good enough, how they are kept and checked."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.services import common_passwords

SHORTEST: Final = 12
LONGEST: Final = 200
# OWASP's second Argon2id profile: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_FEWEST_CHARACTERS: Final = 5
# Between the names of which an e-mail address is made.
_PARTS: Final = re.compile(r"[^a-z]+")


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    OWN_EMAIL = "own_email"


class WeakPassword(ValueError):
    """The password is too easy to guess."""

    def __init__(self, weakness: Weakness) -> None:
        """Keep the reason; a page says it in words."""
        super().__init__(weakness.value)
        self.weakness = weakness


def check(password: str, email: str) -> None:
    """Raise WeakPassword unless the password may be used by the owner of `email`."""
    plain = _same(password).casefold()
    if len(plain) < SHORTEST:
        raise WeakPassword(Weakness.SHORT)
    if len(plain) > LONGEST:
        raise WeakPassword(Weakness.LONG)
    if len(set(plain)) < _FEWEST_CHARACTERS or common_passwords.is_common(plain):
        raise WeakPassword(Weakness.COMMON)
    own = email.casefold()
    if own in plain or plain in own or common_passwords.is_common(plain, _PARTS.split(own)):
        raise WeakPassword(Weakness.OWN_EMAIL)


def hashed(password: str) -> str:
    """Return the slow hash under which a password is kept."""
    return _HASHER.hash(_same(password))


def matches(kept: str, password: str) -> bool:
    """Tell whether the password is the one kept; equally slow when none is kept."""
    typed = _same(password)
    good = bool(kept) and len(typed) <= LONGEST
    try:
        # Whoever has no password, or types more than any has, never gets in, but must not be told
        # so by a quick answer.
        _HASHER.verify(kept if good else _nobodys(), typed[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return good


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _same(password: str) -> str:
    # Keyboards write the same letter in different ways.
    return unicodedata.normalize("NFKC", password)
