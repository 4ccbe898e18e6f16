"""Clocks follow the case: who must act, by when, and what stops, pauses and restarts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from casework.domain.escalation import ClockKind
from casework.domain.facts import OfficeRole, Role, Said
from casework.domain.routing import Assignment
from casework.models import Case, Clock
from casework.services import (
    clocks,
    consents,
    directory,
    escalation,
    messages,
    outcome,
    referrals,
    triage,
)
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from tests import factories
from tests.factories import World, agrees

ALL = {"acknowledge", "first_answer", "resolve"}
DONE = Outcome("settled", "full", "Paid.")


def kinds(world: World, case: Case, office: str) -> set[str]:
    return {kind for holder, kind in world.running(case) if holder == office}


def local(day: int, hour: int, month: int = 11) -> datetime:
    """Return a time of day in Bangkok and Phnom Penh."""
    return datetime(2026, month, day, hour, tzinfo=UTC) - timedelta(hours=7)


def test_an_office_has_three_clocks_in_the_calendar_of_where_it_stands(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    running = world.running(case)
    # The attaché works in Bangkok: the Water Festival is no holiday there.
    assert running["attache", "acknowledge"].due_at == local(25, 17)
    assert running["attache", "first_answer"].due_at == local(8, 17, month=12)
    # A term of law follows the state the office belongs to: ten days in Cambodia.
    assert running["attache", "resolve"].due_at == local(3, 17, month=12)
    assert running["attache", "resolve"].source == "Prakas 249"
    assert all(clock.started_at == world.now for clock in running.values())


def test_an_office_at_home_keeps_the_holidays_of_home(world: World) -> None:
    case = world.file(
        decisions=agrees("KH"), complained_offices=["attache"], about_official=Said.YES
    )
    desk = world.actor(Role.CASEWORKER, "cso")
    (clock,) = world.running(case).values()
    # The desk stands in Cambodia too: after the Water Festival two working days.
    assert clock.due_at == local(27, 17)
    found = Classification({"embassy": []}, Said.YES, ["embassy"])
    triage.reclassify(world.session, case, desk, world.now, found=found)
    assert [r.office_id for r in case.referrals] == ["foreign"]
    assert world.running(case)["foreign", "acknowledge"].due_at == local(27, 17)


def test_an_urgent_case_is_timed_by_the_clock(world: World) -> None:
    case = world.file(categories={"abuse": []})
    assert world.running(case)["attache", "acknowledge"].due_at == world.now + timedelta(days=1)


def test_accepting_stops_the_first_clock_and_an_answer_the_second(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.after(hours=1))
    assert kinds(world, case, "attache") == {"first_answer", "resolve"}
    messages.write(world.session, case, officer, world.after(hours=1), "We are looking into it.")
    assert kinds(world, case, "attache") == {"resolve"}
    met = [c for c in clocks.of_case(world.session, case) if c.met_at]
    assert [(c.kind, c.met_at) for c in met] == [("first_answer", world.now)]
    world.settle(case)
    assert kinds(world, case, "attache") == {"resolve"}


def test_waiting_for_the_worker_pauses_and_a_reply_resumes(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    due = world.running(case)["attache", "resolve"].due_at
    messages.write(world.session, case, officer, world.after(hours=17), "How much?", ask=True)
    running = world.running(case)
    assert running["attache", "resolve"].remaining == int((due - world.now).total_seconds())
    assert running["attache", "resolve"].next_at is None
    assert running["cso", "silence"].due_at == local(8, 17, month=12)
    assert case.next_due_kind == "silence"
    messages.reply(world.session, case, world.worker(case), world.after(days=3), body="9000 baht")
    resumed = world.running(case)["attache", "resolve"]
    assert (resumed.remaining, resumed.due_at) == (None, due + timedelta(days=3))
    assert "silence" not in {kind for _, kind in world.running(case)}


def test_a_third_party_pauses_nothing(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    before = world.running(case)["attache", "resolve"].due_at
    triage.wait_for_third(world.session, case, officer, world.after(days=1))
    clock = world.running(case)["attache", "resolve"]
    assert (clock.due_at, clock.remaining) == (before, None)


def test_an_outcome_gives_the_worker_the_whole_time_even_after_a_question(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    outcome.propose(world.session, case, officer, world.after(days=13), outcome=DONE)
    (clock,) = world.running(case).values()
    assert (clock.kind, clock.office_id) == ("silence", "cso")
    assert clock.due_at - world.now >= timedelta(days=14)
    assert clock.started_at == world.now


def test_whoever_is_asked_again_has_the_whole_time_again(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    messages.write(world.session, case, officer, world.after(days=10), "Since when?", ask=True)
    assert world.running(case)["cso", "silence"].started_at == world.now


def test_a_desk_that_takes_a_case_on_has_clocks_and_has_them_again(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.take_on(world.session, case, desk, world.now)
    assert set(world.running(case)) == {("cso", "first_answer"), ("cso", "resolve")}
    consents.change(world.session, case, desk, world.now, decisions=agrees("KH"), how="spoken")
    to = referrals.decide(world.session, case)
    referrals.offer(world.session, case, desk, world.after(days=1), assignment=to)
    assert kinds(world, case, "cso") == set()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.decline(world.session, case, officer, world.now, code="not_ours", reason="Not ours.")
    assert kinds(world, case, "cso") == {"acknowledge"}
    triage.take_on(world.session, case, desk, world.after(days=1))
    # Nobody has answered the person yet, and nothing is resolved: both run anew.
    assert kinds(world, case, "cso") == {"first_answer", "resolve"}
    messages.write(world.session, case, desk, world.now, "We help you ourselves.")
    assert kinds(world, case, "cso") == {"resolve"}


def test_a_reopened_case_is_timed_again(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.SUPERVISOR, "cso")
    triage.take_on(world.session, case, desk, world.now)
    messages.write(world.session, case, desk, world.now, "We are at it.")
    outcome.close(world.session, case, desk, world.now, outcome=DONE, reason="unreachable")
    assert world.running(case) == {}
    outcome.reopen(world.session, case, world.worker(case), world.after(days=5))
    (clock,) = world.running(case).values()
    assert (clock.kind, clock.started_at) == ("resolve", world.now)


def test_the_clocks_of_a_desk_move_with_the_case(world: World) -> None:
    case = world.file(decisions=())
    supervisor = world.actor(Role.SUPERVISOR, "cso")
    other = world.actor(Role.CASEWORKER, "other-cso")
    triage.take_on(world.session, case, supervisor, world.now)
    triage.reassign(world.session, case, supervisor, world.now, caseworker_id=other.staff_id or 0)
    assert set(world.running(case)) == {("other-cso", "first_answer"), ("other-cso", "resolve")}
    messages.write(world.session, case, other, world.now, "We are at it.")
    assert set(world.running(case)) == {("other-cso", "resolve")}


def test_above_the_ground_the_coordinator_answers_for_the_desk(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    escalation.push(world.session, case, desk, world.now)
    assert (case.level, set(world.running(case))) == (1, {("coordinator", "acknowledge")})
    triage.take_on(world.session, case, desk, world.now)
    assert kinds(world, case, "coordinator") == {"first_answer", "resolve"}
    messages.write(world.session, case, desk, world.now, "We are at it.")
    assert kinds(world, case, "coordinator") == {"resolve"}


def test_a_second_office_has_clocks_of_its_own_and_its_answer_is_its_own(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk, lead = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, lead, world.now)
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    assert kinds(world, case, "authority") == ALL
    messages.write(world.session, case, lead, world.now, "We are at it.")
    assert kinds(world, case, "authority") == ALL
    assert kinds(world, case, "attache") == {"resolve"}


def test_met_stops_only_what_was_met(world: World) -> None:
    case = world.file()
    clocks.met(world.session, case, ClockKind.RESOLVE, "authority", world.now)
    clocks.met(world.session, case, ClockKind.RESOLVE, None, world.now)
    assert kinds(world, case, "attache") == ALL


def test_a_schedule_is_written_back_as_it_was_read(world: World) -> None:
    case = world.file()
    clock = world.running(case)["attache", "acknowledge"]
    value = clocks.schedule(clock)
    again = Clock(case_id=case.id, office_id="cso", kind="resolve", unit="working_days")
    clocks.write(again, value)
    again.started_at = world.now
    assert clocks.schedule(again) == value
    assert again.next_at == value.thresholds[0]
    clocks.stop(again, world.now)
    clocks.write(again, value)
    assert again.next_at is None


def test_an_office_that_stands_nowhere_keeps_the_coordinators_calendar(world: World) -> None:
    factories.office(world.session, "regional", OfficeRole.OMBUDSMAN)
    here = clocks.calendar_of(world.session, "regional", world.now)
    assert here == directory.calendar(world.session, "TH", 2026)
