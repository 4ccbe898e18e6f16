"""Words of stories are found in the cases that somebody keeps, and in no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from casework.domain.facts import Actor, Role
from casework.models import Case, Event
from casework.services import own_words, search
from casework.services.own_words import Heard
from casework.services.search import By, Coded
from tests import factories
from tests.factories import World

KHMER = "\u1794\u17d2\u179a\u17b6\u1780\u17cb"
BURMESE = "\u101c\u1001"


def always() -> bool:
    return True


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


def kept(world: World, by: Actor, story: str, **values: object) -> Case:
    given = {"desk_office_id": "cso", "caseworker_id": by.staff_id, "story": story} | values
    return factories.case(world.session, **given)


def heard(
    world: World, by: Actor, typed: str, goes_on: Callable[[], bool] = always, most: int = 9
) -> Heard:
    return own_words.find(world.session, by, typed, goes_on, most)


@pytest.mark.parametrize("typed", ["wages", "WAGES", "w\u00e4ges", KHMER, BURMESE, BURMESE[0]])
def test_a_part_of_a_story_in_any_script(world: World, malee: Actor, typed: str) -> None:
    case = kept(world, malee, f"No wages. {KHMER} {BURMESE}")
    kept(world, malee, "The passport.")
    assert heard(world, malee, typed) == Heard([case.id], 2, whole=True)


def test_each_version_of_a_story_and_each_message(world: World, malee: Actor) -> None:
    first = kept(world, malee, "one", story_english="blue", story_original="red")
    second = kept(world, malee, "two")
    message = factories.message(world.session, second, "green")
    message.original = "yellow"
    world.session.flush()
    for typed in ("blue", "red"):
        assert heard(world, malee, typed).case_ids == [first.id]
    for typed in ("green", "yellow"):
        assert heard(world, malee, typed).case_ids == [second.id]


def test_no_case_that_another_keeps_or_that_nobody_may_see(world: World, malee: Actor) -> None:
    other = world.actor(Role.CASEWORKER, "cso")
    kept(world, other, "wages")
    case = kept(world, malee, "wages")
    factories.case_conflict(world.session, case, staff_id=malee.staff_id)
    kept(world, malee, "wages", desk_office_id="other-cso")
    assert heard(world, malee, "wages") == Heard([], 0, whole=True)
    assert heard(world, world.actor(Role.OFFICER, "attache"), "wages").case_ids == []


def test_only_the_newest_are_looked_through(world: World, malee: Actor) -> None:
    cases = [kept(world, malee, "wages") for _ in range(3)]
    found = heard(world, malee, "wages", most=2)
    assert found == Heard([cases[2].id, cases[1].id], 2, whole=False)
    assert heard(world, malee, "wages", most=3).whole


def test_it_ends_when_there_is_no_time_left(world: World, malee: Actor) -> None:
    kept(world, malee, "wages")
    assert heard(world, malee, "wages", lambda: False) == Heard([], 0, whole=False)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_nothing_typed_opens_nothing(world: World, malee: Actor, typed: str) -> None:
    kept(world, malee, "wages")
    assert heard(world, malee, typed) == Heard([], 0, whole=True)


def test_a_broken_seal_keeps_nothing_else_from_being_found(world: World, malee: Actor) -> None:
    case = kept(world, malee, "wages", story_english="salary")
    case.story_sealed = case.story_english_sealed
    world.session.flush()
    assert heard(world, malee, "wages").case_ids == []
    assert heard(world, malee, "salary").case_ids == [case.id]


def test_what_was_opened_is_noted_without_a_word_of_it(world: World, malee: Actor) -> None:
    kept(world, malee, "wages")
    own_words.note(world.session, malee, world.now, heard(world, malee, "wages"))
    world.session.flush()
    query = select(Event).where(Event.action == own_words.SEARCHED)
    line = world.session.scalars(query).one()
    assert (line.case_id, line.staff_id) == (None, malee.staff_id)
    assert line.data == {"cases": 1, "found": 1}


def test_it_is_added_to_what_fits_otherwise(world: World, malee: Actor) -> None:
    case = kept(world, malee, "wages")
    found = search.find(world.session, malee, "wages", Coded())
    assert own_words.beside(found, Heard([], 1, whole=True)) is found
    both = own_words.beside(found, heard(world, malee, "wages"))
    assert both.by == {By.WORDS}
    assert world.session.scalars(select(Case.id).where(both.condition)).all() == [case.id]
