"""How much is left of a clock, in the units people speak of: days for days, hours for hours.

Words are put to it where it is shown; here it is only counted, on the calendar and in the
zone of the office that must act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from casework.domain.escalation import Unit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from casework.domain.calendars import Calendar

_HOUR: Final = timedelta(hours=1)
# From here on people count days, also where the clock runs by the hour.
_MOST_HOURS: Final = 48


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    TODAY = "today"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Countdown:
    """A state with its amount: "2 working days left", "5 hours late", "due today, 17:00".

    `at` is the instant that is spoken of: when a running clock ends, or when an ended one
    ended. `zone` is the time zone of the office that must act.
    """

    state: State
    at: datetime
    zone: ZoneInfo
    amount: int = 0
    unit: Unit = Unit.DAYS


def left(
    unit: Unit, due_at: datetime, calendar: Calendar, now: datetime, *, paused: bool = False
) -> Countdown:
    """Return what is left at `now` of a clock that ends at `due_at` (both aware)."""
    zone = calendar.timezone
    if paused:
        return Countdown(State.PAUSED, due_at, zone)
    if now >= due_at:
        return _late(unit, due_at, calendar, now)
    if now.astimezone(zone).date() == due_at.astimezone(zone).date():
        return Countdown(State.TODAY, due_at, zone)
    amount, counted = _between(unit, now, due_at, calendar)
    # Extended to a day on which nobody works, it may have no working day before it.
    return Countdown(State.RUNNING, due_at, zone, max(amount, 1), counted)


def _late(unit: Unit, due_at: datetime, calendar: Calendar, now: datetime) -> Countdown:
    amount, counted = _between(unit, due_at, now, calendar)
    if amount == 0:
        amount, counted = _hours(due_at, now), Unit.HOURS
    return Countdown(State.LATE, due_at, calendar.timezone, amount, counted)


def _hours(a: datetime, b: datetime) -> int:
    """Return the hours from a to b; one that has begun counts as a whole one."""
    return max(1, -((a - b) // _HOUR))


def _between(unit: Unit, a: datetime, b: datetime, calendar: Calendar) -> tuple[int, Unit]:
    if unit is Unit.HOURS and _hours(a, b) <= _MOST_HOURS:
        return _hours(a, b), Unit.HOURS
    if unit is Unit.WORKING_DAYS:
        return calendar.working_days_between(a, b), unit
    zone = calendar.timezone
    return (b.astimezone(zone).date() - a.astimezone(zone).date()).days, Unit.DAYS


def ended(state: State, at: datetime, calendar: Calendar) -> Countdown:
    """Return a clock that ran its course: met, missed or stopped at `at`."""
    return Countdown(state, at, calendar.timezone)
