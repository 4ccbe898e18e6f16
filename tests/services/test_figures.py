"""Figures that were counted before say what counting at each look would have said then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.areas import Permission, may_enter
from casework.domain.facts import Actor, Role
from casework.models import Figure, Staff
from casework.services import figures, workload
from casework.services.figures import Kept
from tests import factories
from tests.factories import World
from tests.services.random_world import everybody, random_case

FEW_WORLDS = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def network(world: World) -> Actor:
    return world.actor(Role.SUPERVISOR, "coordinator")


def counted(session: Session, now: datetime) -> None:
    """Count everything, as the worker does."""
    figures.keep(session, figures.count(session, now))


def all_of(
    session: Session, actor: Actor, now: datetime, kept: Kept | None = None
) -> dict[str, Sequence[Any]]:
    return {
        "people": workload.by_person(session, actor, now, kept),
        "offices": workload.by_office(session, actor, now, kept),
        "silent": workload.silent_offices(session, actor, now, kept),
    }


def told(session: Session, actor: Actor, now: datetime, few: int = 0) -> Kept:
    kept = figures.kept(session, actor, now, few)
    assert kept is not None
    return kept


@FEW_WORLDS
@given(data=st.data())
def test_what_was_counted_is_what_each_look_would_count(world: World, data: st.DataObject) -> None:
    session = world.session
    savepoint = session.begin_nested()
    try:
        actors = everybody(world)
        for _ in range(4):
            row = random_case(world, data, actors)
            row.caseworker_id = data.draw(st.sampled_from(actors[:9])).staff_id
            row.next_due_at = world.now + timedelta(days=data.draw(st.sampled_from([-1, 2, 9])))
            for sent in row.referrals:
                ran_out = world.now - timedelta(days=data.draw(st.sampled_from([1, 40])))
                at = {"lapsed_at": ran_out, "stopped_at": ran_out}
                factories.clock(session, row, sent.office_id, referral_id=sent.id, **at)
        session.flush()
        counted(session, world.now)
        for actor in actors:
            kept = figures.kept(session, actor, world.now, few=0)
            if may_enter(actor, Permission.WORKLOAD):
                live = all_of(session, actor, world.now)
                assert kept is not None or not live["people"], actor
                assert kept is None or all_of(session, actor, world.now, kept) == live, actor
            else:
                assert kept is None
    finally:
        savepoint.rollback()


def test_few_cases_are_counted_at_each_look(world: World, network: Actor) -> None:
    for _ in range(3):
        world.file()
    counted(world.session, world.now)
    assert figures.kept(world.session, network, world.now) is None
    assert figures.kept(world.session, network, world.now, few=3) is None
    assert told(world.session, network, world.now, few=2).counted_at == world.now


def test_figures_that_nobody_counts_any_more_are_left(world: World, network: Actor) -> None:
    assert figures.kept(world.session, network, world.now, few=0) is None
    world.file()
    counted(world.session, world.now)
    late = world.now + figures.OLDEST
    assert told(world.session, network, late).counted_at == world.now
    assert figures.kept(world.session, network, late + timedelta(seconds=1), few=0) is None


def test_counting_anew_takes_the_place_of_what_was_counted(world: World, network: Actor) -> None:
    session = world.session
    case = world.file()
    counted(session, world.now)
    session.delete(case)
    session.flush()
    assert told(session, network, world.now).counted_at == world.now
    counted(session, world.now)
    assert session.scalars(select(Figure)).all() == []


def test_a_person_and_their_desk_are_told_nothing_of_what_they_may_not_know(
    world: World, network: Actor
) -> None:
    session, now = world.session, world.now
    fellow = world.actor(Role.SUPERVISOR, "coordinator")
    for days, against in ((9, None), (40, network.staff_id)):
        row = factories.case(session, status="in_progress", filed_at=now - timedelta(days=days))
        if against:
            factories.case_conflict(session, row, staff_id=against)
    counted(session, now)
    [mine] = workload.by_person(session, network, now, told(session, network, now))
    [theirs] = workload.by_person(session, fellow, now, told(session, fellow, now))
    assert (mine.open, mine.oldest) == (1, now - timedelta(days=9))
    assert (theirs.open, theirs.oldest) == (2, now - timedelta(days=40))
    # All that there was with an office is gone for whoever may know of nothing.
    other = factories.case(session, status="in_progress", desk_office_id="cso")
    factories.case_conflict(session, other, office_id="coordinator")
    counted(session, now)
    loads = workload.by_office(session, network, now, told(session, network, now))
    assert [load.id for load in loads] == ["coordinator"]


def test_whoever_has_changed_desks_has_their_figures_counted(world: World, network: Actor) -> None:
    session, now = world.session, world.now
    row = factories.case(session, status="in_progress", desk_office_id="cso")
    factories.case(session, status="in_progress", desk_office_id="cso")
    dara = world.actor(Role.SUPERVISOR, "cso")
    factories.case_conflict(session, row, staff_id=dara.staff_id)
    counted(session, now)
    assert told(session, dara, now).counted_at == now
    person = session.get_one(Staff, dara.staff_id)
    person.office_id = "coordinator"
    session.flush()
    moved = Actor(dara.kind, dara.role, dara.staff_id, network.office)
    assert figures.kept(session, moved, now, few=0) is None
