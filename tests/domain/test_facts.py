"""The small things that facts say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.domain.facts import (
    DESK_ROLES,
    KEEPS_SIGHT,
    LIVE,
    NETWORK_ROLES,
    POST_ROLES,
    SYSTEM,
    Actor,
    ActorKind,
    CaseFacts,
    OfficeFacts,
    OfficeRole,
    ReferralFacts,
    ReferralState,
    Role,
)


@pytest.mark.parametrize("role", OfficeRole)
def test_a_state_answers_for_all_offices_but_these(role: OfficeRole) -> None:
    of_people = {
        OfficeRole.CSO,
        OfficeRole.NETWORK,
        OfficeRole.COORDINATOR,
        OfficeRole.AGENCY_ASSOCIATION,
    }
    assert OfficeFacts("x", role).government is (role not in of_people)


@pytest.mark.parametrize("role", OfficeRole)
def test_staff_of_all_offices_but_desks_need_consent(role: OfficeRole) -> None:
    actor = Actor(ActorKind.STAFF, Role.OFFICER, 1, OfficeFacts("x", role))
    assert actor.government is (role not in DESK_ROLES)
    assert actor.network is (role in NETWORK_ROLES)
    assert actor.office_id == "x"


def test_who_works_in_no_office_is_of_no_state_and_no_network() -> None:
    for actor in (SYSTEM, Actor(ActorKind.STAFF, Role.ANALYST, 1)):
        assert actor.office_id is None
        assert not actor.government
        assert not actor.network


def test_groups_of_roles_and_states() -> None:
    assert NETWORK_ROLES < DESK_ROLES
    assert not POST_ROLES & DESK_ROLES
    assert LIVE < KEEPS_SIGHT
    assert set(ReferralState) - KEEPS_SIGHT == {ReferralState.DECLINED, ReferralState.RECALLED}


def test_the_lead_is_the_living_referral_that_leads() -> None:
    silent = ReferralFacts(1, "a", ReferralState.SILENT, lead=True)
    beside = ReferralFacts(2, "b", ReferralState.ACCEPTED, lead=False)
    leading = ReferralFacts(3, "c", ReferralState.OFFERED, lead=True)
    case = CaseFacts(1, referrals=(silent, beside))
    assert case.lead is None
    assert replace(case, referrals=(*case.referrals, leading)).lead is leading
