"""Packets for an office that never signs in: made, opened, answered, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from casework.db import transaction
from casework.domain.consent import items_for
from casework.domain.facts import Actor, Role
from casework.domain.workflow import Action
from casework.models import Case, Message, Office, Packet
from casework.services import (
    casefile,
    consents,
    directory,
    escalation,
    history,
    installation,
    messages,
    outcome,
    packet_links,
    packets,
    referrals,
)
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.outcome import Outcome
from casework.services.packet_links import Reply
from casework.services.packets import NoPacket, Plan, Tally
from tests import factories
from tests.factories import World
from tests.threads import together

ACCEPT = Reply(Action.ACCEPT)


def desk(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


@dataclass(frozen=True)
class Made:
    """A packet, and what its paper holds."""

    packet: Packet
    plan: Plan

    @property
    def code(self) -> str:
        return self.plan.code


def made(world: World, case: Case, referral_id: int | None = None) -> Made:
    session, actor, now = world.session, desk(world), world.now
    plan = packets.plan(session, case, actor, now, referral_id=referral_id or case.referrals[-1].id)
    row = packets.make(session, case, actor, now, plan=plan, language="km", ground="no_account")
    return Made(row, plan)


def opened(world: World, packet: Made) -> str:
    token = packet_links.open_by_code(world.session, world.now, packet.code)
    assert token
    return token


def answered(world: World, packet: Made, reply: Reply) -> None:
    visit = packet_links.visit(world.session, world.now, opened(world, packet))
    assert visit
    packet_links.answer(world.session, visit, world.now, reply)


def actions(world: World, case: Case) -> list[str]:
    return [event.action for event in reversed(history.of_case(world.session, case))]


def test_a_packet_holds_what_its_office_sees_and_keeps_no_code(world: World) -> None:
    case = world.file(story="A long story")
    packet = made(world, case)
    row = packet.packet
    office = directory.offices(world.session)["attache"]
    assert packet.plan.sight.items == items_for(office, case_facts(world.session, case).consents)
    assert (row.office_id, row.language, row.ground) == ("attache", "km", "no_account")
    assert (row.until - row.made_at).days == 14
    assert packet.code.encode() not in row.token_hash
    assert packet.code not in str([e.data for e in history.of_case(world.session, case)])
    (event,) = [e for e in history.of_case(world.session, case) if e.action == packets.MADE]
    assert event.data["office"] == "attache"
    assert event.data["packet"] == row.id
    assert list(packets.of_case(world.session, case)) == [row]


def test_for_how_long_the_link_works_is_a_setting(world: World) -> None:
    factories.setting(world.session, installation.PACKETS, 3)
    packet = made(world, world.file())
    world.after(days=3, seconds=-1)
    assert packet_links.open_by_code(world.session, world.now, packet.code)
    world.after(seconds=1)
    assert packet_links.open_by_code(world.session, world.now, packet.code) is None


def test_opening_is_told_and_begins_a_visit_of_half_an_hour(world: World) -> None:
    case = world.file()
    packet = made(world, case)
    first = opened(world, packet)
    at = packet.packet.opened_at
    world.after(minutes=1)
    second = opened(world, packet)
    assert packet.packet.opened_at == at
    assert packet_links.visit(world.session, world.now, first) is None
    visit = packet_links.visit(world.session, world.now, second)
    assert visit
    assert list(visit.answers) == [Action.ACCEPT, Action.DECLINE]
    assert (visit.actor.office_id, visit.actor.staff_id) == ("attache", None)
    world.after(minutes=30)
    assert packet_links.visit(world.session, world.now, second) is None
    assert actions(world, case).count(packet_links.OPENED) == 2
    (event, *_) = history.of_case(world.session, case)
    assert (event.office_id, event.staff_id) == ("attache", None)
    assert event.data == {"packet": packet.packet.id}


def test_codes_and_tokens_of_nobody_open_nothing(world: World) -> None:
    made(world, world.file())
    assert packet_links.open_by_code(world.session, world.now, "0" * 52) is None
    assert packet_links.visit(world.session, world.now, "no token") is None


def test_an_office_takes_the_case_by_its_link_once(world: World) -> None:
    case = world.file()
    packet = made(world, case)
    token = opened(world, packet)
    visit = packet_links.visit(world.session, world.now, token)
    assert visit
    reply = Reply(Action.ACCEPT, number="A 7", words="We call the employer.")
    packet_links.answer(world.session, visit, world.now, reply)
    (referral,) = case.referrals
    assert (referral.state, referral.office_number, referral.staff_id) == ("accepted", "A 7", None)
    (message,) = world.session.query(Message).all()
    assert (message.body, message.office_id) == ("We call the employer.", "attache")
    assert packet.packet.answer == "accept"
    assert actions(world, case)[-3:] == ["accept", "answer", packet_links.ANSWERED]
    told = str([event.data for event in history.of_case(world.session, case)])
    assert "employer" not in told
    assert packet_links.open_by_code(world.session, world.now, packet.code) is None
    assert packet_links.visit(world.session, world.now, token) is None
    assert not packet_links.lives(world.session, world.now, packet.packet)


def test_an_office_says_no_by_its_link(world: World) -> None:
    case = world.file()
    answered(world, made(world, case), Reply(Action.DECLINE, code="not_ours", words="Ask them."))
    (referral,) = case.referrals
    assert (referral.state, referral.decline_code) == ("declined", "not_ours")
    assert referral.reason == "Ask them."
    assert case.status == "triage"


def test_an_office_that_has_the_case_writes_by_a_new_packet(world: World) -> None:
    case = world.file()
    answered(world, made(world, case), ACCEPT)
    assert world.session.query(Message).count() == 0
    second = made(world, case)
    answered(world, second, Reply(Action.ANSWER, number="B 8", words="He has paid."))
    (message,) = world.session.query(Message).all()
    assert (message.body, case.referrals[0].office_number) == ("He has paid.", "B 8")
    third = made(world, case)
    answered(world, third, Reply(Action.ANSWER, words="All of it."))
    assert case.referrals[0].office_number == "B 8"
    fourth = made(world, case)
    visit = packet_links.visit(world.session, world.now, opened(world, fourth))
    assert visit
    assert list(visit.answers) == [Action.ANSWER, Action.DECLINE]
    with pytest.raises(messages.EmptyMessage):
        packet_links.answer(world.session, visit, world.now, Reply(Action.ANSWER))
    with pytest.raises(NotAllowed):
        packet_links.answer(world.session, visit, world.now, ACCEPT)


def test_a_newer_packet_takes_the_place_of_an_older(world: World) -> None:
    case = world.file()
    older = made(world, case)
    newer = made(world, case)
    assert packet_links.open_by_code(world.session, world.now, older.code) is None
    assert older.packet.replaced_at == world.now
    assert packet_links.lives(world.session, world.now, newer.packet)


def withdrawn(world: World, case: Case) -> None:
    consents.withdraw(world.session, case, desk(world), world.now, recipient="KH")


def conflicted(world: World, case: Case) -> None:
    factories.case_party(world.session, case, role="post", office_id="attache")
    world.settle(case)


def recalled(world: World, case: Case) -> None:
    referrals.recall(world.session, case, desk(world), world.now)


def closed(world: World, case: Case) -> None:
    said = Outcome("settled", "full", "You get all of it.")
    head = world.actor(Role.SUPERVISOR, "cso")
    outcome.close(world.session, case, head, world.now, outcome=said, reason="unreachable")


def taken_over(world: World, case: Case) -> None:
    escalation.take_over(world.session, case, world.actor(Role.SUPERVISOR, "cso"), world.now)


def shut(world: World, case: Case) -> None:
    world.session.get_one(Office, "attache").active = False
    directory.forget(world.session)


@pytest.mark.parametrize("end", [withdrawn, conflicted, recalled, closed, taken_over, shut])
def test_a_link_dies_with_what_it_rests_on(
    world: World, end: Callable[[World, Case], None]
) -> None:
    case = world.file()
    packet = made(world, case)
    token = opened(world, packet)
    end(world, case)
    assert packet_links.open_by_code(world.session, world.now, packet.code) is None
    assert packet_links.visit(world.session, world.now, token) is None
    if end is not shut:
        with pytest.raises((NoPacket, NotAllowed)):
            made(world, case)


def test_who_holds_the_code_of_one_case_does_nothing_to_another(world: World) -> None:
    case, other = world.file(), world.file()
    packet = made(world, case)
    visit = packet_links.visit(world.session, world.now, opened(world, packet))
    assert visit
    packet_links.answer(world.session, visit, world.now, ACCEPT)
    assert (case.status, other.status) == ("accepted", "referred")


def test_a_packet_of_an_earlier_dispatch_opens_nothing_of_a_later(world: World) -> None:
    case = world.file()
    packet = made(world, case)
    recalled(world, case)
    factories.referral(world.session, case, "attache", state="offered")
    world.settle(case)
    assert packet_links.open_by_code(world.session, world.now, packet.code) is None


def test_no_packet_for_who_may_not_have_it(world: World) -> None:
    case, actor = world.file(), desk(world)
    with pytest.raises(NoPacket):
        made(world, case, referral_id=1)
    sent = factories.referral(world.session, case, "other-cso", state="accepted", lead=False)
    with pytest.raises(NoPacket):
        packets.find(world.session, case, sent.id)
    blind = factories.referral(world.session, case, "authority", state="offered", lead=False)
    with pytest.raises(NoPacket):
        packets.find(world.session, case, blind.id)
    over = factories.referral(world.session, case, "ministry", state="silent", lead=False)
    with pytest.raises(NoPacket):
        packets.find(world.session, case, over.id)
    with pytest.raises(NotAllowed):
        casefile.check(
            world.session, case, world.actor(Role.OFFICER, "attache"), Action.PACKET, world.now
        )
    assert actor.office_id == "cso"


def test_what_was_printed_is_made_only_of_the_case_as_it_is(world: World) -> None:
    case, actor = world.file(), desk(world)
    sent = case.referrals[0].id
    with pytest.raises(StaleCase):
        packets.plan(world.session, case, actor, world.now, referral_id=sent, version=0)
    version = case.version
    plan = packets.plan(world.session, case, actor, world.now, referral_id=sent, version=version)
    assert world.session.query(Packet).count() == 0
    withdrawn(world, case)
    with pytest.raises((StaleCase, NotAllowed)):
        packets.make(
            world.session,
            case,
            actor,
            world.now,
            plan=plan,
            language="en",
            ground="paper",
            version=version,
        )


def test_an_office_that_does_not_answer_lapses_and_is_counted(world: World) -> None:
    case = world.file()
    packet = made(world, case)
    assert ("attache", "acknowledge") in world.running(case)
    assert packets.tally(world.session, "attache", world.now) == Tally(1, 0, 0)
    world.after(days=7)
    assert world.sweep() == ["climbed"]
    assert case.referrals[0].state == "silent"
    assert packet_links.open_by_code(world.session, world.now, packet.code) is None
    assert packets.tally(world.session, "attache", world.now) == Tally(1, 0, 1)


def test_packets_that_ran_out_were_answered_or_replaced_are_told_apart(world: World) -> None:
    case, other = world.file(), world.file()
    made(world, case)
    answered(world, made(world, case), ACCEPT)
    made(world, other)
    world.after(days=15)
    assert packets.tally(world.session, "attache", world.now) == Tally(3, 1, 1)
    assert packets.tally(world.session, "embassy", world.now) == Tally(0, 0, 0)
    assert world.session.query(Packet).count() == 3


def test_four_answers_at_one_moment_are_one(app: Flask, world: World) -> None:
    case = world.file()
    packet = made(world, case)
    token, now, case_id = opened(world, packet), world.now, case.id
    world.session.commit()

    def says(_thread: int) -> bool:
        with transaction() as own:
            casefile.lock(own, case_id)
            visit = packet_links.visit(own, now, token)
            if visit:
                packet_links.answer(own, visit, now, ACCEPT)
            return visit is not None

    assert sorted(together(app, 4, says)) == [False, False, False, True]
    world.session.expire_all()
    assert actions(world, case).count(packet_links.ANSWERED) == 1
