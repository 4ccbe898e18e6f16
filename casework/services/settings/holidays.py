"""Working time of each country as an administrator keeps it: zone, weekend, hours, holidays.

Published holidays come from the holidays library; rows of our own add days or take them out.
Clocks that run keep their end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

import holidays as published
from sqlalchemy import select

from casework.models import CountrySetting, Holiday
from casework.services import directory, history
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

WEEK: Final = range(1, 8)
_ENGLISH: Final = "en_US"


class Kind(StrEnum):
    """Where a day comes from: the published calendar, an administrator, or taken out again."""

    PUBLISHED = "published"
    OWN = "own"
    WORKS = "works"


@dataclass(frozen=True)
class Day:
    """A day in the list of a year."""

    day: date
    name: str
    kind: Kind


@dataclass(frozen=True)
class Hours:
    """The working week of a country: `weekend` in ISO weekdays, times as HH:MM of its own zone."""

    timezone: str
    weekend: Sequence[int]
    opens: str
    closes: str


def year(session: Session, country: str, number: int) -> list[Day]:
    """Return the holidays of a country in a year, with those that offices work on all the same."""
    days = {
        day: Day(day, name, Kind.PUBLISHED) for day, name in _published(country, number).items()
    }
    rows = select(Holiday).where(Holiday.country == country, Holiday.day.startswith(f"{number}-"))
    for row in session.scalars(rows):
        day = date.fromisoformat(row.day)
        days[day] = Day(day, row.name, Kind.WORKS if row.works else Kind.OWN)
    return [days[day] for day in sorted(days)]


def _published(country: str, number: int) -> dict[date, str]:
    if country not in published.list_supported_countries():
        return {}
    return dict(published.country_holidays(country, years=number, language=_ENGLISH))


def add(
    session: Session, actor: Actor, now: datetime, country: str, *, day: date, name: str
) -> None:
    """Let offices of a country be closed on a day; raise Refused."""
    if not name:
        raise Refused("name", "empty")
    if day in directory.calendar(session, country, day.year).holidays:
        raise Refused("day", "there")
    _write(session, actor, now, country, day=day, name=name, works=False)


def work(session: Session, actor: Actor, now: datetime, country: str, *, day: date) -> None:
    """Let offices work on a day that is published as a holiday; raise Refused."""
    name = _published(country, day.year).get(day)
    if name is None:
        raise Refused("day", "unknown")
    _write(session, actor, now, country, day=day, name=name, works=True)


def put_back(session: Session, actor: Actor, now: datetime, country: str, *, day: date) -> None:
    """Drop what an administrator said of a day: the published calendar counts again."""
    row = _row(session, country, day)
    if row is None:
        raise Refused("day", "unknown")
    before = {"works": row.works}
    session.delete(row)
    _record(session, actor, now, row, before=before, after=None)


def _write(
    session: Session,
    actor: Actor,
    now: datetime,
    country: str,
    *,
    day: date,
    name: str,
    works: bool,
) -> None:
    row = _row(session, country, day)
    before = {"works": row.works} if row else None
    if row is None:
        row = Holiday(country=country, day=day.isoformat(), name=name, works=works)
        session.add(row)
    row.name, row.works = name, works
    _record(session, actor, now, row, before=before, after={"works": works})


def _row(session: Session, country: str, day: date) -> Holiday | None:
    query = select(Holiday).where(Holiday.country == country, Holiday.day == day.isoformat())
    return session.scalar(query)


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    row: Holiday,
    *,
    before: dict[str, bool] | None,
    after: dict[str, bool] | None,
) -> None:
    session.flush()
    directory.forget(session)
    history.record(
        session,
        None,
        actor,
        now,
        "settings:holiday",
        country=row.country,
        day=row.day,
        before=before,
        after=after,
    )


def set_hours(
    session: Session, actor: Actor, now: datetime, country: CountrySetting, hours: Hours
) -> None:
    """Change the working week of a country; raise Refused."""
    _check(hours)
    before = _hours(country)
    country.timezone = hours.timezone
    country.weekend = sorted(set(hours.weekend))
    country.opens, country.closes = hours.opens, hours.closes
    session.flush()
    directory.forget(session)
    history.record(
        session,
        None,
        actor,
        now,
        "settings:country",
        country=country.code,
        before=before,
        after=_hours(country),
    )


def _check(hours: Hours) -> None:
    if hours.timezone not in available_timezones():
        raise Refused("timezone", "unknown")
    if not set(hours.weekend) < set(WEEK):
        raise Refused("weekend", "all")
    for field in ("opens", "closes"):
        try:
            time.fromisoformat(getattr(hours, field))
        except ValueError:
            raise Refused(field, "no_time") from None
    if time.fromisoformat(hours.opens) >= time.fromisoformat(hours.closes):
        raise Refused("closes", "early")


def _hours(country: CountrySetting) -> dict[str, object]:
    return {
        "timezone": country.timezone,
        "weekend": list(country.weekend),
        "opens": country.opens,
        "closes": country.closes,
    }
