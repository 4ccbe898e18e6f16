"""What a desk decides: what a case is about, who works on it, where it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import Role, Said
from casework.models import Case, CaseParty, Escalation
from casework.services import casefile, messages, referrals, triage
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.triage import Classification, NotDeskStaff
from casework.services.visibility import visible
from tests import factories
from tests.factories import World, agrees


def sees(world: World, office: str, case: Case) -> bool:
    officer = world.actor(Role.OFFICER, office)
    return case.id in set(world.session.scalars(visible(officer)))


def about(*offices: str, staff: tuple[int, ...] = (), **categories: list[str]) -> Classification:
    said = Said.YES if offices or staff else Said.NO
    return Classification(categories or {"wages": []}, said, offices, staff)


def test_triage_lets_the_rules_send_the_case(world: World) -> None:
    case = world.file(about_official=Said.UNSURE)
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.reclassify(world.session, case, desk, world.after(hours=1), found=about())
    assert (case.about_official, case.triaged_at, case.needs_triage) == ("no", world.now, False)
    assert [(r.office_id, r.rule) for r in case.referrals] == [("attache", "labour")]
    assert sees(world, "attache", case)


def test_about_the_embassy_it_goes_around_the_embassy_and_all_below_it(world: World) -> None:
    case = world.file(categories={"embassy": []}, decisions=agrees("KH", "TH"))
    desk = world.actor(Role.CASEWORKER, "cso")
    found = about("embassy", embassy=[], wages=[])
    triage.reclassify(world.session, case, desk, world.now, found=found)
    assert [r.office_id for r in case.referrals] == ["foreign"]
    for office in ("embassy", "consulate", "attache"):
        assert not sees(world, office, case)
    assert sees(world, "foreign", case)
    for _ in range(8):
        world.after(days=60)
        world.sweep()
    asked = {referral.office_id for referral in case.referrals}
    assert not asked & {"embassy", "consulate", "attache"}
    assert case.level == 5


def test_a_conflict_found_later_takes_the_case_away_at_once(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk, officer = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "We are at it.")
    assert sees(world, "attache", case)
    triage.reclassify(world.session, case, desk, world.now, found=about("attache"))
    assert not sees(world, "attache", case)
    assert [(r.office_id, r.state) for r in case.referrals] == [
        ("attache", "recalled"),
        ("authority", "offered"),
    ]
    with pytest.raises(NotAllowed):
        messages.write(world.session, case, officer, world.now, "One more thing.")


def test_a_desk_may_report_itself_and_loses_the_case(world: World) -> None:
    case = world.file(decisions=agrees("KH"))
    caseworker = world.actor(Role.CASEWORKER, "cso")
    triage.reclassify(world.session, case, caseworker, world.now, found=about("cso"))
    assert case.desk_office_id == "coordinator"
    assert case.id not in set(world.session.scalars(visible(caseworker)))
    unsent = world.file(decisions=())
    triage.reclassify(world.session, unsent, caseworker, world.now, found=about("cso"))
    assert (unsent.desk_office_id, unsent.status) == ("coordinator", "triage")


def test_a_new_classification_replaces_the_old_one(world: World) -> None:
    case = world.file(complained_offices=["embassy"], about_official=Said.YES)
    desk, officer = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "ministry")
    factories.case_party(world.session, case, party_id=factories.party(world.session, "Star").id)
    found = about("authority", staff=(officer.staff_id or 0,), documents=["withheld"], abuse=[])
    triage.reclassify(world.session, case, desk, world.now, found=found, version=case.version)
    world.session.expire_all()
    assert case.codes == ("documents", "abuse")
    assert [c.subcategory for c in case.categories] == ["withheld", ""]
    assert case.severity == "urgent"
    rows = world.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id))
    assert {(row.role, row.office_id, row.staff_id) for row in rows} == {
        ("agency", None, None),
        ("post", "authority", None),
        ("person", None, officer.staff_id),
    }
    with pytest.raises(StaleCase):
        triage.reclassify(world.session, case, desk, world.now, found=about(), version=1)


def test_a_severity_that_was_stated_raises_the_one_that_was_found(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    grave = Classification({"wages": []}, Said.NO, severity="urgent")
    triage.reclassify(world.session, case, desk, world.now, found=grave)
    assert case.severity == "urgent"
    triage.reclassify(world.session, case, desk, world.now, found=about())
    assert case.severity == "normal"


def test_retaliation_found_in_triage_is_flagged_once(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.reclassify(world.session, case, desk, world.now, found=about(retaliation=[]))
    triage.reclassify(world.session, case, desk, world.now, found=about(retaliation=[]))
    assert [s.cause for s in world.session.scalars(select(Escalation))] == ["retaliation"]
    assert case.level == 1
    assert set(world.running(case)) == {("coordinator", "acknowledge")}


def test_a_case_at_work_is_not_sent_off_by_a_correction(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.take_on(world.session, case, desk, world.now)
    assert case.caseworker_id == desk.staff_id
    triage.reclassify(world.session, case, desk, world.now, found=about(contract=[]))
    assert (case.status, case.referrals) == ("in_progress", [])


def test_who_takes_a_case_on_does_not_take_it_from_a_colleague(world: World) -> None:
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker, decisions=())
    triage.take_on(world.session, case, world.actor(Role.SUPERVISOR, "cso"), world.now)
    assert case.caseworker_id == caseworker.staff_id


def test_a_case_waits_for_others_and_goes_on(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.take_on(world.session, case, desk, world.now)
    triage.wait_for_third(world.session, case, desk, world.now, version=case.version)
    assert case.status == "waiting_third"
    triage.resume(world.session, case, desk, world.now, version=case.version)
    assert case.status == "in_progress"


def test_colleagues_are_the_active_staff_who_keep_cases(world: World) -> None:
    for role in Role:
        world.actor(role, "cso", name=role.value)
    world.actor(Role.CASEWORKER, "cso", name="gone", active=False)
    world.actor(Role.CASEWORKER, "other-cso")
    names = [staff.name for staff in triage.colleagues(world.session, "cso")]
    assert names == ["caseworker", "coordinator", "supervisor"]


def test_a_case_is_given_to_a_colleague_or_to_another_desk(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    for office in ("cso", "other-cso"):
        to = world.actor(Role.CASEWORKER, office)
        triage.reassign(world.session, case, desk, world.now, caseworker_id=to.staff_id or 0)
        assert (case.caseworker_id, case.desk_office_id) == (to.staff_id, office)
    with pytest.raises(NotAllowed):
        triage.reassign(world.session, case, desk, world.now, caseworker_id=desk.staff_id or 0)


@pytest.mark.parametrize(
    "of",
    [
        lambda world: world.actor(Role.OFFICER, "cso"),
        lambda world: world.actor(Role.CASEWORKER, "cso", active=False),
        lambda world: world.actor(Role.SUPERVISOR, "attache"),
        lambda world: world.actor(Role.SUPERVISOR, "agencies"),
        lambda world: world.actor(Role.CASEWORKER),
        lambda world: world.actor(Role.ADMINISTRATOR, "cso"),
    ],
)
def test_a_case_is_given_to_nobody_who_keeps_none(world: World, of: Callable[[World], Any]) -> None:
    case = world.file(decisions=())
    head = world.actor(Role.SUPERVISOR, "coordinator")
    staff_id = of(world).staff_id
    with pytest.raises(NotDeskStaff):
        triage.reassign(world.session, case, head, world.now, caseworker_id=staff_id)
    assert case.desk_office_id == "cso"


def test_a_case_is_given_to_nobody_in_conflict_with_it(world: World) -> None:
    case = world.file(decisions=())
    head = world.actor(Role.SUPERVISOR, "coordinator")
    named, at_named_office = (
        world.actor(Role.CASEWORKER, "cso"),
        world.actor(Role.CASEWORKER, "other-cso"),
    )
    factories.case_party(world.session, case, role="person", staff_id=named.staff_id)
    factories.case_party(world.session, case, role="post", office_id="other-cso")
    casefile.settle(world.session, case, world.now)
    for actor in (named, at_named_office):
        with pytest.raises(NotDeskStaff):
            triage.reassign(world.session, case, head, world.now, caseworker_id=actor.staff_id or 0)
    with pytest.raises(NotDeskStaff):
        triage.reassign(world.session, case, head, world.now, caseworker_id=1)
