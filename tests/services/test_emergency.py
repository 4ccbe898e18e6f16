"""Emergency access: one case, for an hour, with a reason, told at once and looked into."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain import permissions
from casework.domain.facts import Actor, Role, Said
from casework.models import Case, EmergencyAccess, Event, Notice
from casework.services import attempts, emergency, history, notices
from casework.services.emergency import BUDGET, LASTS, NoSuchAccess, ReasonMissing
from casework.services.facts import case_facts
from casework.services.visibility import visible
from tests import factories
from tests.factories import World

REASON = "Her sister says that she is locked in."


def opens(world: World, actor: Actor, case: Case | str, reason: str = REASON) -> Case | None:
    reference = case if isinstance(case, str) else case.reference
    return emergency.open_case(world.session, actor, world.now, reference=reference, reason=reason)


def reads(world: World, actor: Actor, case: Case) -> bool:
    opened = emergency.with_opened(world.session, actor, world.now)
    return permissions.may_read(opened, case_facts(world.session, case))


def told(world: World, kind: str = emergency.NOTICE) -> set[tuple[str, int | None]]:
    query = select(Notice.office_id, Notice.staff_id).where(Notice.kind == kind)
    return {(office_id, staff_id) for office_id, staff_id in world.session.execute(query)}


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR])
def test_people_of_another_desk_read_a_case_for_an_hour(world: World, role: Role) -> None:
    case, actor = world.file(), world.actor(role, "other-cso")
    assert not reads(world, actor, case)
    assert opens(world, actor, case) is case
    assert reads(world, actor, case)
    access = world.session.scalars(select(EmergencyAccess)).one()
    assert (access.staff_id, access.until - access.at, access.reason) == (
        actor.staff_id,
        LASTS,
        REASON,
    )
    assert b"locked" not in (access.reason_sealed or b"")
    world.after(minutes=59, seconds=59)
    assert reads(world, actor, case)
    world.after(seconds=1)
    assert not reads(world, actor, case)


def test_it_gives_no_action_and_no_place_in_a_list(world: World) -> None:
    case, actor = world.file(), world.actor(Role.SUPERVISOR, "other-cso")
    opens(world, actor, case)
    opened = emergency.with_opened(world.session, actor, world.now)
    facts = case_facts(world.session, case)
    assert not permissions.may_see(opened, facts)
    assert permissions.available(opened, facts, world.now) == frozenset()
    assert list(world.session.scalars(visible(opened))) == []
    notices.tell(world.session, case, "other-cso", "reply", world.now)
    assert notices.unseen(world.session, opened) == []


def test_those_who_keep_the_case_are_told_at_once(world: World) -> None:
    supervisor = world.actor(Role.SUPERVISOR, "cso")
    world.actor(Role.SUPERVISOR, "cso", active=False)
    case, actor = world.file(), world.actor(Role.CASEWORKER, "other-cso")
    opens(world, actor, case)
    assert told(world) == {("cso", supervisor.staff_id), ("coordinator", None)}
    assert next(n.kind for n in notices.unseen(world.session, supervisor)) == emergency.NOTICE
    event = history.of_case(world.session, case)[0]
    assert (event.action, event.staff_id) == (emergency.OPENED, actor.staff_id)


def test_a_desk_without_a_supervisor_is_told_as_a_whole(world: World) -> None:
    opens(world, world.actor(Role.CASEWORKER, "other-cso"), world.file())
    assert told(world) == {("cso", None), ("coordinator", None)}


def test_of_the_coordinators_own_case_the_coordinator_is_told_once(world: World) -> None:
    case = world.file(origin="MM")
    assert case.desk_office_id == "coordinator"
    opens(world, world.actor(Role.CASEWORKER, "other-cso"), case)
    assert told(world) == {("coordinator", None)}


def test_opening_twice_is_one_access_and_one_alarm(world: World) -> None:
    case, actor = world.file(), world.actor(Role.CASEWORKER, "other-cso")
    assert opens(world, actor, case) is case
    assert opens(world, actor, case.reference.lower().replace("-", " ")) is case
    assert len(world.session.scalars(select(EmergencyAccess)).all()) == 1
    assert [row.case_id for row in emergency.living(world.session, actor, world.now)] == [case.id]


def test_a_case_of_ones_own_needs_no_emergency(world: World) -> None:
    case, actor = world.file(), world.actor(Role.CASEWORKER, "cso")
    assert opens(world, actor, case) is case
    assert world.session.scalars(select(EmergencyAccess)).all() == []
    assert told(world) == set()


@pytest.mark.parametrize("typed", ["", "KH-26-000001-0", "nonsense", "KH-26-999999-9"])
def test_what_is_no_case_opens_nothing(world: World, typed: str) -> None:
    world.file()
    actor = world.actor(Role.CASEWORKER, "other-cso")
    assert opens(world, actor, typed) is None
    event = world.session.scalars(select(Event).where(Event.action == emergency.REFUSED)).one()
    assert (event.staff_id, event.case_id) == (actor.staff_id, None)


@pytest.mark.parametrize(
    ("role", "office"),
    [
        (Role.OFFICER, "attache"),
        (Role.SUPERVISOR, "embassy"),
        (Role.SUPERVISOR, "agencies"),
        (Role.OFFICER, "other-cso"),
        (Role.ADMINISTRATOR, "other-cso"),
        (Role.ANALYST, "coordinator"),
        (Role.CASEWORKER, None),
    ],
)
def test_nobody_else_opens_anything(world: World, role: Role, office: str | None) -> None:
    case, actor = world.file(decisions=()), world.actor(role, office)
    assert opens(world, actor, case) is None
    # Even a row that stands there gives no sight to somebody who may not have it.
    factories.emergency_access(world.session, case, actor.staff_id or 0)
    assert not reads(world, actor, case)


def test_who_is_in_conflict_gets_the_answer_of_an_unknown_case(world: World) -> None:
    actor = world.actor(Role.SUPERVISOR, "other-cso")
    case = world.file()
    assert opens(world, actor, case) is case
    factories.case_party(world.session, case, role="person", staff_id=actor.staff_id)
    world.settle(case)
    assert not reads(world, actor, case)
    assert opens(world, actor, case) is None
    office = world.file(complained_offices=["other-cso"], about_official=Said.YES)
    assert opens(world, world.actor(Role.SUPERVISOR, "other-cso"), office) is None
    refused = select(Event.case_id).where(Event.action == emergency.REFUSED)
    assert set(world.session.scalars(refused)) == {case.id, office.id}


@pytest.mark.parametrize("reason", ["", "   ", "urgent", " short reason here "])
def test_a_reason_is_part_of_it(world: World, reason: str) -> None:
    case, actor = world.file(), world.actor(Role.CASEWORKER, "other-cso")
    with pytest.raises(ReasonMissing):
        opens(world, actor, case, reason)


def test_whoever_guesses_has_to_wait(world: World) -> None:
    actor, other = (world.actor(Role.CASEWORKER, "other-cso") for _ in range(2))
    assert not emergency.wait(world.session, actor, world.now)
    for _ in range(BUDGET.free):
        assert not emergency.wait(world.session, actor, world.now)
        opens(world, actor, "KH-26-000001-0")
    assert emergency.wait(world.session, actor, world.now)
    assert not emergency.wait(world.session, other, world.now)
    assert attempts.failed_before(world.session, world.now, BUDGET, str(actor.staff_id))


def test_a_supervisor_looks_into_it_and_ends_it(world: World) -> None:
    case, actor = world.file(), world.actor(Role.CASEWORKER, "other-cso")
    opens(world, actor, case)
    supervisor = world.actor(Role.SUPERVISOR, "cso")
    access = emergency.openings(world.session, supervisor)[0]
    emergency.end(world.session, supervisor, world.now, access.id)
    assert not reads(world, actor, case)
    for _ in range(2):
        emergency.end(world.session, supervisor, world.now, access.id)
        emergency.review(world.session, supervisor, world.now, access.id)
    assert (access.reviewed_by, access.reviewed_at) == (supervisor.staff_id, world.now)
    actions = [event.action for event in history.of_case(world.session, case)]
    assert actions.count(emergency.ENDED) == actions.count(emergency.REVIEWED) == 1


def test_who_may_look_into_which(world: World) -> None:
    case, actor = world.file(), world.actor(Role.SUPERVISOR, "other-cso")
    opens(world, actor, case)
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    theirs = [coordinator, world.actor(Role.SUPERVISOR, "cso")]
    others = [actor, world.actor(Role.SUPERVISOR, "other-cso"), world.actor(Role.OFFICER, "cso")]
    for each in theirs:
        assert [row.case_id for row in emergency.openings(world.session, each)] == [case.id]
    access = emergency.openings(world.session, coordinator)[0]
    for each in others:
        assert emergency.openings(world.session, each) == []
        for act in (emergency.review, emergency.end):
            with pytest.raises(NoSuchAccess):
                act(world.session, each, world.now, access.id)


def test_nobody_looks_into_a_case_that_is_about_them(world: World) -> None:
    case, actor = world.file(), world.actor(Role.CASEWORKER, "other-cso")
    opens(world, actor, case)
    supervisor = world.actor(Role.SUPERVISOR, "cso")
    factories.case_party(world.session, case, role="person", staff_id=supervisor.staff_id)
    world.settle(case)
    assert emergency.openings(world.session, supervisor) == []


def test_what_was_not_looked_into_stands_first(world: World) -> None:
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    cases = []
    for _ in range(3):
        world.after(minutes=1)
        case = world.file()
        opens(world, world.actor(Role.CASEWORKER, "other-cso"), case)
        cases.append(case.id)
    newest = emergency.openings(world.session, coordinator)[0]
    emergency.review(world.session, coordinator, world.now, newest.id)
    order = [row.case_id for row in emergency.openings(world.session, coordinator)]
    assert order == [cases[1], cases[0], cases[2]]
