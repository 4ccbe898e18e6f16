"""The sweep: reminders, silences, climbs — each once, however many sweep at one moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.domain.facts import Role
from casework.domain.routing import Assignment
from casework.models import Case, Clock, Escalation, Event, Notice, Referral
from casework.services import casefile, history, messages, outcome, referrals, sweep
from casework.services.outcome import Outcome
from tests import factories
from tests.factories import World, agrees
from tests.threads import together

SECOND = timedelta(seconds=1)
DONE = Outcome("settled", "full", "Paid.")


def notices(world: World, office: str) -> list[str]:
    query = select(Notice.kind).where(Notice.office_id == office).order_by(Notice.id)
    return list(world.session.scalars(query))


def test_nothing_is_done_before_its_time(world: World) -> None:
    world.file()
    assert world.sweep() == []


def test_reminders_at_half_and_three_quarters_and_a_climb_at_the_end(world: World) -> None:
    case = world.file()
    clock = world.running(case)["attache", "acknowledge"]
    half, most, end = (datetime.fromisoformat(each) for each in clock.thresholds)
    for instant, done in ((half, "reminded"), (most, "reminded"), (end, "climbed")):
        world.now = instant - SECOND
        assert world.sweep() == []
        world.now = instant
        assert world.sweep() == [done]
        assert world.sweep() == []
    assert notices(world, "attache") == ["referred", "reminder", "reminder", "lapsed"]
    assert clock.lapsed_at == end
    reminded = [e for e in history.of_case(world.session, case) if e.action == "reminded"]
    assert [e.data["part"] for e in reversed(reminded)] == [1, 2]


def test_a_step_says_who_was_silent_for_how_long(world: World) -> None:
    case = world.file()
    filed = world.now
    for _ in range(3):
        clock = world.running(case)["attache", "acknowledge"]
        assert clock.next_at is not None
        world.now = clock.next_at
        world.sweep()
        if case.level:
            break
    (step,) = world.session.scalars(select(Escalation))
    assert (step.level, step.cause, step.silent_office_id) == (1, "acknowledge", "attache")
    assert (step.silent_days, step.reminders) == ((world.now - filed).days, 3)
    assert (step.to_office_id, step.at) == ("ministry", world.now)
    old, new = case.referrals
    assert (old.state, old.may_see, old.ended_at) == ("silent", True, world.now)
    assert (new.office_id, new.state, new.rule, new.level) == ("ministry", "offered", "ladder", 1)
    assert case.status == "referred"


def test_a_sweep_that_comes_late_claims_no_reminders_it_did_not_send(world: World) -> None:
    world.file()
    world.after(days=9)
    assert world.sweep() == ["climbed"]
    (step,) = world.session.scalars(select(Escalation))
    assert step.reminders == 1


def test_it_climbs_to_every_level_and_no_further(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    seen = []
    for _ in range(12):
        world.after(days=60)
        world.sweep()
        seen.append(case.level)
    assert seen[:5] == [1, 2, 3, 4, 5]
    assert set(seen[5:]) == {5}
    steps = world.session.scalars(select(Escalation).order_by(Escalation.level)).all()
    assert [step.level for step in steps] == [1, 2, 3, 4, 5]
    asked = [referral.office_id for referral in case.referrals]
    assert asked == ["attache", "ministry", "leadership", "foreign", "ombudsman"]
    assert steps[-1].to_office_id == "coordinator"
    assert (case.status, case.desk_office_id) == ("triage", "cso")
    tops = [e for e in history.of_case(world.session, case) if e.action == "lapsed_at_top"]
    assert len(tops) == 1
    assert "lapsed_at_top" in notices(world, "coordinator")
    assert {referral.state for referral in case.referrals} == {"silent"}
    assert world.running(case) == {}


def test_a_case_that_no_office_may_have_climbs_through_the_desk(world: World) -> None:
    case = world.file(decisions=())
    for level in range(1, 6):
        world.after(days=30)
        assert world.sweep() == ["climbed"]
        assert (case.level, case.status, case.referrals) == (level, "triage", [])
    world.after(days=30)
    assert world.sweep() == ["climbed"]
    assert case.level == 5
    assert notices(world, "coordinator")[-1] == "lapsed_at_top"
    world.after(days=30)
    assert world.sweep() == []


def test_before_triage_a_silent_desk_sends_nothing_to_any_office(world: World) -> None:
    case = world.file(categories={"embassy": []}, decisions=agrees("KH", "TH"))
    for _ in range(7):
        world.after(days=30)
        world.sweep()
    assert case.referrals == []
    assert world.session.scalars(select(Escalation.to_office_id).distinct()).all() == [
        "coordinator"
    ]
    assert set(world.session.scalars(select(Notice.office_id))) <= {"cso", "coordinator"}


def test_a_silent_second_office_is_followed_by_another_beside_the_lead(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    lead, desk = world.actor(Role.OFFICER, "attache"), world.actor(Role.CASEWORKER, "cso")
    referrals.accept(world.session, case, lead, world.now)
    messages.write(world.session, case, lead, world.now, "We are at it.")
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    world.after(days=4)
    assert world.sweep() == ["climbed"]
    states = {r.office_id: (r.state, r.lead) for r in case.referrals}
    assert states["attache"] == ("accepted", True)
    assert states["authority"] == ("silent", False)
    assert [lead for state, lead in states.values() if state == "offered"] == [False]
    assert case.status == "in_progress"


def test_silence_of_the_worker_closes_a_proposed_outcome_after_fourteen_days(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.propose(world.session, case, officer, world.now, outcome=DONE)
    clock = world.running(case)["cso", "silence"]
    world.now = clock.due_at - SECOND
    assert world.sweep() == ["reminded"]
    assert (case.status, notices(world, "cso")[-1]) == (
        "outcome_proposed",
        "complainant_silent_soon",
    )
    world.after(seconds=1)
    assert world.sweep() == ["closed_unconfirmed"]
    assert (case.status, case.close_reason, case.confirmed) == ("closed", "unconfirmed", False)
    assert case.level == 0
    assert case.referrals[0].state == "ended"
    assert world.running(case) == {}


def test_silence_of_the_worker_ends_a_wait_and_never_the_case(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    left = world.running(case)["attache", "resolve"].remaining
    world.now = world.running(case)["cso", "silence"].due_at
    assert world.sweep() == ["resumed"]
    assert (case.status, case.level) == ("in_progress", 0)
    assert world.running(case)["attache", "resolve"].due_at == world.now + timedelta(
        seconds=left or 0
    )
    assert notices(world, "cso")[-1] == "complainant_silent"


def test_a_case_that_climbs_has_its_other_clocks_stopped(world: World) -> None:
    world.file()
    world.after(days=90)
    # All three clocks of the silent office are over: it climbs once, not three times.
    assert world.sweep() == ["climbed"]
    assert len(world.session.scalars(select(Escalation)).all()) == 1


def test_the_longest_waiting_come_first_and_no_more_than_asked(world: World) -> None:
    first = world.file()
    world.after(hours=1)
    second = world.file(categories={"abuse": []})
    world.after(days=9)
    assert sweep.due_cases(world.session, world.now) == [second.id, first.id]
    assert len(sweep.due_cases(world.session, world.now, limit=1)) == 1


def test_after_the_work_is_done_nothing_is_due(world: World) -> None:
    case = world.file()
    world.after(days=9)
    assert sweep.act_on(world.session, case.id, world.now) == ["climbed"]
    assert sweep.act_on(world.session, case.id, world.now) == []


@pytest.mark.slow
def test_four_sweeps_at_one_moment_take_each_step_once(
    app: Flask, session: Session, now: datetime
) -> None:
    factories.small_directory(session)
    world = World(session, now)
    cases = [world.file(decisions=agrees("KH", "TH")).id for _ in range(5)]
    session.commit()

    def sweeps(_thread: int) -> list[str]:
        done = []
        for round_ in range(1, 7):
            later = now + timedelta(days=60 * round_)
            with transaction() as own:
                due = list(sweep.due_cases(own, later))
            for case_id in due:
                with transaction() as own:
                    done += sweep.act_on(own, case_id, later)
        return done

    together(app, 4, sweeps)
    session.expire_all()
    steps = session.execute(select(Escalation.case_id, Escalation.level)).all()
    assert Counter(tuple(step) for step in steps) == {
        (case_id, level): 1 for case_id in cases for level in range(1, 6)
    }
    for case_id in cases:
        case = session.get_one(Case, case_id)
        sent = session.scalars(select(Referral.office_id).where(Referral.case_id == case_id)).all()
        assert sorted(sent) == ["attache", "foreign", "leadership", "ministry", "ombudsman"]
        assert case.level == 5
        casefile.settle(session, case, now + timedelta(days=400))
    tops = session.scalars(select(Event).where(Event.action == "lapsed_at_top")).all()
    assert len(tops) == len(cases)
    open_clocks = session.scalars(select(Clock).where(Clock.stopped_at.is_(None))).all()
    assert open_clocks == []
