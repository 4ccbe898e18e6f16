"""Working days and office hours, across weekends, holidays and changes of the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.calendars import Calendar

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
YANGON = ZoneInfo("Asia/Yangon")
# The Water Festival and Independence Day of 2026.
HOLIDAYS = frozenset(
    {date(2026, 11, 9), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)}
)


def calendar(
    zone: ZoneInfo = PHNOM_PENH,
    weekend: frozenset[int] = frozenset({6, 7}),
    holidays: frozenset[date] = frozenset(),
) -> Calendar:
    return Calendar(zone, weekend, holidays, time(8), time(17))


PLAIN = calendar()
FESTIVE = calendar(holidays=HOLIDAYS)
BURMESE = calendar(YANGON)
SHUT = calendar(weekend=frozenset(range(1, 8)))


def at(day: int, hour: int = 10, minute: int = 0, zone: ZoneInfo = PHNOM_PENH) -> datetime:
    """Return a local time in November 2026, whose 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


calendars = st.sampled_from([PLAIN, FESTIVE, BURMESE, calendar(weekend=frozenset({5}))])
moments = st.integers(0, 80 * 24 * 3600).map(
    lambda seconds: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def test_weekends_and_holidays_are_no_working_days() -> None:
    assert PLAIN.is_working(date(2026, 11, 27))
    assert not PLAIN.is_working(date(2026, 11, 28))
    assert not PLAIN.is_working(date(2026, 11, 29))
    assert PLAIN.is_working(date(2026, 11, 23))
    assert not FESTIVE.is_working(date(2026, 11, 23))
    assert calendar(weekend=frozenset({5, 6})).is_working(date(2026, 11, 29))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(23), 2, at(25, 17)),
        (at(23, 0), 1, at(24, 17)),
        (at(23, 23, 59), 1, at(24, 17)),
        (at(26), 1, at(27, 17)),
        (at(27), 1, at(30, 17)),
        (at(27, 18), 2, at(30, 17) + timedelta(days=1)),
        (at(28), 1, at(30, 17)),
        (at(28), 2, at(30, 17) + timedelta(days=1)),
        (at(29, 23), 1, at(30, 17)),
    ],
)
def test_the_first_day_counted_is_the_first_working_day_after_the_start(
    start: datetime, days: int, end: datetime
) -> None:
    assert PLAIN.end_after(start, days) == end


def test_holidays_do_not_count() -> None:
    assert FESTIVE.end_after(at(20), 1) == at(26, 17)
    assert FESTIVE.end_after(at(6), 2) == at(11, 17)


def test_the_day_is_the_day_of_the_office() -> None:
    # 23:45 on Monday in Yangon is past midnight in Phnom Penh, and still Monday in UTC.
    late = at(23, 23, 45, YANGON)
    assert BURMESE.end_after(late, 1) == at(24, 17, zone=YANGON)
    assert PLAIN.end_after(late, 1) == at(25, 17)


@given(calendars, moments, st.integers(1, 30))
def test_a_term_has_as_many_working_days_as_it_says(
    cal: Calendar, start: datetime, days: int
) -> None:
    end = cal.end_after(start, days)
    assert end.tzinfo is UTC
    assert cal.working_days_between(start, end) == days
    assert cal.is_working(end.astimezone(cal.timezone).date())
    assert end.astimezone(cal.timezone).time() == cal.closes


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(23), 0, at(23, 17)),
        (at(23), 4, at(27, 17)),
        (at(23), 5, at(30, 17)),
        (at(23), 6, at(30, 17)),
        (at(23), 7, at(30, 17)),
        (at(28), 0, at(30, 17)),
        (at(1), 22, at(23, 17)),
    ],
)
def test_calendar_days_end_on_a_working_day(start: datetime, days: int, end: datetime) -> None:
    assert PLAIN.days_after(start, days) == end


def test_calendar_days_move_over_holidays() -> None:
    assert FESTIVE.days_after(at(21), 2) == at(26, 17)
    assert FESTIVE.days_after(at(21), 2).tzinfo is UTC


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        (at(23, 10), at(23, 12), 2),
        (at(23, 6), at(23, 9), 1),
        (at(23, 16), at(23, 22), 1),
        (at(23, 18), at(24, 7), 0),
        (at(23, 16), at(24, 9), 2),
        (at(27, 16), at(30, 9), 2),
        (at(28, 9), at(29, 12), 0),
        (at(23, 0), at(30, 0), 45),
        (at(23, 12), at(23, 12), 0),
        (at(24, 9), at(23, 16), -2),
    ],
)
def test_office_time_between_two_instants(a: datetime, b: datetime, hours: int) -> None:
    assert PLAIN.working_seconds(a, b) == hours * 3600


def test_office_time_leaves_holidays_out() -> None:
    assert FESTIVE.working_seconds(at(20, 16), at(26, 9)) == 2 * 3600


def test_parts_of_a_second_are_cut() -> None:
    assert PLAIN.working_seconds(at(23), at(23) + timedelta(milliseconds=1999)) == 1


@given(calendars, moments, moments, moments)
def test_office_time_adds_up(cal: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert cal.working_seconds(a, b) + cal.working_seconds(b, c) == cal.working_seconds(a, c)


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        (at(23, 10), 0, at(23, 10)),
        (at(28, 10), 0, at(28, 10)),
        (at(23, 10), 3600, at(23, 11)),
        (at(23, 6), 3600, at(23, 9)),
        (at(23, 16), 3600, at(23, 17)),
        (at(23, 16), 3601, at(24, 8) + timedelta(seconds=1)),
        (at(23, 17), 60, at(24, 8, 1)),
        (at(23, 20), 60, at(24, 8, 1)),
        (at(27, 16), 7200, at(30, 9)),
        (at(23, 8), 5 * 9 * 3600, at(27, 17)),
    ],
)
def test_the_instant_after_some_office_time(start: datetime, seconds: int, end: datetime) -> None:
    assert PLAIN.advance(start, seconds) == end
    assert PLAIN.advance(start, seconds).tzinfo is UTC


@given(calendars, moments, st.integers(0, 500_000))
def test_advancing_takes_exactly_that_office_time(
    cal: Calendar, start: datetime, seconds: int
) -> None:
    end = cal.advance(start, seconds)
    assert cal.working_seconds(start, end) == seconds
    if seconds:
        assert cal.working_seconds(start, end - timedelta(seconds=1)) == seconds - 1


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        (at(23), at(25, 17), 2),
        (at(23, 23), at(24, 0), 1),
        (at(23, 8), at(23, 17), 0),
        (at(23, 17), at(23, 8), 0),
        (at(27), at(30), 1),
        (at(27), at(29), 0),
        (at(25), at(23), -2),
        (at(30), at(27), -1),
        (at(29), at(27), 0),
    ],
)
def test_working_days_left_and_late(a: datetime, b: datetime, days: int) -> None:
    assert PLAIN.working_days_between(a, b) == days


@given(calendars, moments, moments)
def test_left_and_late_mirror_each_other(cal: Calendar, a: datetime, b: datetime) -> None:
    assert cal.working_days_between(a, b) == -cal.working_days_between(b, a)


def test_a_change_of_the_clock_is_real_time() -> None:
    # On 8 March 2026 the clocks of New York jumped from two to three: that day had 23 hours.
    around_the_clock = Calendar(
        ZoneInfo("America/New_York"), frozenset(), frozenset(), time(0), time(23)
    )
    start = datetime(2026, 3, 8, 0, tzinfo=around_the_clock.timezone)
    assert around_the_clock.working_seconds(start, start + timedelta(hours=23)) == 22 * 3600
    assert around_the_clock.advance(start, 3 * 3600) == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_instants_without_a_zone_are_refused() -> None:
    naive, aware = at(23).replace(tzinfo=None), at(23)
    calls: list[Callable[[], object]] = [
        lambda: PLAIN.end_after(naive, 1),
        lambda: PLAIN.days_after(naive, 1),
        lambda: PLAIN.advance(naive, 1),
        lambda: PLAIN.working_seconds(naive, aware),
        lambda: PLAIN.working_seconds(aware, naive),
        lambda: PLAIN.working_days_between(naive, aware),
        lambda: PLAIN.working_days_between(aware, naive),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="time zone"):
            call()


def test_terms_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        PLAIN.end_after(at(23), 0)
    with pytest.raises(ValueError, match="before it starts"):
        PLAIN.days_after(at(23), -1)
    with pytest.raises(ValueError, match="backwards"):
        PLAIN.advance(at(23), -1)


@pytest.mark.parametrize("closes", [time(8), time(7)])
def test_an_office_that_never_opens_is_refused(closes: time) -> None:
    with pytest.raises(ValueError, match="closes later"):
        Calendar(PHNOM_PENH, frozenset(), frozenset(), time(8), closes)


def test_a_calendar_without_working_days_is_refused_where_it_is_asked() -> None:
    calls: list[Callable[[], object]] = [
        lambda: SHUT.end_after(at(23), 1),
        lambda: SHUT.days_after(at(23), 1),
        lambda: SHUT.advance(at(23), 1),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="366"):
            call()
    assert SHUT.working_seconds(at(1), at(30)) == 0
    assert SHUT.working_days_between(at(1), at(30)) == 0


def test_a_closure_of_less_than_366_days_is_bridged() -> None:
    def closed_for(days: int) -> Calendar:
        closed = (date(2026, 11, 24) + timedelta(days=n) for n in range(days))
        return calendar(weekend=frozenset(), holidays=frozenset(closed))

    assert closed_for(365).end_after(at(23), 1) == at(24, 17).replace(year=2027)
    with pytest.raises(ValueError, match="366"):
        closed_for(366).end_after(at(23), 1)
