"""Digits of the scripts our people write in, and the slips they make with them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ZEROS: Final = (
    0x17E0,  # Khmer
    0x1040,  # Burmese
    0x1090,  # Shan
    0x0E50,  # Thai
    0x0ED0,  # Lao
    0x0660,  # Arabic-Indic
    0x06F0,  # Arabic-Indic as written in Urdu and Persian
    0xFF10,  # full width
)
_TO_LATIN: Final = {zero + n: str(n) for zero in _ZEROS for n in range(10)}
_BURMESE: Final = {ord(str(n)): chr(0x1040 + n) for n in range(10)}

# The letters wa and ra look like zero and seven, and many keyboards and typists swap them.
_LOOK_ALIKES: Final = {0x101D: "0", 0x101B: "7"}
_LOOK_ALIKES_BY_DIGITS: Final = re.compile("(?<=[0-9])[\u101b\u101d]+|[\u101b\u101d]+(?=[0-9])")
_MINUS_SIGN: Final = "\u2212"


def to_latin(text: str) -> str:
    """Return the text with every digit of a supported script as 0-9; the rest is untouched."""
    return text.translate(_TO_LATIN)


def from_latin(text: str, locale: str) -> str:
    """Return the text with the digits its readers expect in prose.

    Only Burmese prose is written with its own digits; every other language of ours uses 0-9
    (the style sheet of each language says so).
    """
    return text.translate(_BURMESE) if locale == "my" else text


def to_latin_in_number(typed: str) -> str:
    """Return what was typed where a number or code is asked, its digits as 0-9.

    Besides what `to_latin` does, the Burmese letters wa and ra that touch a digit become 0 and 7.
    This is right only where nothing but a number is expected: in prose they are letters.
    """
    return _LOOK_ALIKES_BY_DIGITS.sub(
        lambda found: found[0].translate(_LOOK_ALIKES), to_latin(typed)
    )


def without_separators(typed: str) -> str:
    """Return the text without spaces, dashes of any kind and invisible characters."""
    return "".join(character for character in typed if not _separates(character))


def _separates(character: str) -> bool:
    # Pd are dashes, Cf the zero-width characters that phones put in when text is pasted.
    return (
        character.isspace()
        or character == _MINUS_SIGN
        or unicodedata.category(character) in {"Pd", "Cf"}
    )
