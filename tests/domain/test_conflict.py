"""Who may not handle a case: those complained about, and all that answer to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import conflict
from casework.domain.facts import (
    POST_ROLES,
    SYSTEM,
    Actor,
    ActorKind,
    CaseFacts,
    OfficeFacts,
    OfficeRole,
    Role,
    Said,
)
from tests.domain import shipped
from tests.domain.strategies import cases, directories

MINISTRY = OfficeRole.LABOUR_MINISTRY
TREE = {
    office.id: office
    for office in (
        OfficeFacts("government", OfficeRole.MINISTRY_LEADERSHIP, "KH", "KH"),
        OfficeFacts("ministry", MINISTRY, "KH", "KH", escalates_to="government"),
        OfficeFacts("department", MINISTRY, "KH", "KH", parent="ministry"),
        OfficeFacts("province", OfficeRole.PROVINCIAL_OFFICE, "KH", "KH", parent="department"),
        OfficeFacts("attache", OfficeRole.LABOUR_ATTACHE, "KH", "TH", "", "embassy", "department"),
        OfficeFacts("embassy", OfficeRole.EMBASSY, "KH", "TH"),
        OfficeFacts("consulate", OfficeRole.CONSULATE, "KH", "TH", parent="embassy"),
        OfficeFacts("far-embassy", OfficeRole.EMBASSY, "KH", "MY"),
        OfficeFacts("their-embassy", OfficeRole.EMBASSY, "MM", "TH"),
        OfficeFacts("cso", OfficeRole.CSO, "KH", "KH", escalates_to="ministry"),
        OfficeFacts("cso-branch", OfficeRole.CSO, "KH", "KH", parent="cso"),
    )
}
CASE = CaseFacts(1, origin="KH", destination="TH", categories=("wages",))
POSTS = {"attache", "embassy", "consulate"}


@pytest.mark.parametrize(
    ("office", "below"),
    [
        ("province", {"province"}),
        ("department", {"department", "province", "attache"}),
        ("ministry", {"ministry", "department", "province", "attache"}),
        ("government", {"government", "ministry", "department", "province", "attache"}),
        ("embassy", POSTS),
        ("attache", {"attache"}),
        ("cso", {"cso"}),
        ("nowhere", {"nowhere"}),
    ],
)
def test_below_is_what_is_part_of_an_office_or_answers_to_it(office: str, below: set[str]) -> None:
    assert conflict.below(office, TREE) == below


def test_a_circle_of_offices_is_walked_once() -> None:
    ring = {
        "a": OfficeFacts("a", MINISTRY, parent="b"),
        "b": OfficeFacts("b", MINISTRY, escalates_to="c"),
        "c": OfficeFacts("c", MINISTRY, parent="a"),
        "alone": OfficeFacts("alone", MINISTRY, parent="alone"),
    }
    assert conflict.below("a", ring) == {"a", "b", "c"}
    assert conflict.below("alone", ring) == {"alone"}


@given(directories(), st.data())
def test_below_is_closed_under_both_links_and_holds_no_cso_but_the_first(
    offices: dict[str, OfficeFacts], data: st.DataObject
) -> None:
    first = data.draw(st.sampled_from(sorted(offices)))
    found = conflict.below(first, offices)
    assert first in found
    for office in offices.values():
        answers = office.parent in found or office.escalates_to in found
        if office.id != first:
            assert (office.id in found) is (answers and office.government)


def test_an_embassy_complaint_without_a_name_suspects_every_post() -> None:
    case = replace(CASE, categories=("wages", "embassy"))
    assert conflict.unnamed_posts(case, TREE) == POSTS
    assert conflict.conflicted_offices(case, TREE) == POSTS


@pytest.mark.parametrize(
    "case",
    [
        CASE,
        replace(CASE, categories=("embassy",), triaged=True),
        replace(CASE, categories=("embassy",), complained_offices=frozenset({"ministry"})),
    ],
)
def test_no_post_is_suspected_without_cause(case: CaseFacts) -> None:
    assert conflict.unnamed_posts(case, TREE) == frozenset()


def test_the_named_offices_and_all_below_them_are_in_conflict() -> None:
    case = replace(CASE, complained_offices=frozenset({"consulate", "department"}))
    want = {"consulate", "department", "province", "attache"}
    assert conflict.conflicted_offices(case, TREE) == want
    assert conflict.conflicted_offices(CASE, TREE) == frozenset()


@given(cases(), directories())
def test_more_complaints_never_mean_fewer_conflicts(
    case: CaseFacts, offices: dict[str, OfficeFacts]
) -> None:
    triaged = replace(case, triaged=True)
    found = conflict.conflicted_offices(triaged, offices)
    for office_id in offices:
        more = replace(triaged, complained_offices=triaged.complained_offices | {office_id})
        assert conflict.conflicted_offices(more, offices) == found | conflict.below(
            office_id, offices
        )


@pytest.mark.parametrize("origin", shipped.countries("origin"))
@pytest.mark.parametrize("destination", shipped.countries("destination"))
def test_no_shipped_post_hears_of_an_embassy_complaint(origin: str, destination: str) -> None:
    case = CaseFacts(1, origin=origin, destination=destination, categories=("embassy",))
    posts = {
        office.id
        for office in shipped.offices().values()
        if office.role in POST_ROLES and (office.country, office.host) == (origin, destination)
    }
    assert posts <= conflict.conflicted_offices(case, shipped.offices())


@pytest.mark.parametrize("office", sorted(shipped.offices()))
def test_no_shipped_cso_is_below_a_state(office: str) -> None:
    below = conflict.below(office, shipped.offices()) - {office}
    assert all(shipped.offices()[each].government for each in below)


@pytest.mark.parametrize(
    ("said", "triaged", "needs", "awaits"),
    [
        (Said.NO, False, False, False),
        (Said.NO, False, True, True),
        (Said.UNSURE, False, False, True),
        (Said.YES, False, False, True),
        (Said.YES, True, True, False),
    ],
)
def test_what_may_be_about_an_official_awaits_triage(
    said: Said, *, triaged: bool, needs: bool, awaits: bool
) -> None:
    case = replace(CASE, about_official=said, triaged=triaged, needs_triage=needs)
    assert conflict.awaits_triage(case) is awaits


def test_an_actor_is_in_conflict_by_office_or_in_person() -> None:
    case = replace(CASE, conflicted=frozenset({"embassy"}), complained_staff=frozenset({7}))
    at_embassy = Actor(ActorKind.STAFF, Role.OFFICER, 1, TREE["embassy"])
    in_person = Actor(ActorKind.STAFF, Role.OFFICER, 7, TREE["ministry"])
    neither = Actor(ActorKind.STAFF, Role.OFFICER, 1, TREE["ministry"])
    assert conflict.actor_in_conflict(at_embassy, case)
    assert conflict.actor_in_conflict(in_person, case)
    assert not conflict.actor_in_conflict(neither, case)
    assert not conflict.actor_in_conflict(SYSTEM, case)
