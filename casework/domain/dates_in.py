"""Days as people write them: day first, in any script's digits, in either era."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from casework.domain.digits import to_latin_in_number

# Thai and Lao readers count years from the Buddha's death; the style sheet takes a year of 2400
# and more as Buddhist. The difference is that of the Thai calendar since 1941.
_BUDDHIST_FROM: Final = 2400
_BUDDHIST_AHEAD: Final = 543
_EARLIEST: Final = _BUDDHIST_FROM - _BUDDHIST_AHEAD
_PLAUSIBLE_YEARS: Final = 50
_CENTURY: Final = 100
_SHORT: Final = 2

# Spaces, dashes, slashes, full stops and commas of our scripts, and the characters without width
# that keyboards put between words.
_SEPARATORS: Final = re.compile(
    "[\\s/.,:\\-\u058a\u2010-\u2015\u2212\uff0d\u104a\u104b\u17d4\u200b-\u200f\u2060\ufeff]+"
)
_DAY_MONTH_YEAR: Final = re.compile("([0-9]{1,2}) ([0-9]{1,2}) ([0-9]{4}|[0-9]{2})")
# No one writes the year first with the day second, so these two can be nothing else.
_YEAR_MONTH_DAY: Final = re.compile("([0-9]{4}) ([0-9]{1,2}) ([0-9]{1,2})")
_MONTH_YEAR: Final = re.compile("([0-9]{1,2}) ([0-9]{4})")


class BadDate(ValueError):
    """What was typed is no day that we can tell for certain."""


def parse_day(typed: str, today: date) -> date:
    """Return the day that was meant by 28 11 2026, 28/11/26, ၂၈-၁၁-၂၀၂၆ or 28.11.2569.

    The day comes first, unless a year of four digits does. A month and a full year mean the first
    of that month. A year of two digits is the nearest to `today`, the past one if both are equally
    near. Raises BadDate, also for a year before 1857 or more than 50 years ahead.
    """
    parts = _SEPARATORS.sub(" ", to_latin_in_number(typed)).strip()
    if found := _DAY_MONTH_YEAR.fullmatch(parts):
        day, month, year = found.groups()
    elif found := _YEAR_MONTH_DAY.fullmatch(parts):
        year, month, day = found.groups()
    elif found := _MONTH_YEAR.fullmatch(parts):
        day, month, year = "1", *found.groups()
    else:
        raise BadDate
    try:
        return date(_full_year(year, today), int(month), int(day))
    except ValueError:
        raise BadDate from None


def _full_year(typed: str, today: date) -> int:
    """Return the year of the common era; raises ValueError if it is not plausible."""
    year = int(typed)
    if len(typed) == _SHORT:
        return _nearest(year, today)
    if year >= _BUDDHIST_FROM:
        year -= _BUDDHIST_AHEAD
    if not _EARLIEST <= year <= today.year + _PLAUSIBLE_YEARS:
        raise ValueError(year)
    return year


def _nearest(year_of_century: int, today: date) -> int:
    """Return the year from 50 years back to 49 years ahead that ends in these two digits."""
    first = today.year - _PLAUSIBLE_YEARS
    return first + (year_of_century - first) % _CENTURY
