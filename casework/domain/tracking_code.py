"""The secret code by which a complainant comes back to a case.

Eighteen random digits and two check digits (ISO 7064, MOD 97-10), shown as five blocks of four.
The check digits catch every single wrong digit and every swap of two neighbours, so that a slip is
told at once and costs no look-up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from casework.domain.digits import to_latin_in_number, without_separators

LENGTH: Final = 20
RANDOM_LENGTH: Final = 18
_BLOCK: Final = 4
_MODULUS: Final = 97

Reason = Literal["length", "digits", "check"]


class BadTrackingCode(ValueError):
    """What was typed cannot be a tracking code.

    `reason` says why: "digits" (something else than digits), "length" (not 20 of them) or "check"
    (a digit is wrong). The exception never carries what was typed: it may be nearly the secret.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def make(random_digits: Callable[[int], str]) -> str:
    """Return a new code of 20 digits.

    `random_digits(n)` must return n digits 0-9 from a cryptographic source; ValueError otherwise.
    """
    body = random_digits(RANDOM_LENGTH)
    if len(body) != RANDOM_LENGTH or not _only_digits(body):
        raise ValueError("The source of random digits did not return the digits asked for.")
    return f"{body}{_MODULUS + 1 - int(body) * 100 % _MODULUS:02d}"


def parse(typed: str) -> str:
    """Return the 20 digits 0-9 of a code typed in any script, with any spaces and dashes.

    Raises BadTrackingCode.
    """
    code = to_latin_in_number(without_separators(typed))
    # Nothing typed is a missing code, not a wrong character.
    if code and not _only_digits(code):
        raise BadTrackingCode("digits")
    if len(code) != LENGTH:
        raise BadTrackingCode("length")
    if int(code) % _MODULUS != 1:
        raise BadTrackingCode("check")
    return code


def grouped(code: str) -> tuple[str, ...]:
    """Return the code as it is shown and read aloud: five blocks of four digits."""
    return tuple(code[start : start + _BLOCK] for start in range(0, LENGTH, _BLOCK))


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
