"""Offices in an administrator's hands: what is refused, remembered, and followed at once."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import OfficeRole, ReferralState, Role
from casework.models import Case, CaseConflict, Event, Office, Referral
from casework.services import directory, outcome, referrals
from casework.services.outcome import Outcome
from casework.services.settings import offices
from casework.services.settings.offices import OfficeData
from casework.services.settings.refused import Refused
from casework.services.visibility import visible
from tests import factories
from tests.factories import World


def kept(world: World, office_id: str) -> tuple[Office, OfficeData]:
    office = world.session.get_one(Office, office_id)
    names = OfficeData.__dataclass_fields__
    return office, OfficeData(**{name: getattr(office, name) for name in names})


def change(world: World, office_id: str, **values: Any) -> int:
    office, data = kept(world, office_id)
    actor = world.actor(Role.ADMINISTRATOR)
    return offices.change(world.session, actor, world.now, office, replace(data, **values))


def accuse(world: World, case: Case, office_id: str) -> None:
    factories.case_party(world.session, case, role="post", office_id=office_id)
    world.settle(case)


def told(world: World) -> list[Event]:
    query = select(Event).where(Event.action == "settings:office").order_by(Event.id)
    return list(world.session.scalars(query))


def leads(case: Case) -> list[str]:
    live = {ReferralState.OFFERED, ReferralState.ACCEPTED}
    return [r.office_id for r in case.referrals if r.state in live]


def test_an_office_is_added_with_an_id_and_into_the_history(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    data = OfficeData(name="Consulate", role="consulate", country="KH", host="MY")
    first = offices.add(world.session, actor, world.now, data)
    second = offices.add(world.session, actor, world.now, data)
    third = offices.add(world.session, actor, world.now, OfficeData(name="A desk", role="cso"))
    assert [first.id, second.id, third.id] == ["kh-consulate-1", "kh-consulate-2", "xx-cso-1"]
    assert directory.offices(world.session)["kh-consulate-2"].role is OfficeRole.CONSULATE
    event = told(world)[0]
    assert (event.staff_id, event.case_id, event.data["office"]) == (actor.staff_id, None, first.id)
    assert event.data["after"]["host"] == "MY"
    assert "name" not in event.data["after"]


def test_a_change_is_remembered_by_its_codes_and_words_by_their_field(world: World) -> None:
    assert change(world, "embassy", rank=3, note="Moved to another street.") == 0
    (event,) = told(world)
    assert event.data["before"] == {"rank": 50}
    assert event.data["after"] == {"rank": 3}
    assert event.data["words"] == ["note"]


def test_what_is_not_changed_is_not_told(world: World) -> None:
    assert change(world, "embassy") == 0
    assert told(world) == []


@pytest.mark.parametrize(
    ("office_id", "values", "field", "why"),
    [
        ("embassy", {"name": ""}, "name", "empty"),
        ("embassy", {"role": "palace"}, "role", "unknown"),
        ("embassy", {"country": ""}, "country", "needed"),
        ("embassy", {"source_url": "javascript:alert(1)"}, "source_url", "no_address"),
        ("embassy", {"parent_id": "nowhere"}, "parent_id", "unknown"),
        ("embassy", {"parent_id": "embassy"}, "parent_id", "circle"),
        ("embassy", {"escalates_to_id": "consulate"}, "escalates_to_id", "circle"),
        ("leadership", {"parent_id": "attache"}, "parent_id", "circle"),
        ("coordinator", {"role": "cso"}, "role", "coordinator"),
        ("coordinator", {"active": False}, "active", "coordinator"),
        ("coordinator", {"routable": False}, "routable", "coordinator"),
    ],
)
def test_what_rules_could_not_work_with_is_refused(
    world: World, office_id: str, values: dict[str, Any], field: str, why: str
) -> None:
    before = asdict(kept(world, office_id)[1])
    with pytest.raises(Refused) as refused:
        change(world, office_id, **values)
    assert (refused.value.field, refused.value.why) == (field, why)
    assert asdict(kept(world, office_id)[1]) == before


def test_the_coordinator_can_be_described_anew(world: World) -> None:
    change(world, "coordinator", place="Mae Sot")
    assert kept(world, "coordinator")[1].place == "Mae Sot"


def test_a_desk_needs_no_state_and_may_have_a_public_page(world: World) -> None:
    change(world, "cso", country="", source_url="https://cso.example")
    assert kept(world, "cso")[1].country == ""


def test_a_new_link_that_makes_a_conflict_takes_the_case_away_at_once(world: World) -> None:
    case = world.file(decisions=factories.agrees("KH", "TH"))
    officer = world.actor(Role.OFFICER, "attache")
    accuse(world, case, "ombudsman")
    assert leads(case) == ["attache"]
    assert case.id in world.session.scalars(visible(officer)).all()
    assert change(world, "attache", escalates_to_id="ombudsman") == 1
    assert case.id not in world.session.scalars(visible(officer)).all()
    conflicted = select(CaseConflict.office_id).where(CaseConflict.case_id == case.id)
    assert "attache" in world.session.scalars(conflicted).all()
    # The rules go on to the next office that may have it.
    assert leads(case) == ["authority"]


@pytest.mark.parametrize(
    "values",
    [
        {"parent_id": None},
        {"parent_id": None, "country": "TH"},
        {"parent_id": None, "active": False},
        {"parent_id": None, "role": "cso"},
    ],
)
def test_a_link_that_goes_does_not_give_an_office_its_sight_back(
    world: World, values: dict[str, Any]
) -> None:
    case = world.file()
    accuse(world, case, "embassy")
    assert leads(case) == []
    change(world, "attache", **values)
    row = world.session.scalars(
        select(CaseConflict).where(
            CaseConflict.case_id == case.id, CaseConflict.office_id == "attache"
        )
    ).one()
    # The administrator made the change; somebody else has to look at what it does to the case.
    assert (row.held_since, row.changed_by) == (world.now, told(world)[-1].staff_id)
    assert leads(case) == []


def test_an_ended_case_is_kept_from_an_office_that_comes_into_conflict(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.withdraw(world.session, case, world.worker(case), world.now, under_pressure=False)
    accuse(world, case, "ombudsman")
    assert case.id in world.session.scalars(visible(officer)).all()
    change(world, "attache", escalates_to_id="ombudsman")
    assert case.status == "withdrawn"
    assert case.id not in world.session.scalars(visible(officer)).all()


def test_a_closed_office_gives_its_cases_back_to_the_rules(world: World) -> None:
    case, other = world.file(), world.file(decisions=())
    assert change(world, "attache", active=False) == 1
    states = {r.office_id: r.state for r in case.referrals}
    assert states["attache"] == "recalled"
    assert leads(case) == []
    assert case.status == "triage"
    assert leads(other) == []


def test_a_second_office_that_closes_leaves_the_leading_one_alone(world: World) -> None:
    case = world.file(decisions=factories.agrees("KH", "TH"))
    factories.referral(world.session, case, "authority", lead=False, track="destination")
    world.settle(case)
    change(world, "authority", active=False)
    assert leads(case) == ["attache"]
    assert case.status == "referred"


def test_a_closed_office_whose_result_waits_is_not_recalled(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    found = Outcome("settled", "full", "All wages are paid.")
    outcome.propose(world.session, case, officer, world.now, outcome=found)
    change(world, "attache", active=False)
    assert case.status == "outcome_proposed"
    assert leads(case) == []


def test_a_closed_desk_gives_its_cases_to_another_one(world: World) -> None:
    case = world.file(decisions=())
    case.caseworker_id = world.actor(Role.CASEWORKER, "cso").staff_id
    ended = world.file(decisions=())
    outcome.withdraw(world.session, ended, world.worker(ended), world.now, under_pressure=False)
    assert (case.desk_office_id, ended.desk_office_id) == ("cso", "cso")
    assert change(world, "cso", active=False) == 2
    assert (case.desk_office_id, case.caseworker_id) == ("coordinator", None)
    assert ended.desk_office_id == "cso"


def test_offices_are_found_by_a_part_of_a_name_or_town_by_country_and_by_role(
    world: World,
) -> None:
    factories.office(
        world.session, "far", OfficeRole.CONSULATE, name="Consulate 100%", place="Sa Kaeo"
    )

    def found(**wanted: str) -> list[str]:
        return [office.id for office in offices.found(world.session, **wanted)]

    assert found(text="sa KAE") == ["far"]
    assert found(text="100%") == ["far"]
    assert found(text="%") == ["far"]
    assert set(found(country="TH", role="embassy")) == {"embassy"}
    assert len(found()) == len(directory.offices(world.session))


def test_a_referral_names_no_office_that_is_gone(world: World) -> None:
    # Offices are closed, never deleted: what they did stays told.
    case = world.file()
    change(world, "attache", active=False)
    rows = select(Referral.office_id).where(Referral.case_id == case.id)
    assert "attache" in world.session.scalars(rows).all()
