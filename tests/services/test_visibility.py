"""What a list may show is what a person may see: for random cases and every kind of actor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain import permissions
from casework.domain.facts import (
    SYSTEM,
    Actor,
    ActorKind,
    Role,
)
from casework.models import Case
from casework.services import emergency
from casework.services.facts import case_facts
from casework.services.visibility import visible
from tests import factories
from tests.factories import World
from tests.services.random_world import everybody, random_case

EXAMPLES = 60
ONE_SESSION = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def seen_by(session: Session, actor: Actor) -> set[int]:
    return set(session.scalars(visible(actor)))


def assert_lists_show_what_may_be_seen(
    session: Session, actors: list[Actor], now: datetime
) -> None:
    """Compare the two for all cases that are there."""
    facts = {case.id: case_facts(session, case) for case in session.scalars(select(Case))}
    codes = [Actor(ActorKind.COMPLAINANT, case_id=case_id) for case_id in [*facts, 0, None]]
    for actor in [*actors, *codes, SYSTEM]:
        may = {case_id for case_id, case in facts.items() if permissions.may_see(actor, case)}
        assert seen_by(session, actor) == may, actor
        opened = emergency.with_opened(session, actor, now)
        assert seen_by(session, opened) == may, "what was opened in an emergency is in no list"
        for case in facts.values():
            extra = case.id in opened.opened and permissions.may_open_in_emergency(actor, case)
            assert permissions.may_read(opened, case) is (case.id in may or extra)


@ONE_SESSION
@given(data=st.data())
def test_lists_show_what_may_be_seen(world: World, data: st.DataObject) -> None:
    session = world.session
    savepoint = session.begin_nested()
    try:
        actors = everybody(world)
        for _ in range(2):
            random_case(world, data, actors)
        assert_lists_show_what_may_be_seen(session, actors, world.now)
    finally:
        savepoint.rollback()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST])
def test_whoever_keeps_the_house_sees_no_case(world: World, role: Role) -> None:
    world.file()
    for place in (None, "coordinator", "cso", "attache"):
        assert seen_by(world.session, world.actor(role, place)) == set()


def test_an_office_without_consent_finds_nothing(world: World) -> None:
    case = world.file(decisions=())
    supervisor = world.actor(Role.SUPERVISOR, "attache")
    assert seen_by(world.session, supervisor) == set()
    assert not permissions.may_see(supervisor, case_facts(world.session, case))
    assert seen_by(world.session, world.actor(Role.CASEWORKER, "cso")) == {case.id}


def test_a_desk_that_is_complained_about_loses_the_case_in_lists_too(world: World) -> None:
    case = world.file()
    caseworker = world.actor(Role.CASEWORKER, "cso")
    assert seen_by(world.session, caseworker) == {case.id}
    factories.case_party(world.session, case, role="post", office_id="cso")
    world.settle(case)
    assert seen_by(world.session, caseworker) == set()
    assert seen_by(world.session, world.actor(Role.COORDINATOR, "coordinator")) == {case.id}


def test_a_person_complained_about_loses_the_case_and_colleagues_keep_it(world: World) -> None:
    case = world.file()
    named, other = (world.actor(Role.OFFICER, "attache") for _ in range(2))
    factories.case_party(world.session, case, role="person", staff_id=named.staff_id)
    world.settle(case)
    assert seen_by(world.session, named) == set()
    assert seen_by(world.session, other) == {case.id}
    facts = case_facts(world.session, case)
    assert permissions.may_see(other, facts)
    assert not permissions.may_see(replace(named, role=Role.SUPERVISOR), facts)
