"""How a case ends, and how it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import Case, Notice
from casework.services import outcome, referrals
from casework.services.casefile import NotAllowed
from casework.services.outcome import Outcome, OutcomeIncomplete
from tests.factories import World

DONE = Outcome("settled", "full", "9000 baht were paid.")


def proposed(world: World) -> Case:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.propose(world.session, case, officer, world.now, outcome=DONE)
    return case


def told(world: World) -> list[str]:
    query = select(Notice.kind).where(Notice.office_id == "cso").order_by(Notice.id)
    return list(world.session.scalars(query))


def test_an_outcome_waits_for_the_worker(world: World) -> None:
    case = proposed(world)
    assert (case.status, case.waits_for) == ("outcome_proposed", "complainant")
    assert (case.outcome, case.remedy_status, case.outcome_text) == (
        "settled",
        "full",
        "9000 baht were paid.",
    )
    assert told(world)[-1] == "outcome_proposed"


def test_the_worker_confirms(world: World) -> None:
    case = proposed(world)
    outcome.confirm(world.session, case, world.worker(case), world.now)
    assert (case.status, case.close_reason, case.confirmed) == ("closed", "confirmed", True)
    assert (case.referrals[0].state, case.referrals[0].may_see) == ("ended", True)
    assert world.running(case) == {}


def test_the_worker_confirms_through_the_caseworker(world: World) -> None:
    case = proposed(world)
    outcome.confirm(world.session, case, world.actor(Role.CASEWORKER, "cso"), world.now)
    assert case.status == "closed"


@pytest.mark.parametrize("office", ["attache", "coordinator"])
def test_nobody_else_confirms(world: World, office: str) -> None:
    case = proposed(world)
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.COORDINATOR):
        with pytest.raises(NotAllowed):
            outcome.confirm(world.session, case, world.actor(role, office), world.now)


def test_a_dispute_reopens_and_climbs(world: World) -> None:
    case = proposed(world)
    outcome.dispute(world.session, case, world.worker(case), world.now)
    assert (case.status, case.level) == ("referred", 1)
    assert [r.office_id for r in case.referrals] == ["attache", "ministry"]
    assert "disputed" in told(world)


@pytest.mark.parametrize(
    ("code", "remedy"), [("", "full"), ("settled", ""), ("nonsense", "full"), ("settled", "all")]
)
def test_an_outcome_is_whole_or_none(world: World, code: str, remedy: str) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    with pytest.raises(OutcomeIncomplete):
        outcome.propose(world.session, case, officer, world.now, outcome=Outcome(code, remedy, ""))


@pytest.mark.parametrize("reason", outcome.CLOSE_REASONS)
def test_a_supervisor_closes_with_outcome_remedy_and_reason(world: World, reason: str) -> None:
    case = world.file()
    head = world.actor(Role.SUPERVISOR, "cso")
    outcome.close(world.session, case, head, world.now, outcome=DONE, reason=reason)
    assert (case.status, case.close_reason, case.confirmed) == ("closed", reason, None)
    assert (case.outcome, case.closed_at) == ("settled", world.now)


def test_without_a_reason_nothing_closes(world: World) -> None:
    case = world.file()
    head = world.actor(Role.SUPERVISOR, "cso")
    with pytest.raises(OutcomeIncomplete):
        outcome.close(world.session, case, head, world.now, outcome=DONE, reason="tired")
    assert case.status == "referred"


def test_an_office_never_closes(world: World) -> None:
    case = proposed(world)
    for role in (Role.OFFICER, Role.SUPERVISOR):
        actor = world.actor(role, "attache")
        with pytest.raises(NotAllowed):
            outcome.close(
                world.session, case, actor, world.now, outcome=DONE, reason="no_more_to_do"
            )


@pytest.mark.parametrize("pressed", [True, False, None])
def test_withdrawing_keeps_whether_somebody_pressed(world: World, *, pressed: bool | None) -> None:
    case = world.file()
    outcome.withdraw(world.session, case, world.worker(case), world.now, under_pressure=pressed)
    assert (case.status, case.under_pressure) == ("withdrawn", pressed)
    assert case.referrals[0].state == "ended"
    assert told(world)[-1] == "withdrawn"


def test_a_case_is_taken_up_again_within_ninety_days(world: World) -> None:
    case = proposed(world)
    worker = world.worker(case)
    outcome.confirm(world.session, case, worker, world.now)
    outcome.reopen(world.session, case, worker, world.after(days=90))
    assert (case.status, case.outcome, case.remedy_status) == ("in_progress", "", "")
    assert (case.close_reason, case.confirmed, case.closed_at) == ("", None, None)
    assert case.waits_for == "desk"


def test_later_only_a_supervisor_takes_it_up_again(world: World) -> None:
    case = proposed(world)
    outcome.confirm(world.session, case, world.worker(case), world.now)
    world.now += timedelta(days=90, seconds=1)
    for actor in (world.worker(case), world.actor(Role.CASEWORKER, "cso")):
        with pytest.raises(NotAllowed):
            outcome.reopen(world.session, case, actor, world.now)
    outcome.reopen(world.session, case, world.actor(Role.SUPERVISOR, "cso"), world.now)
    assert case.status == "in_progress"
