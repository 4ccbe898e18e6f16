"""Clocks counted as people count them, on the office's calendar and in its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.domain import countdown
from casework.domain.calendars import Calendar
from casework.domain.countdown import Countdown, State
from casework.domain.escalation import Unit

BANGKOK = ZoneInfo("Asia/Bangkok")
CALENDAR = Calendar(BANGKOK, frozenset({6, 7}), frozenset({date(2026, 11, 26)}), time(9), time(17))


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a local time in November 2026, whose 23rd is a Monday and whose 26th a holiday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BANGKOK)


def left(unit: Unit, due: datetime, now: datetime, *, paused: bool = False) -> Countdown:
    return countdown.left(unit, due, CALENDAR, now, paused=paused)


@pytest.mark.parametrize(
    ("unit", "now", "due", "amount", "counted"),
    [
        (Unit.WORKING_DAYS, at(23), at(25, 17), 2, Unit.WORKING_DAYS),
        (Unit.WORKING_DAYS, at(25), at(27, 17), 1, Unit.WORKING_DAYS),
        (Unit.WORKING_DAYS, at(23, 23, 59), at(24, 17), 1, Unit.WORKING_DAYS),
        (Unit.WORKING_DAYS, at(27), at(29, 17), 1, Unit.WORKING_DAYS),
        (Unit.DAYS, at(23), at(29, 17), 6, Unit.DAYS),
        (Unit.HOURS, at(23, 20), at(24, 9, 30), 14, Unit.HOURS),
        (Unit.HOURS, at(23), at(25), 48, Unit.HOURS),
        (Unit.HOURS, at(23), at(25, 10, 1), 2, Unit.DAYS),
    ],
)
def test_what_is_left(unit: Unit, now: datetime, due: datetime, amount: int, counted: Unit) -> None:
    found = left(unit, due, now)
    assert (found.state, found.amount, found.unit) == (State.RUNNING, amount, counted)


@pytest.mark.parametrize("unit", list(Unit))
def test_what_ends_today_in_the_office_is_due_today(unit: Unit) -> None:
    # Before midnight in UTC it is the day after in Bangkok already.
    now = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    found = left(unit, at(24, 17), now)
    assert found.state is State.TODAY
    assert (found.at, found.zone) == (at(24, 17), BANGKOK)


@pytest.mark.parametrize(
    ("unit", "now", "amount", "counted"),
    [
        (Unit.WORKING_DAYS, at(27), 2, Unit.WORKING_DAYS),
        (Unit.WORKING_DAYS, at(24, 17), 1, Unit.HOURS),
        (Unit.WORKING_DAYS, at(24, 21, 30), 5, Unit.HOURS),
        (Unit.DAYS, at(27), 3, Unit.DAYS),
        (Unit.DAYS, at(24, 18), 1, Unit.HOURS),
        (Unit.HOURS, at(25), 17, Unit.HOURS),
        (Unit.HOURS, at(28), 4, Unit.DAYS),
    ],
)
def test_how_late_it_is(unit: Unit, now: datetime, amount: int, counted: Unit) -> None:
    found = left(unit, at(24, 17), now)
    assert (found.state, found.amount, found.unit) == (State.LATE, amount, counted)


def test_the_second_it_ends_it_is_late() -> None:
    due = at(24, 17)
    assert left(Unit.DAYS, due, due - timedelta(seconds=1)).state is State.TODAY
    assert left(Unit.DAYS, due, due).state is State.LATE


def test_a_paused_clock_is_never_late() -> None:
    assert left(Unit.DAYS, at(20), at(24), paused=True).state is State.PAUSED


def test_an_ended_clock_says_when() -> None:
    found = countdown.ended(State.MET, at(20), CALENDAR)
    assert (found.state, found.at, found.zone) == (State.MET, at(20), BANGKOK)
