"""By which ways letters can go: as long as somebody who delivers says so."""

from __future__ import annotations

from casework.domain.facts import Role
from casework.models import Setting
from casework.services import ways_out, webhooks
from tests.factories import World


def test_a_way_stays_open_for_a_day(world: World) -> None:
    session, begun = world.session, world.now
    assert ways_out.open_now(session, world.now) == frozenset()
    ways_out.say_open(session, world.now, ["sms", "email"])
    assert ways_out.open_now(session, world.now) == {"email", "sms"}
    world.after(hours=12)
    ways_out.say_open(session, world.now, ["email"])
    assert ways_out.open_now(session, world.now) == {"email", "sms"}, "nothing is closed"
    world.after(hours=12)
    assert ways_out.open_now(session, world.now) == {"email"}
    assert begun < world.now


def test_it_is_written_down_once_an_hour(world: World) -> None:
    for minutes in (0, 59):
        ways_out.say_open(world.session, world.now, ["sms"])
        world.after(minutes=minutes)
    row = world.session.get_one(Setting, "outgoing")
    first = dict(row.value)
    ways_out.say_open(world.session, world.now, ["sms"])
    assert row.value == first
    world.after(minutes=1)
    ways_out.say_open(world.session, world.now, ["sms"])
    assert row.value == {"sms": world.now.isoformat()}


def test_a_system_of_an_office_is_a_way(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    ways_out.open_now(world.session, world.now)
    webhooks.join(world.session, admin, world.now, "attache", "https://a.example/")
    assert ways_out.open_now(world.session, world.now) == {ways_out.system_of("attache")}
