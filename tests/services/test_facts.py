"""Rows as facts."""

from __future__ import annotations

from datetime import timedelta

from casework.domain.facts import (
    ActorKind,
    ConsentFact,
    OfficeRole,
    RecipientKind,
    ReferralFacts,
    ReferralState,
    Role,
    Said,
    Scope,
    Severity,
)
from casework.domain.workflow import Status
from casework.services import facts
from casework.services.facts import case_facts
from tests import factories
from tests.factories import World


def test_a_member_of_staff_acts_with_role_and_office(world: World) -> None:
    row = factories.staff(world.session, Role.OFFICER, "attache")
    actor = facts.staff_actor(row)
    assert (actor.kind, actor.role, actor.staff_id) == (ActorKind.STAFF, Role.OFFICER, row.id)
    assert actor.office is not None
    assert actor.office.role is OfficeRole.LABOUR_ATTACHE
    assert facts.staff_actor(factories.staff(world.session, Role.ANALYST)).office is None


def test_a_complainant_acts_on_one_case(world: World) -> None:
    case = world.file()
    actor = facts.complainant_actor(case)
    assert (actor.kind, actor.case_id, actor.staff_id) == (ActorKind.COMPLAINANT, case.id, None)


def test_a_case_is_told_in_codes(world: World) -> None:
    session = world.session
    staff = factories.staff(session, Role.OFFICER, "ministry")
    case = factories.case(
        session,
        status="waiting_third",
        level=2,
        severity="high",
        place="Rayong",
        documented="no",
        about_official="yes",
        triaged_at=world.now,
        escalation_asked_at_level=1,
        desk_office_id="cso",
    )
    factories.case_category(session, case, code="wages", subcategory="unpaid")
    factories.case_category(session, case, code="wages", subcategory="overtime")
    factories.case_category(session, case, code="documents")
    factories.case_party(session, case, role="post", office_id="embassy")
    factories.case_party(session, case, role="person", staff_id=staff.id)
    factories.case_party(session, case, party_id=factories.party(session, "Star").id)
    sent = factories.referral(session, case, "ministry", state="accepted", level=1)
    kind = RecipientKind.STATE
    withdrawn = world.now + timedelta(days=1)
    factories.consent(session, case, kind, "KH", withdrawn_at=withdrawn)
    session.expire_all()
    found = case_facts(session, case)
    assert (found.status, found.level, found.severity) == (Status.WAITING_THIRD, 2, Severity.HIGH)
    assert (found.origin, found.destination, found.place) == ("KH", "TH", "Rayong")
    assert (found.documented, found.about_official) == (Said.NO, Said.YES)
    assert (found.triaged, found.needs_triage) == (True, False)
    assert found.categories == ("wages", "documents")
    assert found.complained_offices == {"embassy"}
    assert found.complained_staff == {staff.id}
    assert found.conflicted == {"embassy", "consulate", "attache"}
    assert (found.desk, found.caseworker_id, found.escalation_asked_at_level) == ("cso", None, 1)
    accepted = ReferralFacts(sent.id, "ministry", ReferralState.ACCEPTED, lead=True, level=1)
    assert found.referrals == (accepted,)
    yes = ConsentFact(
        kind, "KH", Scope.REFERRAL, given=True, at=factories.BEGINNING, withdrawn=True
    )
    assert found.consents == (yes,)
    assert found.closed_at is None
