"""Numbers of passports and identity cards, made comparable however they were written down."""

from __future__ import annotations

import unicodedata
from typing import Final

from casework.domain.digits import to_latin_in_number, without_separators

_SHORTEST: Final = 5
_LONGEST: Final = 20
_FEWEST_DIGITS: Final = 4
# Read off a worn page, or out over the telephone, these are taken for each other.
_LOOK_ALIKES: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1"})
# Marks of the form itself, as in "N° 01234567", Myanmar's "12/OUKAMA(N)123456" or "A.1234567".
_MARKS: Final = frozenset("./()°:'\u2019,")


def comparable(typed: str) -> str | None:
    """Return the number in the one spelling that is compared, or None when it can be none.

    Digits of any script, spaces, dashes, small letters and letters that look like digits do not
    count. The result is made to be indexed, never shown.
    """
    latin = unicodedata.normalize("NFKC", to_latin_in_number(typed))
    bare = without_separators("".join(each for each in latin if each not in _MARKS)).upper()
    if not bare.isascii() or not bare.isalnum() or not _SHORTEST <= len(bare) <= _LONGEST:
        return None
    same = bare.translate(_LOOK_ALIKES)
    return same if sum(each.isdigit() for each in same) >= _FEWEST_DIGITS else None
