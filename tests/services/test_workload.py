"""Who carries how much, which offices stay silent, and to whom cases can be given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework.domain.facts import Actor, Role
from casework.models import Case
from casework.services import escalation, referrals, workload
from casework.services.figures import MONTH
from casework.services.workload import Load
from tests import factories
from tests.factories import World


@pytest.fixture
def network(world: World) -> Actor:
    return world.actor(Role.SUPERVISOR, "coordinator", name="Kyaw")


@pytest.fixture
def thiri(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "other-cso", name="Thiri")


def kept(world: World, by: Actor | None, due_in: float | None = None, **values: Any) -> Case:
    """Add an open case whose next clock ends in so many days."""
    due = None if due_in is None else world.now + timedelta(days=due_in)
    given: dict[str, Any] = {"status": "in_progress", "desk_office_id": "other-cso"}
    given |= {"caseworker_id": by.staff_id if by else None, "next_due_at": due}
    return factories.case(world.session, **given | values)


def figures(load: Load) -> tuple[str, int, int, int, int]:
    return load.name, load.open, load.late, load.week, load.other


def test_open_cases_by_person_the_latest_first(world: World, network: Actor, thiri: Actor) -> None:
    malee = world.actor(Role.CASEWORKER, "cso", name="Malee")
    kept(world, thiri, -1)
    kept(world, thiri, 7)
    kept(world, thiri, 8)
    # It is the worker's turn.
    kept(world, thiri, -1, waits_for="complainant")
    kept(world, thiri, -1, status="closed")
    kept(world, malee, 0, filed_at=world.now - timedelta(days=40))
    kept(world, None, 3)
    loads = workload.by_person(world.session, network, world.now)
    assert [figures(load) for load in loads] == [
        ("Thiri", 4, 1, 1, 2),
        ("Malee", 1, 1, 0, 0),
        ("", 1, 0, 1, 0),
    ]
    assert [load.id for load in loads] == [thiri.staff_id, malee.staff_id, None]
    assert loads[1].oldest == world.now - timedelta(days=40)


def test_open_cases_by_office_that_leads_or_else_by_desk(
    world: World, network: Actor, thiri: Actor
) -> None:
    world.file()
    kept(world, thiri)
    kept(world, None)
    loads = workload.by_office(world.session, network, world.now)
    assert [(load.id, load.open) for load in loads] == [("other-cso", 2), ("attache", 1)]


def test_a_desk_counts_its_own_cases_only(world: World, thiri: Actor) -> None:
    kept(world, thiri)
    session, now = world.session, world.now
    here, there = (world.actor(Role.SUPERVISOR, desk) for desk in ("other-cso", "cso"))
    assert [load.name for load in workload.by_person(session, here, now)] == ["Thiri"]
    assert not workload.by_person(session, there, now)
    assert not workload.by_office(session, there, now)
    assert thiri.staff_id is not None
    assert len(workload.kept_by(session, here, thiri.staff_id)) == 1
    assert not workload.kept_by(session, there, thiri.staff_id)


def test_what_a_person_keeps_the_next_due_first(world: World, network: Actor, thiri: Actor) -> None:
    assert thiri.staff_id is not None
    later, soon, never = (kept(world, thiri, days) for days in (5, 1, None))
    kept(world, thiri, status="withdrawn")
    kept(world, network)
    rows = workload.kept_by(world.session, network, thiri.staff_id)
    assert [row.reference for row in rows] == [c.reference for c in (soon, later, never)]


def test_offices_that_stayed_silent_in_the_last_thirty_days(world: World, network: Actor) -> None:
    session = world.session
    silent, answered = world.file(), world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(session, answered, officer, world.now)
    world.after(days=4)
    world.sweep()
    assert silent.level == 1
    [found] = workload.silent_offices(session, network, world.now)
    assert (found.name, found.lapses, found.sent) == ("attache", 1, 2)
    # It has ended since, and counts all the same.
    escalation.take_over(session, silent, network, world.now)
    [found] = workload.silent_offices(session, network, world.now)
    assert found.lapses == 1
    assert not workload.silent_offices(
        session, world.actor(Role.SUPERVISOR, "other-cso"), world.now
    )


def test_a_silence_of_long_ago_is_forgotten(world: World, network: Actor) -> None:
    row = kept(world, None)
    long_ago = world.now - MONTH - timedelta(days=1)
    sent = factories.referral(
        world.session, row, "attache", state="silent", ended_at=long_ago, offered_at=long_ago
    )
    ran_out = {"referral_id": sent.id, "lapsed_at": long_ago, "stopped_at": long_ago}
    factories.clock(world.session, row, "attache", **ran_out)
    assert not workload.silent_offices(world.session, network, world.now)


def test_whom_cases_can_be_given_to(world: World, network: Actor, thiri: Actor) -> None:
    malee = world.actor(Role.CASEWORKER, "cso", name="Malee")
    world.actor(Role.CASEWORKER, "cso", name="Gone", active=False)
    world.actor(Role.OFFICER, "attache", name="An officer")
    world.actor(Role.ADMINISTRATOR, "coordinator", name="Lin")

    def names(actor: Actor) -> list[tuple[str, str]]:
        return [(row.name, row.desk) for row in workload.keepers(world.session, actor)]

    assert names(network) == [("Kyaw", "coordinator"), ("Malee", "cso"), ("Thiri", "other-cso")]
    dara = world.actor(Role.SUPERVISOR, "cso", name="Dara")
    assert names(dara) == [("Dara", "cso"), ("Malee", "cso")]
    assert malee.staff_id in {row.id for row in workload.keepers(world.session, dara)}
