"""Days and hours as readers of the current language write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time

from casework.i18n import cldr
from casework.i18n.texts import current

LONG: Final = "long"
# The patterns are those of the language style sheet, where it differs from CLDR's long form.
_LONG_DATES: Final[Mapping[str, str]] = {
    "km": "ថ្ងៃទី d ខែMMMM ឆ្នាំ y",
    "my": "y၊ MMMM d",
}
_WEEKDAY_DATES: Final[Mapping[str, str]] = {"my": "MMM d၊ EEE"}
_WEEKDAY_DATES_WITH_YEAR: Final[Mapping[str, str]] = {"my": "y၊ MMM d၊ EEE"}
# Pages say the same days again and again; more of them than this are worded anew.
_DATES_KEPT: Final = 4_096


def long_date(day: date) -> str:
    """Write a day in full, the day first: 28 November 2026."""
    return _long_date(day.year, day.month, day.day, current())


@lru_cache(maxsize=_DATES_KEPT)
def _long_date(year: int, month: int, day: int, code: str) -> str:
    whole = date(year, month, day)
    return cldr.digits(format_date(whole, _LONG_DATES.get(code, LONG), cldr.locale(code)), code)


def weekday_date(day: date, today: date | None = None) -> str:
    """Write a day with its weekday: Wed 25 Nov. With its year when that is not `today`'s."""
    year_too = today is not None and day.year != today.year
    return _with_weekday(day.year, day.month, day.day, current(), year_too=year_too)


def weekday(number: int) -> str:
    """Return the name of an ISO weekday: Monday is 1."""
    return str(cldr.here().days["stand-alone"]["wide"][number - 1])


@lru_cache(maxsize=_DATES_KEPT)
def _with_weekday(year: int, month: int, day: int, code: str, *, year_too: bool) -> str:
    whole, locale = date(year, month, day), cldr.locale(code)
    pattern = (_WEEKDAY_DATES_WITH_YEAR if year_too else _WEEKDAY_DATES).get(code)
    if pattern:
        return cldr.digits(format_date(whole, pattern, locale), code)
    skeleton = "yMMMEd" if year_too else "MMMEd"
    return cldr.digits(format_skeleton(skeleton, whole, locale=locale).replace("Sept", "Sep"), code)


def weekday_time(moment: datetime, zone: tzinfo | str, today: date | None = None) -> str:
    """Write an instant with its weekday and its time in a zone: Wed 25 Nov, 17:00."""
    local = moment.astimezone(_zone(zone))
    return f"{weekday_date(local.date(), today)}{_comma()} {_clock(local)}"


def date_time(moment: datetime, zone: tzinfo | str) -> str:
    """Write an instant in full, in a zone: 25 November 2026, 17:00."""
    local = moment.astimezone(_zone(zone))
    return f"{long_date(local.date())}{_comma()} {_clock(local)}"


def _zone(zone: tzinfo | str) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _clock(local: datetime) -> str:
    return _time_of_day(local.hour, local.minute, current())


@lru_cache(maxsize=_DATES_KEPT)
def _time_of_day(hour: int, minute: int, code: str) -> str:
    return cldr.digits(format_time(time(hour, minute), "HH:mm", locale=cldr.locale(code)), code)


def _comma() -> str:
    return {"my": "၊", "km": ""}.get(current(), ",")
