"""What is kept of a case for lists is what it would be if it were worked out at each look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Actor, Role
from casework.domain.workflow import ENDED, Status
from casework.models import Case, Clock, Event, Message, Referral, lying, standing
from tests import factories
from tests.factories import World

EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DEEDS = (
    *("clock", "lapse", "message", "refer"),
    *("answer", "status", "dispute", "drop", "shift"),
)


def assert_true(session: Session) -> None:
    """Compare what is kept of every case with what its rows say."""
    columns = standing.worked_out()
    kept = [getattr(Case, name).label(f"kept_{name}") for name in columns]
    true = [column.label(name) for name, column in columns.items()]
    session.flush()
    for row in session.execute(select(*kept, *true)).mappings():
        assert {name: row[f"kept_{name}"] for name in columns} == {n: row[n] for n in columns}
    columns = lying.worked_out()
    kept = [getattr(Referral, name).label(f"kept_{name}") for name in columns]
    true = [column.label(name) for name, column in columns.items()]
    of_dispatches = select(*kept, *true).join(Case, Case.id == Referral.case_id)
    for row in session.execute(of_dispatches).mappings():
        assert {name: row[f"kept_{name}"] for name in columns} == {n: row[n] for n in columns}


def do(world: World, data: st.DataObject, case: Case, other: Case) -> None:
    """Change one row of a case, in any way in which a service could."""
    session = world.session
    at = world.now + timedelta(hours=data.draw(st.integers(-9, 9)))
    clocks = session.scalars(select(Clock).where(Clock.case_id == case.id)).all()
    referrals = session.scalars(select(Referral).where(Referral.case_id == case.id)).all()
    messages = session.scalars(select(Message).where(Message.case_id == case.id)).all()
    match data.draw(st.sampled_from(DEEDS)):
        case "clock":
            kind = data.draw(st.sampled_from(["acknowledge", "first_answer", "resolve"]))
            office = data.draw(st.sampled_from(["cso", "attache"]))
            factories.clock(session, case, office, kind=kind, due_at=at)
            case.next_due_at = at
        case "lapse" if clocks:
            clocks[0].lapsed_at = clocks[0].stopped_at = at
            clocks[-1].remaining = 60
        case "message":
            theirs = data.draw(st.booleans())
            factories.message(session, case, "word", at=at, from_complainant=theirs)
        case "refer":
            factories.referral(session, case, data.draw(st.sampled_from(["attache", "embassy"])))
        case "answer" if referrals:
            referrals[0].state = data.draw(st.sampled_from(["accepted", "declined", "ended"]))
        case "status":
            status = data.draw(st.sampled_from(Status))
            case.status = status.value
            case.level = data.draw(st.integers(0, 5))
            case.waits_for = data.draw(st.sampled_from(["desk", "office", "complainant"]))
            case.closed_at = at if status in ENDED and data.draw(st.booleans()) else None
            case.moved_at = at
        case "dispute":
            factories.event(session, case, action="dispute")
        case "drop" if messages:
            session.delete(messages[0])
        case "shift" if messages:
            messages[0].case_id = other.id
        case _:
            factories.event(session, case)


@EXAMPLES
@given(data=st.data())
def test_after_every_write_what_is_kept_is_true(
    session: Session, world: World, data: st.DataObject
) -> None:
    case, other = factories.case(session), factories.case(session)
    for _ in range(data.draw(st.integers(1, 8))):
        do(world, data, case, other)
        assert_true(session)
    session.rollback()
    factories.small_directory(session)


def test_a_case_that_is_deleted_leaves_nothing_to_keep(session: Session, world: World) -> None:
    case = factories.case(session)
    factories.clock(session, case, "cso")
    session.flush()
    session.delete(case)
    assert_true(session)
    assert session.scalars(select(Case)).all() == []
    assert world.session is session


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


def test_services_keep_it_true(world: World, malee: Actor) -> None:
    case = world.file(malee, decisions=factories.agrees("KH"))
    assert_true(world.session)
    world.after(days=9)
    world.sweep()
    assert_true(world.session)
    assert case.level > 0


@pytest.mark.usefixtures("world")
def test_only_disputes_are_looked_for_in_the_history(session: Session) -> None:
    case = factories.case(session)
    factories.event(session, case)
    session.flush()
    assert session.scalar(select(Case.disputed).where(Case.id == case.id)) is False
    factories.event(session, case, action="dispute")
    factories.event(session)
    session.flush()
    assert session.scalar(select(Case.disputed).where(Case.id == case.id)) is True
    assert session.scalars(select(Event)).all()
