"""What the person with the code is told: stages, dates, who has it. And a code that is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import crypto
from casework.domain.escalation import ClockKind
from casework.domain.facts import Actor, Role, Said
from casework.models import Case, Login, Staff
from casework.services import drafts, escalation, logins, messages, outcome, referrals, tracking
from casework.services.casefile import StaleCase
from casework.services.outcome import Outcome
from casework.services.tracking import Stage
from tests import factories
from tests.factories import World, agrees

ANSWER = Outcome("settled", "full", "Everything is paid.")


@pytest.fixture
def officer(world: World) -> Actor:
    """An officer of the labour attaché."""
    return world.actor(Role.OFFICER, "attache")


def stages(world: World, case: Case) -> list[Stage]:
    return [mark.stage for mark in tracking.line(world.session, case)]


def test_a_code_opens_its_case_or_its_draft(world: World) -> None:
    draft, _ = drafts.begin(world.session, world.now, "km")
    code = drafts.leave(draft)
    assert tracking.find(world.session, world.now, code) is draft
    case = world.file()
    case.code_hash = crypto.code_lookup("11112222333344445555")
    world.session.flush()
    assert tracking.find(world.session, world.now, "11112222333344445555") is case
    assert tracking.find(world.session, world.now, "99992222333344445555") is None


def test_the_line_follows_the_case_to_its_end(world: World, officer: Actor) -> None:
    case = world.file()
    assert stages(world, case) == [Stage.RECEIVED, Stage.REFERRED]
    assert tracking.ahead(case) == (
        Stage.ACCEPTED,
        Stage.IN_PROGRESS,
        Stage.OUTCOME_PROPOSED,
        Stage.CLOSED,
    )
    referrals.accept(world.session, case, officer, world.after(hours=1))
    messages.write(world.session, case, officer, world.after(hours=1), "When?", ask=True)
    assert stages(world, case)[-1] is Stage.WAITING_YOU
    messages.reply(world.session, case, world.worker(case), world.after(hours=1), body="May.")
    assert tracking.ahead(case) == (Stage.OUTCOME_PROPOSED, Stage.CLOSED)
    outcome.propose(world.session, case, officer, world.after(hours=1), outcome=ANSWER)
    assert tracking.ahead(case) == (Stage.CLOSED,)
    outcome.confirm(world.session, case, world.worker(case), world.after(hours=1))
    assert stages(world, case) == [
        Stage.RECEIVED,
        Stage.REFERRED,
        Stage.ACCEPTED,
        Stage.IN_PROGRESS,
        Stage.OUTCOME_PROPOSED,
        Stage.CLOSED,
    ]
    assert tracking.ahead(case) == ()
    days = [mark.at for mark in tracking.line(world.session, case)]
    assert days == sorted(days)


def test_a_no_of_the_office_is_said_and_the_case_is_checked_again(
    world: World, officer: Actor
) -> None:
    case = world.file()
    referrals.decline(
        world.session, case, officer, world.after(hours=1), code="not_ours", reason="Not ours."
    )
    assert stages(world, case) == [
        Stage.RECEIVED,
        Stage.REFERRED,
        Stage.DECLINED,
        Stage.TRIAGE,
    ]


def test_climbing_withdrawing_and_opening_again_are_said(world: World) -> None:
    case = world.file()
    worker = world.worker(case)
    escalation.ask(world.session, case, worker, world.after(hours=1))
    assert stages(world, case)[-1] is Stage.ESCALATED
    outcome.withdraw(world.session, case, worker, world.after(hours=1), under_pressure=None)
    assert stages(world, case)[-1] is Stage.WITHDRAWN
    assert tracking.ahead(case) == ()
    outcome.reopen(world.session, case, worker, world.after(hours=1))
    assert stages(world, case)[-1] is Stage.REOPENED


def test_the_office_that_holds_the_case_is_named(world: World) -> None:
    assert tracking.holder(world.session, world.file()) == "attache"
    assert tracking.holder(world.session, world.file(decisions=[])) == "cso"


def test_nobody_is_named_to_whoever_is_not_safe(world: World) -> None:
    case = world.file(safe_now=Said.NO)
    assert tracking.holder(world.session, case) is None


def test_an_office_in_conflict_is_not_named(world: World) -> None:
    case = world.file(decisions=[])
    factories.case_conflict(world.session, case, office_id="cso")
    assert tracking.holder(world.session, case) is None


def test_what_is_due_is_the_nearest_of_each_kind(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    due = tracking.expected(world.session, case, world.now)
    assert [(each.kind, each.office_id, each.referred) for each in due] == [
        (ClockKind.ACKNOWLEDGE, "attache", True),
        (ClockKind.RESOLVE, "attache", True),
        (ClockKind.FIRST_ANSWER, "attache", True),
    ]
    assert not due[0].exact
    assert due[0].zone.key == "Asia/Bangkok"


def test_hours_count_in_an_urgent_case(world: World) -> None:
    case = world.file(categories={"abuse": ["physical"]})
    first = tracking.expected(world.session, case, world.now)[0]
    assert first.exact
    assert first.at == world.now + timedelta(hours=24)


def test_a_paused_clock_promises_nothing(world: World, officer: Actor) -> None:
    case = world.file()
    referrals.accept(world.session, case, officer, world.after(hours=1))
    messages.write(world.session, case, officer, world.after(hours=1), "When?", ask=True)
    due = tracking.expected(world.session, case, world.now)
    assert [each.kind for each in due] == [ClockKind.SILENCE]


def opened(world: World, case: Case) -> Login:
    token = logins.begin_for_case(world.session, world.now, case)
    found = logins.find(world.session, world.now, token)
    assert found is not None
    return found


def test_a_changed_code_locks_everybody_else_out(world: World) -> None:
    case = world.file()
    before = case.code_hash
    mine, other = opened(world, case), opened(world, case)
    code = tracking.change_code(
        world.session, case, world.worker(case), world.now, keep=mine, version=case.version
    )
    assert case.code_hash == crypto.code_lookup(code) != before
    assert list(world.session.scalars(select(Login))) == [mine]
    assert other not in world.session.scalars(select(Login)).all()
    assert tracking.new_code(world.session, world.now, case) == code
    assert tracking.find(world.session, world.now, code) is case


def test_a_second_tap_leaves_the_new_code_as_it_is(world: World) -> None:
    case = world.file()
    mine, version = opened(world, case), case.version
    code = tracking.change_code(
        world.session, case, world.worker(case), world.now, keep=mine, version=version
    )
    with pytest.raises(StaleCase):
        tracking.change_code(
            world.session, case, world.worker(case), world.now, keep=mine, version=version
        )
    assert tracking.new_code(world.session, world.now, case) == code


def test_without_a_receipt_there_is_no_code_to_show(world: World) -> None:
    assert tracking.new_code(world.session, world.now, world.file()) is None


def test_sessions_of_staff_stay_when_a_code_is_changed(world: World) -> None:
    case = world.file()
    staff = factories.staff(world.session, Role.CASEWORKER, "cso")
    assert isinstance(staff, Staff)
    logins.begin_for_staff(world.session, world.now, staff, factor=True)
    mine = opened(world, case)
    tracking.change_code(world.session, case, world.worker(case), world.now, keep=mine)
    assert len(world.session.scalars(select(Login)).all()) == 2


def test_a_code_that_a_helper_has_seen_is_marked_until_it_is_changed(world: World) -> None:
    own = world.file()
    helped = world.file(world.actor(Role.CASEWORKER, "cso"))
    assert (own.code_is_shared, helped.code_is_shared) == (False, True)
    login = factories.login(world.session, case=helped)
    tracking.change_code(
        world.session, helped, world.worker(helped), world.now, keep=login, version=helped.version
    )
    assert not helped.code_is_shared
