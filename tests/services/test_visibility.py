"""What a list may show is what a person may see: for random cases and every kind of actor."""

from __future__ import annotations

from dataclasses import replace

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
    RecipientKind,
    ReferralState,
    Role,
    Said,
    Scope,
)
from casework.domain.workflow import ENDED, Status
from casework.models import Case
from casework.services import casefile, directory
from casework.services.facts import case_facts
from casework.services.visibility import visible
from tests import factories
from tests.factories import World

ONE_SESSION = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
OFFICES = ("attache", "embassy", "ministry", "authority", "agencies", "cso", "other-cso")
DESKS = ("cso", "other-cso", "coordinator")


def everybody(world: World) -> list[Actor]:
    """Return a member of staff of each role in each office, and those without an office."""
    places = [*directory.offices(world.session), None]
    return [world.actor(role, place) for role in Role for place in places]


def seen_by(session: Session, actor: Actor) -> set[int]:
    return set(session.scalars(visible(actor)))


def assert_lists_show_what_may_be_seen(session: Session, actors: list[Actor]) -> None:
    """Compare the two for all cases that are there."""
    facts = {case.id: case_facts(session, case) for case in session.scalars(select(Case))}
    codes = [Actor(ActorKind.COMPLAINANT, case_id=case_id) for case_id in [*facts, 0, None]]
    for actor in [*actors, *codes, SYSTEM]:
        may = {case_id for case_id, case in facts.items() if permissions.may_see(actor, case)}
        assert seen_by(session, actor) == may, actor


@st.composite
def sent_to(draw: st.DrawFn) -> list[tuple[str, ReferralState]]:
    offices = draw(st.lists(st.sampled_from(OFFICES), max_size=3))
    return [(office, draw(st.sampled_from(ReferralState))) for office in offices]


@ONE_SESSION
@given(data=st.data())
def test_lists_show_what_may_be_seen(world: World, data: st.DataObject) -> None:
    session = world.session
    savepoint = session.begin_nested()
    try:
        actors = everybody(world)
        for _ in range(2):
            random_case(world, data, actors)
        assert_lists_show_what_may_be_seen(session, actors)
    finally:
        savepoint.rollback()


def random_case(world: World, data: st.DataObject, actors: list[Actor]) -> Case:
    """Add a case in any state that rows can say, and settle what follows."""
    session = world.session
    status = data.draw(st.sampled_from(Status))
    row = factories.case(
        session,
        status=status.value,
        closed_at=world.now if status in ENDED else None,
        desk_office_id=data.draw(st.sampled_from(DESKS)),
        about_official=data.draw(st.sampled_from([Said.NO, Said.NO, Said.UNSURE])).value,
        triaged_at=data.draw(st.sampled_from([None, world.now])),
        needs_triage=data.draw(st.sampled_from([False, False, True])),
    )
    factories.case_category(session, row, code=data.draw(st.sampled_from(["wages", "embassy"])))
    for lead, (office, state) in enumerate(data.draw(sent_to())):
        factories.referral(session, row, office, state=state.value, lead=not lead)
    for office in data.draw(st.sets(st.sampled_from(OFFICES), max_size=1)):
        factories.case_party(session, row, role="post", office_id=office)
    for actor in data.draw(st.lists(st.sampled_from(actors), max_size=1)):
        factories.case_party(session, row, role="person", staff_id=actor.staff_id)
    for recipient in data.draw(st.sets(st.sampled_from(["KH", "TH", "attache"]))):
        kind = RecipientKind.STATE if recipient.isupper() else RecipientKind.OFFICE
        scope, given = Scope.REFERRAL.value, data.draw(st.booleans())
        factories.consent(session, row, kind, recipient, scope=scope, given=given)
    casefile.settle(session, row, world.now)
    return row


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
