"""The public reference of a case, such as KH-26-004217-5.

Country of origin, year, running number, and one check digit by the algorithm of H. M. Damm ("Total
anti-symmetrische Quasigruppen", Marburg 2004), which catches every single wrong digit and every
swap of two neighbouring digits. It is no secret: it is said on the telephone and written on paper.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from casework.domain.digits import to_latin_in_number, without_separators

_ORIGIN: Final = re.compile("[A-Z]{2}")
# A number has six digits, or more without a leading zero: each case has one spelling only.
_SHAPE: Final = re.compile("([A-Z]{2})([0-9]{2})([0-9]{6}|[1-9][0-9]{6,})([0-9])")

# Totally anti-symmetric quasigroup of order ten; its diagonal is zero.
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class BadReference(ValueError):
    """What was typed is no case reference, or one of its characters is wrong."""


def make(origin: str, year: int, number: int) -> str:
    """Return the reference of the case with this running number.

    `origin` is a two-letter country code in capitals, `year` a full year, `number` 1 or more.
    Raises ValueError for anything else.
    """
    if not _ORIGIN.fullmatch(origin) or number < 1:
        raise ValueError("A reference needs a two-letter country code and a number from 1.")
    return _spelled(origin, f"{year % 100:02d}", f"{number:06d}")


def parse(typed: str) -> str:
    """Return the reference as we write it, from one typed in any case, script or spacing.

    Raises BadReference.
    """
    latin = to_latin_in_number(without_separators(typed))
    plain = unicodedata.normalize("NFKC", latin).upper()
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise BadReference
    origin, year, number, check = shape.groups()
    reference = _spelled(origin, year, number)
    if not reference.endswith(check):
        raise BadReference
    return reference


def _spelled(origin: str, year: str, number: str) -> str:
    return f"{origin}-{year}-{number}-{_check_digit(origin + year + number)}"


def _check_digit(text: str) -> int:
    """Return the Damm digit over digits and letters, a letter counting as two digits (A is 10)."""
    interim = 0
    for character in text:
        # Base 36 gives exactly this value to letters and digits.
        for digit in str(int(character, 36)):
            interim = _DAMM[interim][int(digit)]
    return interim
