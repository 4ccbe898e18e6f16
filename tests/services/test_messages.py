"""Words between the worker and those who handle the case."""

from __future__ import annotations

import pytest

from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.routing import Assignment
from casework.models import Case
from casework.services import messages, referrals
from casework.services.casefile import NotAllowed
from casework.services.messages import EmptyMessage
from tests.factories import World, agrees


def accepted(world: World) -> tuple[Case, Actor]:
    case = world.file(decisions=agrees("KH", "TH"))
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    return case, officer


def bodies(world: World, case: Case, actor: Actor) -> list[str | None]:
    return [message.body for message in messages.readable(world.session, case, actor)]


def test_an_office_answers_and_asks(world: World) -> None:
    case, officer = accepted(world)
    first = messages.write(world.session, case, officer, world.now, "  We are at it.  ")
    assert (first.body, first.office_id, first.language) == ("We are at it.", "attache", "km")
    assert case.status == "in_progress"
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    assert case.status == "waiting_complainant"
    messages.reply(world.session, case, world.worker(case), world.after(days=1), body="9000")
    assert case.status == "in_progress"


def test_a_second_office_answers_and_may_not_make_the_case_wait(world: World) -> None:
    case, _ = accepted(world)
    desk, second = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "authority")
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    referrals.accept(world.session, case, second, world.now)
    messages.write(world.session, case, second, world.now, "We inspect on Friday.")
    assert case.status == "accepted"
    with pytest.raises(NotAllowed):
        messages.write(world.session, case, second, world.now, "How much?", ask=True)


@pytest.mark.parametrize("body", ["", "  \u200b\n "])
def test_a_message_needs_words(world: World, body: str) -> None:
    case, officer = accepted(world)
    with pytest.raises(EmptyMessage):
        messages.write(world.session, case, officer, world.now, body)
    with pytest.raises(EmptyMessage):
        messages.reply(world.session, case, world.worker(case), world.now, body=body)


def test_an_office_reads_only_what_it_wrote_or_was_sent(world: World) -> None:
    case, officer = accepted(world)
    desk, worker = world.actor(Role.CASEWORKER, "cso"), world.worker(case)
    messages.write(world.session, case, officer, world.after(hours=1), "from the office")
    messages.write(world.session, case, desk, world.after(hours=1), "from the desk")
    messages.reply(world.session, case, worker, world.after(hours=1), body="to the desk")
    sent = messages.reply(
        world.session, case, worker, world.after(hours=1), body="to both", office_id="attache"
    )
    assert sent.office_id == "attache"
    everything = ["to both", "to the desk", "from the desk", "from the office"]
    assert bodies(world, case, worker) == everything
    assert bodies(world, case, desk) == everything
    assert bodies(world, case, world.actor(Role.COORDINATOR, "coordinator")) == everything
    assert bodies(world, case, officer) == ["to both", "from the office"]
    assert bodies(world, case, world.actor(Role.OFFICER, "embassy")) == []
    assert bodies(world, case, world.actor(Role.ADMINISTRATOR)) == []


def test_a_reply_goes_to_no_office_that_does_not_have_the_case(world: World) -> None:
    case, _ = accepted(world)
    sent = messages.reply(
        world.session, case, world.worker(case), world.now, body="x", office_id="embassy"
    )
    assert sent.office_id is None


def test_nobody_writes_with_the_code_of_another_case(world: World) -> None:
    case, _ = accepted(world)
    other = Actor(ActorKind.COMPLAINANT, case_id=case.id + 1)
    with pytest.raises(NotAllowed):
        messages.reply(world.session, case, other, world.now, body="x")


def test_zawgyi_is_read_and_kept(world: World) -> None:
    case, _ = accepted(world)
    typed = "အလုပ္ရွင္က လုပ္ခ မေပးဘူး"
    message = messages.reply(world.session, case, world.worker(case), world.now, body=typed)
    assert (message.body, message.original) == ("အလုပ်ရှင်က လုပ်ခ မပေးဘူး", typed)


def test_a_cso_that_was_sent_the_case_stops_its_own_clock(world: World) -> None:
    case, _ = accepted(world)
    desk, helper = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "other-cso")
    to = Assignment("other-cso", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    referrals.accept(world.session, case, helper, world.now)
    messages.write(world.session, case, helper, world.now, "We visit you tomorrow.")
    assert ("other-cso", "first_answer") not in world.running(case)
    assert ("attache", "first_answer") in world.running(case)
