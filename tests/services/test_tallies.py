"""How many cases each view holds: nothing out of date is shown, and little is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event

from casework.domain.facts import Actor, Role
from casework.services import history, outcome, queue, supervision, tallies, triage
from casework.services.queue import View, Whose
from tests.conftest import BOTH
from tests.factories import World

pytestmark = pytest.mark.parametrize("database", BOTH)
Count = Callable[[], int]


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def counted(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    """How often the cases were counted since it was asked last; nothing is remembered before."""
    monkeypatch.setattr(tallies, "_REMEMBERED", tallies.Remembered())
    asked: list[str] = []
    bind = world.session.get_bind()

    def note(*given: object) -> None:
        if "count(*)" in str(given[2]):
            asked.append(str(given[2]))

    def since() -> int:
        number = len(asked)
        asked.clear()
        return number

    event.listen(bind, "before_cursor_execute", note)
    yield since
    event.remove(bind, "before_cursor_execute", note)


def _open(world: World, actor: Actor, whose: Whose = Whose.ALL) -> int:
    world.session.commit()
    found = tallies.of_list(world.session, actor, world.now, whose)
    assert found == queue.counts(world.session, actor, world.now, whose)
    return found[View.OPEN]


def test_what_has_not_changed_is_not_counted_again(
    world: World, malee: Actor, counted: Count
) -> None:
    world.file(malee)
    assert _open(world, malee) == 1
    assert counted() == 2
    assert _open(world, malee) == 1
    # The test itself has counted, for comparison.
    assert counted() == 1


def test_every_change_is_seen_at_once(world: World, malee: Actor, counted: Count) -> None:
    case = world.file(malee)
    assert _open(world, malee) == 1
    world.file(malee)
    assert _open(world, malee) == 2
    outcome.withdraw(world.session, case, malee, world.now, under_pressure=None)
    assert _open(world, malee) == 1
    assert counted() == 6


def test_a_reading_is_no_change(world: World, malee: Actor, counted: Count) -> None:
    case = world.file(malee)
    _open(world, malee)
    history.record(world.session, case, malee, world.now, history.READ)
    counted()
    _open(world, malee)
    assert counted() == 1


def test_a_change_far_back_is_not_looked_for(
    world: World, malee: Actor, counted: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "_LINES", 2)
    case = world.file(malee)
    world.session.commit()
    for _ in range(2):
        history.record(world.session, case, malee, world.now, history.READ)
    _open(world, malee)
    counted()
    assert _open(world, malee) == 1
    assert counted() == 2


def test_the_clock_alone_changes_what_is_late(world: World, malee: Actor, counted: Count) -> None:
    case = world.file(malee)
    world.session.commit()
    assert case.next_due_at is not None
    world.now = case.next_due_at - tallies.LASTS / 2
    before = tallies.of_list(world.session, malee, world.now, Whose.ALL)
    counted()
    world.now += tallies.LASTS
    after = tallies.of_list(world.session, malee, world.now, Whose.ALL)
    assert counted() == 1
    assert after[View.LATE] == before[View.LATE] + 1


def test_each_reader_is_told_what_they_may_see(world: World, malee: Actor, counted: Count) -> None:
    other = world.actor(Role.CASEWORKER, "cso", name="Dara")
    triage.take_on(world.session, world.file(malee, decisions=[]), malee, world.now)
    assert _open(world, malee, Whose.MINE) == 1
    assert _open(world, other, Whose.MINE) == 0
    assert _open(world, other, Whose.DESK) == 1
    assert counted() == 6


def test_only_so_many_readers_are_remembered(
    world: World, malee: Actor, counted: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "_READERS", 1)
    world.file(malee)
    other = world.actor(Role.CASEWORKER, "cso", name="Dara")
    for each in (malee, other, malee):
        _open(world, each)
    assert counted() == 6
    _open(world, malee)
    assert counted() == 1


def test_a_supervisor_sees_every_change_too(world: World, malee: Actor, counted: Count) -> None:
    supervisor = world.actor(Role.SUPERVISOR, "coordinator", name="Kyaw")
    case = world.file(malee)
    world.session.commit()

    def shown() -> supervision.Counts:
        found = tallies.of_escalations(world.session, supervisor, world.now)
        assert found == supervision.counts(world.session, supervisor, world.now)
        return found

    before = shown()
    assert (shown(), counted()) == (before, 3)
    outcome.withdraw(world.session, case, malee, world.now, under_pressure=None)
    world.session.commit()
    assert shown() != before
