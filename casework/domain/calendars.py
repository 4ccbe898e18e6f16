"""Working days and office hours of a country.

Every instant that comes in must know its time zone (ValueError otherwise); every instant that goes
out is in UTC. Days are the days of the office's own zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_ONE_DAY: Final = timedelta(days=1)
_LONGEST_CLOSURE: Final = 366


@dataclass(frozen=True)
class Calendar:
    """When the offices of one country work.

    `weekend` holds ISO weekdays (Monday is 1, Sunday 7), `holidays` further days without work;
    `opens` and `closes` are local times of the same day. A calendar that is shut for 366 days on
    end is a mistake: looking for a working day in such a gap raises ValueError.
    """

    timezone: ZoneInfo
    weekend: frozenset[int]
    holidays: frozenset[date]
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("An office closes later on the day than it opens.")

    def is_working(self, day: date) -> bool:
        """Say whether offices work on this local day."""
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def end_after(self, start: datetime, working_days: int) -> datetime:
        """Return the close of business of the Nth working day after the day of `start`.

        The local day of `start` never counts, whatever the hour: the first day counted is the first
        working day after it. Two working days from Monday 10:00 end on Wednesday, two from a
        Saturday end on Tuesday. `working_days` is 1 or more (ValueError otherwise).
        """
        if working_days < 1:
            raise ValueError("A term has at least one working day.")
        day = self._local_day(start)
        for _ in range(working_days):
            day = self._working_day_from(day + _ONE_DAY)
        return self._instant(day, self.closes)

    def days_after(self, start: datetime, days: int) -> datetime:
        """Return the close of business of the local day that lies `days` calendar days after.

        If nobody works on that day, it is the close of the next working day. `days` is 0 or more
        (ValueError otherwise).
        """
        if days < 0:
            raise ValueError("A term does not end before it starts.")
        day = self._local_day(start) + timedelta(days=days)
        return self._instant(self._working_day_from(day), self.closes)

    def working_seconds(self, a: datetime, b: datetime) -> int:
        """Return the whole seconds of office time between two instants; negative when b < a."""
        day, last = self._local_day(a), self._local_day(b)
        # Two local times of one zone are subtracted as if its clock never changed; UTC is real.
        a, b = a.astimezone(UTC), b.astimezone(UTC)
        if b < a:
            return -self.working_seconds(b, a)
        worked = timedelta()
        while day <= last:
            if self.is_working(day):
                opened, closed = self._hours(day)
                worked += max(timedelta(), min(b, closed) - max(a, opened))
            day += _ONE_DAY
        return worked // timedelta(seconds=1)

    def advance(self, start: datetime, seconds: int) -> datetime:
        """Return the first instant by which this much office time has passed since `start`.

        No time at all gives `start` itself; time that fills the day ends when the office closes.
        `seconds` is 0 or more (ValueError otherwise).
        """
        if seconds < 0:
            raise ValueError("Office time does not run backwards.")
        day = self._local_day(start)
        moment, left = start.astimezone(UTC), timedelta(seconds=seconds)
        while left:
            day = self._working_day_from(day)
            opened, closed = self._hours(day)
            moment = max(moment, opened)
            worked = min(left, max(timedelta(), closed - moment))
            moment, left, day = moment + worked, left - worked, day + _ONE_DAY
        return moment

    def working_days_between(self, a: datetime, b: datetime) -> int:
        """Return how many working days lie after a's local day, up to and with b's local day.

        This is what "2 working days left" means on the day `a`. Negative when b's day is the
        earlier one ("2 working days late"), 0 within one day.
        """
        start, end = self._local_day(a), self._local_day(b)
        if end < start:
            return -self.working_days_between(b, a)
        return sum(self.is_working(day) for day in _days_after(start, end))

    def _local_day(self, moment: datetime) -> date:
        if moment.utcoffset() is None:
            raise ValueError("An instant without a time zone says nothing about a deadline.")
        return moment.astimezone(self.timezone).date()

    def _working_day_from(self, day: date) -> date:
        for _ in range(_LONGEST_CLOSURE):
            if self.is_working(day):
                return day
            day += _ONE_DAY
        raise ValueError(f"This calendar has no working day in {_LONGEST_CLOSURE} days.")

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        return self._instant(day, self.opens), self._instant(day, self.closes)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.timezone).astimezone(UTC)


def _days_after(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
