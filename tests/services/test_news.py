"""That there is news, told to whoever asked for it: by day, by their way, and nothing more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.domain.facts import Role
from casework.domain.letters import Channel
from casework.models import Case, Letter
from casework.services import messages, news, outbox, outcome, referrals, ways_out
from casework.services.news import News, ToPerson
from casework.services.outcome import Outcome
from tests import factories
from tests.factories import World


@pytest.fixture
def opened(world: World) -> World:
    """The small world, which can send to complainants."""
    factories.opened_ways(world.session, "sms", ways_out.NEUTRAL_EMAIL)
    return world


def filed(world: World, way: str = "sms", **values: Any) -> Case:
    contact = {"way": "message", "news": way}
    return world.file(**{"telephone": "081 234 5678", "contact": contact} | values)


def letters(world: World) -> list[Letter]:
    world.session.flush()
    return world.session.query(Letter).filter_by(kind="news").order_by(Letter.id).all()


def told(world: World) -> ToPerson | datetime | None:
    world.session.flush()
    parcel = outbox.claim(world.session, world.now, "me", channels=tuple(Channel))
    assert parcel is not None
    return news.opened(world.session, world.now, parcel)


def write(world: World, case: Case, *, ask: bool = False) -> None:
    actor = world.actor(Role.OFFICER, "attache")
    if case.status == "referred":
        referrals.accept(world.session, case, actor, world.now)
    messages.write(world.session, case, actor, world.now, "Good day.", ask=ask)


def test_nobody_is_written_to_who_has_not_asked(opened: World) -> None:
    write(opened, opened.file(telephone="081 234 5678"))
    case = opened.file()
    case.people[0].kind = "worker"
    write(opened, case)
    assert letters(opened) == []
    assert news.wished(case) is News.NO


def test_nothing_is_offered_or_written_without_a_way(world: World) -> None:
    assert news.ways(world.session, world.now) == []
    write(world, filed(world))
    assert letters(world) == []


def test_a_message_is_news_once(opened: World) -> None:
    case = filed(opened)
    assert news.ways(opened.session, opened.now) == [News.SMS, News.EMAIL]
    write(opened, case)
    write(opened, case)
    (letter,) = letters(opened)
    assert (letter.channel, letter.language) == ("sms", "km")
    assert told(opened) == ToPerson(Channel.SMS, "+66812345678", "km")
    opened.after(minutes=1)
    write(opened, case)
    assert len(letters(opened)) == 2, "the first one may have been read already"


def test_a_result_is_news_and_so_is_a_day_to_answer_by(opened: World) -> None:
    first, second = filed(opened), filed(opened)
    write(opened, first)
    said = Outcome("settled", "full", "You get all of it.")
    write(opened, second, ask=True)
    opened.session.query(Letter).update({"state": "sent"})
    lead = opened.actor(Role.OFFICER, "attache")
    outcome.propose(opened.session, first, lead, opened.now, outcome=said)
    assert [each.case_id for each in letters(opened) if each.state == "waiting"] == [first.id]
    opened.after(days=8)
    opened.session.query(Letter).update({"state": "sent"})
    opened.sweep()
    assert {each.case_id for each in letters(opened) if each.state == "waiting"} == {
        first.id,
        second.id,
    }


def test_it_goes_by_day_in_the_country_of_work(opened: World) -> None:
    opened.after(hours=6)
    case = filed(opened)
    write(opened, case)
    (letter,) = letters(opened)
    morning = datetime(2026, 11, 24, 2, 0, tzinfo=opened.now.tzinfo)
    assert letter.not_before == morning, "nine in Bangkok"
    letter.not_before = opened.now
    assert told(opened) == morning


def test_an_address_is_read_when_it_goes(opened: World) -> None:
    contact = {"news": "email", "news_email": " Sokha@Mail.Example "}
    case = filed(opened, contact=contact)
    write(opened, case)
    assert told(opened) == ToPerson(Channel.EMAIL, "sokha@mail.example", "km")


@pytest.mark.parametrize("typed", ["", "12"])
def test_without_an_address_nothing_goes(opened: World, typed: str) -> None:
    case = filed(opened, telephone=typed)
    write(opened, case)
    assert told(opened) is None


def test_it_can_be_stopped_also_for_what_waits(opened: World) -> None:
    case = filed(opened)
    write(opened, case)
    news.stop(opened.session, case, opened.worker(case), opened.now)
    assert json.loads(case.people[0].contact or "") == {"way": "message"}
    assert told(opened) is None
    opened.after(seconds=timedelta(hours=1).total_seconds())
    write(opened, case)
    assert len(letters(opened)) == 1
    news.stop(opened.session, case, opened.worker(case), opened.now)


def test_where_nothing_else_was_said_nothing_is_kept(opened: World) -> None:
    case = filed(opened, contact={"news": "sms"})
    news.stop(opened.session, case, opened.worker(case), opened.now)
    assert case.people[0].contact is None


def test_another_way_than_the_letters_is_not_taken(opened: World) -> None:
    case = filed(opened)
    write(opened, case)
    contact = {"news": "email", "news_email": "sokha@mail.example"}
    case.people[0].contact = json.dumps(contact)
    assert told(opened) is None
