"""The page of a case: what stands on it for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.domain.countdown import State
from casework.domain.escalation import ClockKind
from casework.domain.facts import Actor, ReferralState, Role, Said
from casework.domain.routing import Assignment, Why
from casework.domain.workflow import Action
from casework.models import Case
from casework.services import (
    casepage,
    consents,
    history,
    messages,
    outcome,
    referrals,
    triage,
)
from casework.services.casepage import CasePage
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from tests.factories import World, agrees

SETTLED = Outcome("settled", "full", "You get all of it.")


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def attache(world: World) -> Actor:
    return world.actor(Role.OFFICER, "attache", name="Vuthy")


@pytest.fixture
def authority(world: World) -> Actor:
    return world.actor(Role.OFFICER, "authority")


def page(world: World, case: Case, actor: Actor, **how: Any) -> CasePage:
    return casepage.of(world.session, case, actor, world.now, **how)


def steps(world: World, case: Case, actor: Actor) -> list[tuple[str, Action | None]]:
    """Return the codes and buttons of the next steps."""
    return [(step.code, step.action) for step in page(world, case, actor).steps]


def checked(world: World, case: Case, actor: Actor) -> None:
    found = Classification({"wages": []}, Said.NO)
    triage.reclassify(world.session, case, actor, world.now, found=found)


class TestNextSteps:
    def test_of_a_desk_before_anybody_has_it(self, world: World, malee: Actor) -> None:
        case = world.file(malee, decisions=[])
        assert steps(world, case, malee) == [("check", Action.RECLASSIFY)]
        checked(world, case, malee)
        assert steps(world, case, malee) == [("take_or_send", Action.TAKE_ON)]
        triage.take_on(world.session, case, malee, world.now)
        # Cambodia's ten days for the result end before the fifteen for the first answer.
        assert steps(world, case, malee) == [
            ("result", Action.PROPOSE_OUTCOME),
            ("first_answer", Action.ANSWER),
        ]
        messages.write(world.session, case, malee, world.now, "We work on it.")
        assert steps(world, case, malee) == [("result", Action.PROPOSE_OUTCOME)]

    def test_of_a_desk_while_an_office_has_it(
        self, world: World, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee)
        assert steps(world, case, malee) == [("office_says", Action.ESCALATE)]
        referrals.accept(world.session, case, attache, world.now)
        assert steps(world, case, malee) == [("office_answers", Action.ESCALATE)]
        messages.write(world.session, case, attache, world.after(hours=1), "We look.")
        assert steps(world, case, malee) == [("office_result", Action.ESCALATE)]
        assert page(world, case, malee).steps[0].office_id == "attache"
        for clock in world.running(case).values():
            clock.stopped_at = world.now
        world.session.flush()
        assert steps(world, case, malee) == [("office_result", Action.ESCALATE)]

    def test_an_office_with_consent_is_proposed(self, world: World, malee: Actor) -> None:
        case = world.file(malee, decisions=agrees("TH"))
        assert ("send", Action.REFER_ALSO) not in steps(world, case, malee)
        both = world.file(malee, decisions=agrees("KH", "TH"))
        assert ("send", Action.REFER_ALSO) in steps(world, both, malee)
        late = world.file(malee, decisions=[])
        checked(world, late, malee)
        consents.change(world.session, late, malee, world.now, decisions=agrees("KH"), how="spoken")
        assert ("send", Action.REFER) in steps(world, late, malee)

    def test_a_worker_who_waits_for_words_comes_before_clocks(
        self, world: World, malee: Actor
    ) -> None:
        case = world.file(malee)
        messages.reply(world.session, case, world.worker(case), world.now, body="Please help.")
        assert steps(world, case, malee) == [
            ("answer", Action.ANSWER),
            ("office_says", Action.ESCALATE),
        ]

    def test_what_is_late_comes_first(self, world: World, malee: Actor) -> None:
        case = world.file(malee)
        messages.reply(world.session, case, world.worker(case), world.now, body="Please help.")
        world.running(case)["attache", "acknowledge"].due_at = world.now - timedelta(days=2)
        world.session.flush()
        assert [code for code, _ in steps(world, case, malee)] == ["office_says", "answer"]

    def test_of_an_office(
        self, world: World, malee: Actor, attache: Actor, authority: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"))
        assert steps(world, case, attache) == [("say_yes_or_no", Action.ACCEPT)]
        referrals.accept(world.session, case, attache, world.now)
        assert steps(world, case, attache) == [
            ("result", Action.PROPOSE_OUTCOME),
            ("first_answer", Action.ANSWER),
        ]
        messages.write(world.session, case, attache, world.after(hours=1), "Which day?", ask=True)
        assert ("worker_turn", None) in steps(world, case, malee)
        assert steps(world, case, attache) == [("result", Action.PROPOSE_OUTCOME)]
        worker = world.worker(case)
        messages.reply(
            world.session, case, worker, world.after(hours=1), body="May 2.", office_id="attache"
        )
        assert steps(world, case, attache)[0] == ("answer", Action.ANSWER)
        assignment = Assignment("authority", "by-hand")
        referrals.offer(world.session, case, malee, world.now, assignment=assignment)
        referrals.accept(world.session, case, authority, world.now)
        # It does not lead: the result is not its to offer.
        assert ("result", None) in steps(world, case, authority)
        outcome.propose(world.session, case, attache, world.now, outcome=SETTLED)
        assert steps(world, case, attache) == [("worker_decides", None)]
        assert ("worker_decides", Action.CONFIRM) in steps(world, case, malee)

    def test_of_an_office_that_was_silent(self, world: World, malee: Actor, attache: Actor) -> None:
        case = world.file(malee)
        world.after(days=3)
        world.sweep()
        assert steps(world, case, attache) == [("not_with_you", None)]

    def test_of_an_ended_case(self, world: World, malee: Actor) -> None:
        case = world.file(malee, decisions=[])
        outcome.withdraw(world.session, case, malee, world.now, under_pressure=None)
        assert steps(world, case, malee) == [("ended", Action.REOPEN)]
        world.after(days=91)
        assert steps(world, case, malee) == [("ended", None)]


class TestClocks:
    def test_how_each_clock_stands(self, world: World, malee: Actor, attache: Actor) -> None:
        case = world.file(malee)
        referrals.accept(world.session, case, attache, world.after(hours=1))
        messages.write(world.session, case, attache, world.after(hours=1), "We look.")
        outcome.propose(world.session, case, attache, world.after(hours=1), outcome=SETTLED)
        found = page(world, case, malee).clocks
        states = {(row.kind, row.countdown.state, row.running) for row in found}
        assert states == {
            (ClockKind.ACKNOWLEDGE, State.MET, False),
            (ClockKind.FIRST_ANSWER, State.MET, False),
            (ClockKind.RESOLVE, State.MET, False),
            (ClockKind.SILENCE, State.RUNNING, True),
        }
        assert {row.source for row in found if row.office_id == "attache"} == {
            "judgement",
            "Prakas 249",
        }

    def test_missed_and_ended(self, world: World, malee: Actor) -> None:
        case = world.file(malee)
        world.after(days=3)
        world.sweep()
        found = {row.kind: row.countdown.state for row in page(world, case, malee).clocks[:3]}
        assert found == {
            ClockKind.ACKNOWLEDGE: State.MISSED,
            ClockKind.FIRST_ANSWER: State.STOPPED,
            ClockKind.RESOLVE: State.STOPPED,
        }

    def test_an_office_sees_its_own_only(
        self, world: World, malee: Actor, authority: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"))
        assignment = Assignment("authority", "by-hand")
        referrals.offer(world.session, case, malee, world.now, assignment=assignment)
        assert {row.office_id for row in page(world, case, authority).clocks} == {"authority"}
        assert {row.office_id for row in page(world, case, malee).clocks} == {
            "attache",
            "authority",
        }


class TestWhoMaySeeIt:
    def test_a_desk_reads_conflicts_rules_and_who_was_passed_over(
        self, world: World, malee: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("TH"), complained_offices=["embassy"])
        found = page(world, case, malee)
        assert set(found.conflicted) == {"embassy", "consulate", "attache"}
        assert found.complained == ["embassy"]
        sent = found.referrals[0]
        assert (sent.office_id, sent.rule, sent.state) == (
            "authority",
            "labour",
            ReferralState.OFFERED,
        )
        assert [(each["office_id"], each["why"]) for each in sent.passed_over] == [
            ("attache", Why.CONFLICT)
        ]
        assert found.names.rules["labour"] == "labour"
        assert found.names.office("attache") == "attache"

    def test_an_office_reads_of_itself_only(
        self, world: World, malee: Actor, attache: Actor, authority: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"), story="A secret")
        referrals.accept(world.session, case, attache, world.now)
        assignment = Assignment("authority", "by-hand")
        referrals.offer(
            world.session, case, malee, world.now, assignment=assignment, note="Please."
        )
        found = page(world, case, authority)
        assert [row.office_id for row in found.referrals] == ["authority"]
        assert found.referrals[0].note == "Please."
        assert [row.recipient for row in found.consents] == ["TH"]
        assert (found.conflicted, found.complained, found.readers) == ([], [], [])
        assert (found.whole, found.channel) == (False, "")
        assert "attache" not in found.names.offices

    def test_the_words_of_a_result_are_not_for_the_next_office(
        self, world: World, malee: Actor, attache: Actor, authority: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"))
        assert page(world, case, malee).outcome is None
        assignment = Assignment("authority", "by-hand")
        referrals.offer(world.session, case, malee, world.now, assignment=assignment)
        referrals.accept(world.session, case, attache, world.now)
        outcome.propose(world.session, case, attache, world.now, outcome=SETTLED)
        words = [page(world, case, actor).outcome for actor in (malee, attache, authority)]
        assert [each.words if each else "" for each in words] == [
            SETTLED.words,
            SETTLED.words,
            None,
        ]

    def test_whoever_reads_it_is_on_record(
        self, world: World, session: Session, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee)
        history.opened(session, case, attache, world.now)
        session.flush()
        found = page(world, case, malee)
        assert [event.staff_id for event in found.readers] == [attache.staff_id]
        assert found.names.person(attache.staff_id) == "Vuthy"
        assert history.READ not in {entry.action for entry in found.entries}
