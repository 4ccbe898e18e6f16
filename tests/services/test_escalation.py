"""The steps of the ladder that people take: asked, pushed, taken over, extended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.domain.routing import Assignment
from casework.models import Escalation, Notice
from casework.services import escalation, history, messages, outcome, referrals
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.outcome import Outcome
from tests.factories import World, agrees

DONE = Outcome("partly_settled", "part", "Half was paid.")


def steps(world: World) -> list[tuple[int, str, str | None, str]]:
    rows = world.session.scalars(select(Escalation).order_by(Escalation.level))
    return [(row.level, row.cause, row.silent_office_id, row.to_office_id) for row in rows]


def test_the_worker_asks_once_at_each_level(world: World) -> None:
    case = world.file()
    worker = world.worker(case)
    escalation.ask(world.session, case, worker, world.after(days=1))
    # A wish proves no silence.
    assert steps(world) == [(1, "asked", None, "ministry")]
    assert case.escalation_asked_at_level == 0
    assert [(r.office_id, r.state) for r in case.referrals] == [
        ("attache", "ended"),
        ("ministry", "offered"),
    ]
    escalation.ask(world.session, case, worker, world.after(days=1))
    assert (case.level, case.escalation_asked_at_level) == (2, 1)
    case.level = 1
    with pytest.raises(NotAllowed):
        escalation.ask(world.session, case, worker, world.now)


def test_a_caseworker_pushes_at_any_time(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    seen = case.version
    escalation.push(world.session, case, desk, world.now, version=seen)
    assert steps(world) == [(1, "pushed", None, "ministry")]
    moved = next(e for e in history.of_case(world.session, case) if e.action == "escalate")
    assert (moved.staff_id, moved.data["office"]) == (desk.staff_id, "ministry")
    assert case.referrals[1].sender_office_id == "cso"
    with pytest.raises(StaleCase):
        escalation.push(world.session, case, desk, world.now, version=seen)


def test_an_office_cannot_push_a_case_away(world: World) -> None:
    case = world.file()
    with pytest.raises(NotAllowed):
        escalation.push(world.session, case, world.actor(Role.OFFICER, "attache"), world.now)


def test_without_an_office_above_the_coordination_desk_has_the_step(world: World) -> None:
    case = world.file(decisions=agrees("attache"))
    desk = world.actor(Role.CASEWORKER, "cso")
    escalation.push(world.session, case, desk, world.now)
    assert steps(world) == [(1, "pushed", None, "coordinator")]
    assert (case.status, case.referrals[0].state) == ("triage", "ended")
    assert set(world.running(case)) == {("coordinator", "acknowledge")}
    moved = next(e for e in history.of_case(world.session, case) if e.action == "escalate_to_desk")
    assert moved.actor_kind == "system"


def test_a_dispute_is_a_step(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.propose(world.session, case, officer, world.now, outcome=DONE)
    outcome.dispute(world.session, case, world.worker(case), world.now)
    assert steps(world) == [(1, "disputed", None, "ministry")]
    assert case.status == "referred"


def test_a_dispute_at_the_top_goes_on_with_the_office_there_is(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.propose(world.session, case, officer, world.now, outcome=DONE)
    case.level = 5
    outcome.dispute(world.session, case, world.worker(case), world.now)
    assert (case.level, case.status, case.referrals[0].state) == (5, "in_progress", "accepted")
    assert steps(world) == []
    assert ("attache", "resolve") in world.running(case)
    assert "lapsed_at_top" in world.session.scalars(select(Notice.kind)).all()


def test_a_supervisor_takes_over_and_the_office_keeps_sight(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk = world.actor(Role.CASEWORKER, "cso")
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    head = world.actor(Role.SUPERVISOR, "coordinator")
    escalation.take_over(world.session, case, head, world.now, version=case.version)
    assert (case.status, case.desk_office_id, case.caseworker_id) == (
        "in_progress",
        "coordinator",
        head.staff_id,
    )
    assert {(r.office_id, r.state, r.may_see) for r in case.referrals} == {
        ("attache", "ended", True),
        ("authority", "ended", True),
    }
    assert set(world.running(case)) == {("coordinator", "first_answer"), ("coordinator", "resolve")}


def test_taking_over_again_ends_nothing_twice(world: World) -> None:
    case = world.file()
    head = world.actor(Role.SUPERVISOR, "cso")
    escalation.take_over(world.session, case, head, world.now)
    ended = case.referrals[0].ended_at
    escalation.take_over(world.session, case, head, world.after(days=1))
    assert case.referrals[0].ended_at == ended


def test_an_extension_moves_what_ends_earlier_and_nothing_else(world: World) -> None:
    case = world.file()
    head = world.actor(Role.SUPERVISOR, "cso")
    before = {kind: clock.due_at for (_, kind), clock in world.running(case).items()}
    until = world.now + timedelta(days=12)
    escalation.extend(world.session, case, head, world.now, due_at=until)
    after = {kind: clock.due_at for (_, kind), clock in world.running(case).items()}
    assert after == before | {"acknowledge": until, "resolve": until}
    assert before["first_answer"] > until
    assert case.next_due_at == until
    event = history.of_case(world.session, case)[0]
    assert (event.action, event.data["until"]) == ("extend", until.isoformat())


def test_an_extension_leaves_a_paused_clock_alone(world: World) -> None:
    case = world.file()
    officer, head = world.actor(Role.OFFICER, "attache"), world.actor(Role.SUPERVISOR, "cso")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    paused = world.running(case)["attache", "resolve"].due_at
    until = world.now + timedelta(days=90)
    escalation.extend(world.session, case, head, world.now, due_at=until)
    assert world.running(case)["attache", "resolve"].due_at == paused
    assert world.running(case)["cso", "silence"].due_at == until
