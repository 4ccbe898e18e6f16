"""Passwords of staff: which are good enough, how they are kept and checked."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 200
# OWASP's second Argon2id profile: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_FEWEST_CHARACTERS: Final = 5
# Of what people choose when twelve characters are asked of them; the rule on different
# characters catches the rest of the keyboard's rows and repetitions.
_COMMON: Final = frozenset(
    """
    password1234 password12345 password123456 passwordpassword password2024 password2025
    password2026 mypassword123 mypassword1234 newpassword123 changeme1234 changemenow1
    letmeinletmein letmein12345 welcome12345 welcome123456 welcome12345!
    administrator administrator1 admin1234567 adminadmin12 adminadminadmin adminpassword
    123456789012 1234567890123 123456789123 012345678910 0123456789ab 1234567890ab
    1234567890qwerty 123456789abc 123456789qwe 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv
    qwerty123456 qwerty1234567 qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyuiop[]
    asdfghjkl123 asdfghjkl1234 zxcvbnm12345 abcdefghijkl abcdefghijklm abcdefg12345
    abcd12345678 iloveyou1234 iloveyou12345 iloveyouforever sunshine1234 football1234
    princess1234 casework1234 caseworker12 migrantworker
    """.split()  # noqa: SIM905 - sixty lines of one word each read worse.
)


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
    if plain in _COMMON or len(set(plain)) < _FEWEST_CHARACTERS:
        raise WeakPassword(Weakness.COMMON)
    if email.casefold() in plain or plain in email.casefold():
        raise WeakPassword(Weakness.OWN_EMAIL)


def hashed(password: str) -> str:
    """Return the slow hash under which a password is kept."""
    return _HASHER.hash(_same(password))


def matches(kept: str, password: str) -> bool:
    """Tell whether the password is the one kept; equally slow when none is kept."""
    try:
        # Whoever has no password never gets in, but must not be told so by a quick answer.
        _HASHER.verify(kept or _nobodys(), _same(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


def _same(password: str) -> str:
    # Keyboards write the same letter in different ways.
    return unicodedata.normalize("NFKC", password)
