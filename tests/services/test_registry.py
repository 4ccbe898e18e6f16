"""The registry of agencies, brokers and employers: one party, many names, any script."""

from __future__ import annotations

import pytest

from casework.domain.complaint import PartyNamed
from casework.domain.facts import Role
from casework.models import Party
from casework.services import registry
from tests import factories
from tests.factories import World


def test_a_party_is_found_again_by_its_name_and_kind(world: World) -> None:
    session = world.session
    first = registry.find_or_add(session, "agency", "Golden Star Co.")
    assert registry.find_or_add(session, "agency", "GOLDEN   star co.", "L-1") is first
    assert first.licence == "L-1"
    assert registry.find_or_add(session, "agency", "Golden Star Co.", "L-2").licence == "L-1"
    assert registry.find_or_add(session, "employer", "Golden Star Co.") is not first
    assert registry.find_or_add(session, "agency", "Silver Star") is not first


def test_a_party_that_was_picked_is_that_party_whatever_was_typed(world: World) -> None:
    session = world.session
    first = registry.find_or_add(session, "agency", "Golden Star")
    assert registry.find_or_add(session, "agency", "Gold Star Co", "", first.id) is first
    assert registry.find_or_add(session, "agency", "gold star co") is first
    assert registry.find_or_add(session, "agency", "ghost", "", 1).name == "ghost"


def test_a_party_has_many_names_once_each(world: World) -> None:
    party = registry.find_or_add(world.session, "agency", "Golden Star")
    registry.add_name(world.session, party, "ផ្កាយមាស")
    registry.add_name(world.session, party, "golden star")
    assert [name.name for name in party.names] == ["Golden Star", "ផ្កាយមាស"]
    assert registry.find_or_add(world.session, "agency", "ផ្កាយមាស") is party


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("star", {"Golden Star", "Star 100%"}),
        ("GOLD", {"Golden Star"}),
        ("ផ្កាយ", {"Golden Star"}),
        ("100%", {"Star 100%"}),
        ("%", {"Star 100%"}),
        ("_", set()),
        ("\\", set()),
        ("", set()),
        ("   ", set()),
    ],
)
def test_a_part_of_any_name_finds_the_party(world: World, typed: str, found: set[str]) -> None:
    party = registry.find_or_add(world.session, "agency", "Golden Star")
    registry.add_name(world.session, party, "ក្រុមហ៊ុន ផ្កាយមាស")
    registry.find_or_add(world.session, "broker", "Star 100%")
    reader = world.actor(Role.COORDINATOR, "coordinator")
    names = {known.party.name for known in registry.search(world.session, reader, typed)}
    assert names == found


def test_counts_speak_only_of_cases_the_reader_may_see(world: World) -> None:
    named = [PartyNamed("agency", "Golden Star")]
    world.file(parties=named, headcount=10)
    world.file(parties=named, headcount=5, origin="MM", decisions=())
    world.file(parties=[PartyNamed("agency", "Star Light")])
    counts = {
        office: [
            (known.party.name, known.cases, known.workers)
            for known in registry.search(
                world.session, world.actor(Role.SUPERVISOR, office), "star", "agency"
            )
        ]
        for office in ("coordinator", "cso", "other-cso")
    }
    assert counts == {
        "coordinator": [("Golden Star", 2, 15), ("Star Light", 1, 1)],
        "cso": [("Golden Star", 1, 10), ("Star Light", 1, 1)],
        "other-cso": [("Golden Star", 0, 0), ("Star Light", 0, 0)],
    }
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    assert registry.search(world.session, coordinator, "star", "employer") == []


def test_workers_of_a_case_that_names_a_party_twice_count_once(world: World) -> None:
    case = world.file(headcount=10)
    party = factories.party(world.session, "golden star")
    for role in ("agency", "broker"):
        factories.case_party(world.session, case, role=role, party_id=party.id)
    reader = world.actor(Role.COORDINATOR, "coordinator")
    (known,) = registry.search(world.session, reader, "golden")
    assert (known.cases, known.workers) == (1, 10)
    assert registry.known(world.session, reader, party) == known
    stranger = world.actor(Role.CASEWORKER, "other-cso")
    assert registry.known(world.session, stranger, party) == registry.Known(party, 0, 0)


def test_no_more_than_a_screen_of_parties_is_found(world: World) -> None:
    for number in range(registry.SHOWN + 3):
        registry.find_or_add(world.session, "agency", f"Star {number}")
    reader = world.actor(Role.COORDINATOR, "coordinator")
    assert len(registry.search(world.session, reader, "star")) == registry.SHOWN


def test_those_that_are_named_most_are_looked_at_where_many_fit(world: World) -> None:
    session = world.session
    for number in range(30):
        registry.find_or_add(session, "agency", f"Star {number}")
    world.file(parties=[PartyNamed("agency", "Star 29")])
    world.file(parties=[PartyNamed("agency", "Star 28"), PartyNamed("broker", "Moon")])
    reader = world.actor(Role.COORDINATOR, "coordinator")
    session.flush()
    registry.keep_named(session, registry.count_named(session))
    found = registry.search(session, reader, "star")
    assert [(known.party.name, known.cases) for known in found[:3]] == [
        ("Star 28", 1),
        ("Star 29", 1),
        ("Star 0", 0),
    ]
    assert registry.count_named(session) == {}


def test_nobody_counts_cases_beyond_a_thousand() -> None:
    party = Party(kind="agency", name="Golden Star")
    assert registry.Known(party, registry.MOST - 1, 5).whole
    assert not registry.Known(party, registry.MOST, 5).whole
