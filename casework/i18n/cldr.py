"""What CLDR knows of the language being written in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

from casework.domain.digits import from_latin
from casework.i18n.texts import current

# Every language of ours writes the day first; CLDR's plain English is American.
_WRITTEN_AS: Final[Mapping[str, str]] = {"en": "en_GB"}
_INVISIBLE: Final = dict.fromkeys(map(ord, "\N{WORD JOINER}\N{ZERO WIDTH SPACE}"))


def here() -> Locale:
    """Return the locale of the current language."""
    return locale(current())


@cache
def locale(code: str) -> Locale:
    """Return the locale of a language of ours."""
    return Locale.parse(_WRITTEN_AS.get(code, code))


def digits(text: str, code: str) -> str:
    """Return the text in the digits of its prose, without CLDR's invisible characters."""
    return from_latin(text.translate(_INVISIBLE), code)


def visible(name: str) -> str:
    """Return a name without places to break a line: browsers find them by themselves."""
    return name.translate(_INVISIBLE)
