"""Working time in an administrator's hands, and the history of all settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import SYSTEM, Role
from casework.models import CountrySetting, Event
from casework.services import directory, history
from casework.services.settings import changes, holidays
from casework.services.settings.holidays import Hours, Kind
from casework.services.settings.refused import Refused
from tests.factories import World

NEW_YEAR = date(2026, 1, 1)
ORDINARY = date(2026, 11, 25)
HOURS = Hours("Asia/Bangkok", [7], "08:30", "16:30")


def kinds(world: World, country: str = "TH") -> dict[date, Kind]:
    return {each.day: each.kind for each in holidays.year(world.session, country, 2026)}


def works(world: World, day: date) -> bool:
    return directory.calendar(world.session, "TH", 2026).is_working(day)


def newest(world: World) -> Event:
    event = world.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    return event


def test_published_days_are_listed_by_name_in_order(world: World) -> None:
    found = holidays.year(world.session, "TH", 2026)
    assert (found[0].day, found[0].name, found[0].kind) == (
        NEW_YEAR,
        "New Year's Day",
        Kind.PUBLISHED,
    )
    assert [each.day for each in found] == sorted(each.day for each in found)
    assert holidays.year(world.session, "XX", 2026) == []


def test_a_day_that_is_added_is_free_at_once_and_can_be_removed(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    assert works(world, ORDINARY)
    holidays.add(world.session, admin, world.now, "TH", day=ORDINARY, name="Flood")
    assert kinds(world)[ORDINARY] is Kind.OWN
    assert not works(world, ORDINARY)
    assert newest(world).data == {
        "country": "TH",
        "day": "2026-11-25",
        "before": None,
        "after": {"works": False},
    }
    holidays.put_back(world.session, admin, world.now, "TH", day=ORDINARY)
    assert works(world, ORDINARY)
    assert ORDINARY not in kinds(world)
    assert newest(world).data["after"] is None


def test_offices_may_work_on_a_published_day_and_close_again(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    holidays.work(world.session, admin, world.now, "TH", day=NEW_YEAR)
    assert kinds(world)[NEW_YEAR] is Kind.WORKS
    assert works(world, NEW_YEAR)
    holidays.add(world.session, admin, world.now, "TH", day=NEW_YEAR, name="Closed after all")
    assert newest(world).data["before"] == {"works": True}
    assert kinds(world)[NEW_YEAR] is Kind.OWN
    assert not works(world, NEW_YEAR)
    holidays.put_back(world.session, admin, world.now, "TH", day=NEW_YEAR)
    assert kinds(world)[NEW_YEAR] is Kind.PUBLISHED


def test_days_that_make_no_sense_are_refused(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="name: empty"):
        holidays.add(world.session, admin, world.now, "TH", day=ORDINARY, name="")
    with pytest.raises(Refused, match="day: there"):
        holidays.add(world.session, admin, world.now, "TH", day=NEW_YEAR, name="Again")
    with pytest.raises(Refused, match="day: unknown"):
        holidays.work(world.session, admin, world.now, "TH", day=ORDINARY)
    with pytest.raises(Refused, match="day: unknown"):
        holidays.put_back(world.session, admin, world.now, "TH", day=ORDINARY)


def test_the_working_week_of_a_country_is_changed(world: World) -> None:
    country = world.session.get_one(CountrySetting, "TH")
    holidays.set_hours(world.session, world.actor(Role.ADMINISTRATOR), world.now, country, HOURS)
    calendar = directory.calendar(world.session, "TH", 2026)
    assert calendar.is_working(date(2026, 11, 28))
    assert (calendar.opens.hour, calendar.closes.minute) == (8, 30)
    told = newest(world).data
    assert (told["country"], told["before"]["weekend"]) == ("TH", [6, 7])
    assert told["after"]["weekend"] == [7]


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"timezone": "Asia/Atlantis"}, "timezone", "unknown"),
        ({"weekend": [1, 2, 3, 4, 5, 6, 7]}, "weekend", "all"),
        ({"weekend": [8]}, "weekend", "all"),
        ({"opens": "nine"}, "opens", "no_time"),
        ({"closes": "25:00"}, "closes", "no_time"),
        ({"closes": "08:30"}, "closes", "early"),
    ],
)
def test_a_week_in_which_nobody_works_is_refused(
    world: World, values: dict[str, Any], field: str, why: str
) -> None:
    country = world.session.get_one(CountrySetting, "TH")
    admin = world.actor(Role.ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        holidays.set_hours(world.session, admin, world.now, country, replace(HOURS, **values))
    assert (refused.value.field, refused.value.why) == (field, why)


def test_the_history_of_settings_leaves_cases_and_signing_in_out(world: World) -> None:
    case = world.file()
    for action in ("settings:office", "account:sign-in", "account:create", "settings:term"):
        history.record(world.session, None, SYSTEM, world.now, action)
    history.record(world.session, case, SYSTEM, world.now, "settings:office")
    world.session.flush()
    page = changes.page(world.session, size=2)
    assert [row.action for row in page.rows] == ["settings:term", "account:create"]
    assert page.more is not None
    rest = changes.page(world.session, before=page.more, size=2)
    assert [row.action for row in rest.rows] == ["settings:office"]
    assert rest.more is None
