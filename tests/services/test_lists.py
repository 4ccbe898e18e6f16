"""What may not be known is in no list and in no count: every listing service, in random worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.domain import permissions
from casework.domain.areas import Permission, may_enter
from casework.domain.facts import Actor, Role
from casework.domain.workflow import ENDED
from casework.models import Case
from casework.services import (
    companions,
    emergency,
    likely,
    notices,
    queue,
    queue_rows,
    registry,
    search,
    supervision,
    workload,
)
from casework.services.facts import case_facts
from casework.services.queue import View, Whose, Wish
from casework.services.search import Coded
from tests import factories
from tests.factories import World
from tests.services.random_world import NUMBER, everybody, random_case

LIST_SIZE = 100
# An example asks every list for several people: making a failing one smaller takes too long.
EACH_LIST = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Listing = Callable[[World, Actor], Iterable[int]]


def _queue(world: World, actor: Actor) -> Iterable[int]:
    found: set[int] = set()
    for view in View:
        wish = Wish(view=view, whose=Whose.ALL)
        page = queue.page(world.session, actor, world.now, wish=wish, size=LIST_SIZE)
        queue_rows.of(world.session, actor, world.now, page.rows)
        found |= {row.id for row in page.rows}
    return found


def _search(world: World, actor: Actor) -> Iterable[int]:
    found: set[int] = set()
    for typed in ("KH-26", NUMBER, "Good Jobs"):
        seen = search.find(world.session, actor, typed, Coded(categories=["wages", "embassy"]))
        page = queue.page(
            world.session,
            actor,
            world.now,
            wish=Wish(view=View.ALL),
            also=seen.condition,
            size=LIST_SIZE,
        )
        found |= {row.id for row in page.rows}
    return found


def _ids(world: World) -> dict[str, int]:
    return {row.reference: row.id for row in world.session.execute(select(Case.reference, Case.id))}


def _exact(world: World, actor: Actor) -> Iterable[int]:
    ids = _ids(world)
    hits = (search.exact(world.session, actor, reference) for reference in ids)
    return {ids[hit] for hit in hits if hit}


def _likely(world: World, actor: Actor) -> Iterable[int]:
    found = likely.same(world.session, actor, world.now, typed=NUMBER, names=["Good Jobs"])
    return {each.row.id for each in found}


def _supervision(world: World, actor: Actor) -> Iterable[int]:
    found: set[int] = set()
    for view in supervision.View:
        page = supervision.page(world.session, actor, world.now, view=view, size=LIST_SIZE)
        supervision.lines(world.session, actor, world.now, page.rows)
        assert supervision.counts(world.session, actor, world.now).views[view] == len(page.rows)
        found |= {row.id for row in page.rows}
    return found


def _kept(world: World, actor: Actor) -> Iterable[int]:
    keepers = set(world.session.scalars(select(Case.caseworker_id)))
    return {
        row.id
        for staff_id in keepers
        if staff_id
        for row in workload.kept_by(world.session, actor, staff_id)
    }


def _notices(world: World, actor: Actor) -> Iterable[int]:
    return {notice.case_id for notice in notices.unseen(world.session, actor)}


def _openings(world: World, actor: Actor) -> Iterable[int]:
    return {access.case_id for access in emergency.openings(world.session, actor)}


def _fellows(world: World, actor: Actor) -> Iterable[int]:
    ids = _ids(world)
    cases = world.session.scalars(select(Case)).all()
    return {
        ids[fellow.reference]
        for case in cases
        for fellow in companions.of(world.session, case, actor).fellows
    }


LISTINGS: dict[str, Listing] = {
    "queue": _queue,
    "search": _search,
    "exact": _exact,
    "likely": _likely,
    "supervision": _supervision,
    "kept by a person": _kept,
    "notices": _notices,
    "opened in an emergency": _openings,
    "group": _fellows,
}


def _counts(world: World, actor: Actor, may: set[int], open_cases: set[int]) -> None:
    """Counts count what may be known, and nothing besides."""
    session = world.session
    counted = queue.counts(session, actor, world.now, Whose.ALL)
    assert counted[View.OPEN] == len(may & open_cases), actor
    assert counted[View.ENDED] == len(may - open_cases), actor
    party = registry.search(session, actor, "Good Jobs")
    assert sum(each.cases for each in party) == len(may), actor
    assert registry.known(session, actor, party[0].party).cases == len(may), actor
    if not may_enter(actor, Permission.WORKLOAD):
        return
    for loads in (workload.by_person, workload.by_office):
        assert sum(load.open for load in loads(session, actor, world.now)) <= len(may & open_cases)


@EACH_LIST
@given(data=st.data())
def test_what_may_not_be_known_is_in_no_list_and_no_count(
    world: World, data: st.DataObject
) -> None:
    session = world.session
    savepoint = session.begin_nested()
    try:
        actors = everybody(world)
        party = factories.party(session, "Good Jobs")
        for _ in range(2):
            row = random_case(world, data, actors)
            row.caseworker_id = data.draw(st.sampled_from(actors)).staff_id
            row.next_due_at = data.draw(
                st.sampled_from([None, world.now, world.now + timedelta(days=2)])
            )
            factories.case_party(session, row, party_id=party.id)
            for office in {actor.office_id for actor in actors if actor.office_id}:
                factories.notice(session, row, office)
        session.flush()
        facts = {case.id: case_facts(session, case) for case in session.scalars(select(Case))}
        open_cases = {case_id for case_id, case in facts.items() if case.status not in ENDED}
        for actor in data.draw(st.lists(st.sampled_from(actors), min_size=5, max_size=5)):
            may = {case_id for case_id, case in facts.items() if permissions.may_see(actor, case)}
            for name, listing in LISTINGS.items():
                assert set(listing(world, actor)) <= may, (name, actor)
            assert set(_exact(world, actor)) <= may
            assert set(_queue(world, actor)) == may, actor
            _counts(world, actor, may, open_cases)
    finally:
        savepoint.rollback()


def test_every_role_is_looked_at(world: World) -> None:
    assert {actor.role for actor in everybody(world)} == set(Role)
