"""At what hour things happen in the demonstration: when offices work and people are awake.

Nothing here is random, so that the same day gives the same demonstration: the minute comes from
the name of what happens.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from casework.services import directory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.calendars import Calendar
    from casework.domain.facts import OfficeFacts

_DAY: Final = timedelta(days=1)
_SOON: Final = 25 * 60  # seconds until somebody who acts on the same day does so, at least.
_WITHIN: Final = 90 * 60


def office_hours(session: Session, office: OfficeFacts | None, now: datetime) -> Calendar:
    """Return when an office works; whoever has none works as the coordination desk does."""
    country = (office.host if office else "") or directory.DEFAULT_COUNTRY
    return directory.calendar(session, country, now.year)


def waking_hours(session: Session, country: str, now: datetime) -> Calendar:
    """Return when a worker in a country has time and is awake, on any day of the week."""
    local = directory.calendar(session, country, now.year)
    return replace(
        local, weekend=frozenset(), holidays=frozenset(), opens=time(6), closes=time(21, 30)
    )


def before(calendar: Calendar, now: datetime, days: int, name: str) -> datetime:
    """Return an hour of the working day that lies `days` working days before today."""
    day = now.astimezone(calendar.timezone).date()
    while days:
        day -= _DAY
        days -= calendar.is_working(day)
    return _hour(calendar, day, name)


def later(calendar: Calendar, after: datetime, days: int, name: str) -> datetime:
    """Return an hour `days` working days after an instant; with no days, soon after it."""
    if days == 0:
        return calendar.advance(after, _SOON + _number(name) % _WITHIN)
    last = calendar.end_after(after, days).astimezone(calendar.timezone).date()
    return _hour(calendar, last, name)


def _hour(calendar: Calendar, day: date, name: str) -> datetime:
    opens = datetime.combine(day, calendar.opens, tzinfo=calendar.timezone)
    closes = datetime.combine(day, calendar.closes, tzinfo=calendar.timezone)
    minutes = (closes - opens) // timedelta(minutes=1)
    return (opens + timedelta(minutes=_number(name) % minutes)).astimezone(UTC)


def _number(name: str) -> int:
    return zlib.crc32(name.encode())
