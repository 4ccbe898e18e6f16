"""What a supervisor's queue shows: which cases, in which order, and why they climbed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, event
from sqlalchemy.orm import Session

from casework.domain.countdown import State
from casework.domain.facts import Actor, Role
from casework.models import Case
from casework.services import escalation, figures, outcome, supervision, triage
from casework.services.outcome import Outcome
from casework.services.paging import Mark, Page
from casework.services.supervision import View
from tests import factories
from tests.factories import World

RESULT = Outcome("not_settled", "none", "Nothing came of it.")
# However many cases there are: the page, its categories, its clocks and their offices.
MOST_QUERIES = 8


@pytest.fixture
def network(world: World) -> Actor:
    return world.actor(Role.SUPERVISOR, "coordinator")


def ids(world: World, actor: Actor, view: View = View.DECIDE) -> list[int]:
    page = supervision.page(world.session, actor, world.now, view=view)
    assert supervision.counts(world.session, actor, world.now).views[view] == len(page.rows)
    return [row.id for row in page.rows]


def only(world: World, actor: Actor, view: View = View.DECIDE) -> Row[Any]:
    [row] = supervision.page(world.session, actor, world.now, view=view).rows
    return row


def climbed(session: Session, level: int, **values: Any) -> Case:
    row = factories.case(session, level=level, status="in_progress", **values)
    factories.escalation(session, row, level=level)
    return row


def lapse(world: World) -> Case:
    """File a case whose office stays silent until it climbs."""
    case = world.file()
    world.after(days=4)
    assert "climbed" in world.sweep()
    return case


def test_a_silent_office_brings_its_case_into_the_queue(world: World, network: Actor) -> None:
    case = world.file()
    assert ids(world, network) == []
    world.after(days=4)
    world.sweep()
    row = only(world, network)
    assert (row.id, row.level, row.cause) == (case.id, 1, "acknowledge")
    assert (row.silent, row.silent_days) == ("attache", 4)
    assert row.reminders >= 1
    assert (row.desk, row.caseworker, row.version) == ("cso", None, case.version)


def test_a_wish_after_a_silence_still_says_who_was_silent(world: World, network: Actor) -> None:
    case = lapse(world)
    escalation.ask(world.session, case, world.worker(case), world.now)
    row = only(world, network)
    assert (row.level, row.cause, row.silent) == (2, "asked", "attache")


def test_a_push_names_nobody_as_silent(world: World, network: Actor) -> None:
    case = world.file()
    escalation.push(world.session, case, network, world.now)
    row = only(world, network)
    assert (row.cause, row.silent, row.reminders) == ("pushed", None, None)


def test_the_highest_then_the_latest_then_the_gravest_comes_first(
    world: World, network: Actor
) -> None:
    session, now = world.session, world.now
    soon, later = now + timedelta(days=1), now + timedelta(days=2)
    low = climbed(session, 1, next_due_at=now - timedelta(days=9))
    never = climbed(session, 2)
    after = climbed(session, 2, next_due_at=later)
    grave = climbed(session, 2, next_due_at=soon, severity="urgent")
    high = climbed(session, 2, next_due_at=soon, severity="high")
    plain = climbed(session, 2, next_due_at=soon)
    top = climbed(session, 5, next_due_at=later)
    expected = [each.id for each in (top, grave, high, plain, after, never, low)]
    assert ids(world, network) == expected
    assert supervision.counts(session, network, now).high == 1


def test_pages_follow_each_other_both_ways_and_lose_nothing(world: World, network: Actor) -> None:
    session = world.session
    for number in range(7):
        climbed(session, 1 + number % 3, next_due_at=world.now + timedelta(days=number % 2))
    whole = ids(world, network)

    def page(mark: Mark | None) -> Page:
        return supervision.page(session, network, world.now, mark=mark, size=3)

    first = page(None)
    second = page(first.after)
    third = page(second.after)
    assert [row.id for part in (first, second, third) for row in part.rows] == whole
    assert first.before is None
    assert third.after is None
    assert [row.id for row in page(third.before).rows] == whole[3:6]


def test_cases_that_climb_this_week_if_nothing_moves(world: World, network: Actor) -> None:
    session, now = world.session, world.now
    week = figures.WEEK

    def due(at: datetime, **values: Any) -> Case:
        given: dict[str, Any] = {"status": "in_progress", "next_due_kind": "resolve"}
        return factories.case(session, next_due_at=at, **given | values)

    first, last = due(now + timedelta(hours=1)), due(now + week)
    due(now + week + timedelta(seconds=1))
    due(now, next_due_kind="silence", status="outcome_proposed")
    due(now, level=5)
    due(now, status="closed")
    assert ids(world, network, View.CLIMBS) == [first.id, last.id]


def test_a_dispute_stays_in_its_view_until_another_result_is_offered(
    world: World, network: Actor
) -> None:
    session, now = world.session, world.now
    case = world.file(decisions=())
    caseworker = world.actor(Role.CASEWORKER, "cso")
    triage.take_on(session, case, caseworker, now)
    outcome.propose(session, case, caseworker, now, outcome=RESULT)
    assert ids(world, network, View.DISPUTED) == []
    outcome.dispute(session, case, world.worker(case), now)
    row = only(world, network, View.DISPUTED)
    assert (row.id, row.cause, row.silent) == (case.id, "disputed", None)
    triage.take_on(session, case, network, now)
    outcome.propose(session, case, network, now, outcome=RESULT)
    assert ids(world, network, View.DISPUTED) == []
    outcome.confirm(session, case, world.worker(case), now)
    assert ids(world, network) == []


def test_a_desk_sees_its_own_and_the_network_sees_all(world: World, network: Actor) -> None:
    here = climbed(world.session, 1, desk_office_id="cso")
    there = climbed(world.session, 1, desk_office_id="other-cso")
    # Another desk's case that was sent to this one is theirs to steer.
    factories.referral(world.session, there, "cso", may_see=True)
    desk = world.actor(Role.SUPERVISOR, "cso")
    assert ids(world, desk) == [here.id]
    assert sorted(ids(world, network)) == sorted([here.id, there.id])


def test_a_supervisor_in_conflict_finds_nothing(world: World, network: Actor) -> None:
    case = lapse(world)
    factories.case_party(world.session, case, role="person", staff_id=network.staff_id)
    world.settle(case)
    assert ids(world, network) == []
    assert supervision.counts(world.session, network, world.now).high == 0


def test_lines_say_what_a_case_is_about_and_how_late_it_is(world: World, network: Actor) -> None:
    case = lapse(world)
    page = supervision.page(world.session, network, world.now)
    [line] = supervision.lines(world.session, network, world.now, page.rows)
    assert list(line.categories) == ["wages"]
    assert line.clock is not None
    assert line.row.due_at == line.clock.at
    assert line.clock.state is State.LATE
    assert line.row.id == case.id


def test_more_cases_make_no_more_queries(world: World, network: Actor) -> None:
    session = world.session

    def queries() -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        page = supervision.page(session, network, world.now)
        supervision.lines(session, network, world.now, page.rows)
        supervision.counts(session, network, world.now)
        event.remove(connection, "before_cursor_execute", note)
        return len(seen)

    lapse(world)
    session.flush()
    queries()
    few = queries()
    for _ in range(6):
        world.file()
    world.after(days=4)
    world.sweep()
    session.flush()
    assert queries() == few <= MOST_QUERIES
