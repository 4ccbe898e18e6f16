from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.domain import letters
from casework.domain.letters import DEFAULTS, MOST_ATTEMPTS, About

BANGKOK = ZoneInfo("Asia/Bangkok")


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant, said in the time of Bangkok."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BANGKOK).astimezone(UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (9, 256), (10, 360), (20, 360), (99, 360)]
)
def test_each_failure_doubles_the_wait_up_to_six_hours(attempts: int, minutes: int) -> None:
    assert letters.wait(attempts, 0.0) == timedelta(minutes=minutes)
    assert letters.wait(attempts, 1.0) == timedelta(minutes=minutes) / 2


def test_a_server_may_be_away_over_a_weekend() -> None:
    whole = sum((letters.wait(each, 0.0) for each in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=2, hours=12) < whole < timedelta(days=4)


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (at(8, 59), at(9)),
        (at(9), at(9)),
        (at(19, 59), at(19, 59)),
        (at(20), at(9, day=24)),
        (at(23, 30), at(9, day=24)),
        (at(0, 30), at(9)),
    ],
)
def test_a_night_goes_over_midnight(moment: datetime, goes: datetime) -> None:
    assert letters.after_quiet(moment, BANGKOK, letters.NIGHT) == goes


def test_quiet_hours_may_lie_within_a_day_or_nowhere() -> None:
    noon = time(12), time(13)
    assert letters.after_quiet(at(12), BANGKOK, noon) == at(13)
    assert letters.after_quiet(at(13), BANGKOK, noon) == at(13)
    assert letters.after_quiet(at(11, 59), BANGKOK, noon) == at(11, 59)
    assert letters.after_quiet(at(3), BANGKOK, None) == at(3)


@pytest.mark.parametrize(
    ("moment", "goes"), [(at(7, 59), at(8)), (at(8), at(8, day=24)), (at(15), at(8, day=24))]
)
def test_a_digest_goes_in_the_morning_and_never_at_once(moment: datetime, goes: datetime) -> None:
    assert letters.next_digest(moment, BANGKOK) == goes


def test_everything_there_is_to_tell_is_sorted() -> None:
    assert set(DEFAULTS) == set(About)
    assert letters.about("reply") is About.MESSAGE
    assert letters.about("emergency") is About.SAFETY
