"""Sending a case to an office, and how the office answers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain.facts import Role, Said
from casework.domain.routing import Assignment, Why
from casework.models import Case, Notice, Office
from casework.services import consents, directory, history, referrals, triage
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.referrals import BY_HAND, OfficeUnable
from casework.services.visibility import visible
from tests import factories
from tests.factories import World, agrees


def by_hand(office: str) -> Assignment:
    return Assignment(office, BY_HAND)


def sees(world: World, office: str, case: Case) -> bool:
    officer = world.actor(Role.OFFICER, office)
    return case.id in set(world.session.scalars(visible(officer)))


def test_an_office_accepts_and_keeps_its_own_number(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.after(hours=1), office_number="A 1")
    (referral,) = case.referrals
    assert (case.status, referral.state, referral.office_number) == ("accepted", "accepted", "A 1")
    assert (referral.decided_at, referral.staff_id) == (world.now, officer.staff_id)
    referrals.set_office_number(world.session, case, officer, world.now, number="B 2")
    assert referral.office_number == "B 2"
    assert "accepted" in world.session.scalars(select(Notice.kind)).all()


def test_an_office_that_declines_hands_back_and_loses_sight(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.decline(
        world.session, case, officer, world.now, code="not_ours", reason="Ask the ministry."
    )
    (referral,) = case.referrals
    assert (case.status, case.desk_office_id, referral.state) == ("triage", "cso", "declined")
    assert (referral.decline_code, referral.reason) == ("not_ours", "Ask the ministry.")
    assert not sees(world, "attache", case)
    assert set(world.running(case)) == {("cso", "acknowledge")}
    event = history.of_case(world.session, case)[0]
    assert event.data["office"] == "attache"
    assert "Ask" not in str(event.data)


def test_who_was_never_asked_cannot_decline(world: World) -> None:
    case = world.file()
    for office in ("embassy", "cso"):
        officer = world.actor(Role.OFFICER, office)
        with pytest.raises(NotAllowed):
            referrals.decline(world.session, case, officer, world.now, code="not_ours", reason="")


def test_a_desk_sends_on_by_hand_with_a_note(world: World) -> None:
    case = world.file(decisions=agrees("TH:labour_authority"))
    desk = world.actor(Role.CASEWORKER, "cso")
    referrals.recall(world.session, case, desk, world.now)
    assert not sees(world, "authority", case)
    sent = referrals.offer(
        world.session,
        case,
        desk,
        world.now,
        assignment=by_hand("authority"),
        version=case.version,
        note="Please call first.",
    )
    assert (sent.note, sent.rule, sent.track) == ("Please call first.", BY_HAND, "destination")
    assert (sent.sender_office_id, sent.sender_staff_id) == ("cso", desk.staff_id)
    assert sees(world, "authority", case)
    with pytest.raises(StaleCase):
        referrals.recall(world.session, case, desk, world.now, version=1)


@pytest.mark.parametrize(
    ("office", "why"),
    [("authority", Why.NO_CONSENT), ("embassy", Why.CONFLICT), ("agencies", Why.CLOSED)],
)
def test_what_forbids_an_office_is_told(world: World, office: str, why: Why) -> None:
    case = world.file(complained_offices=["embassy"])
    world.session.get_one(Office, "agencies").active = False
    directory.forget(world.session)
    desk = world.actor(Role.CASEWORKER, "cso")
    with pytest.raises(OfficeUnable) as refused:
        referrals.offer(world.session, case, desk, world.now, assignment=by_hand(office))
    assert (refused.value.office_id, refused.value.why) == (office, why)
    assert len(case.referrals) == 0


def test_before_triage_nothing_is_sent_by_hand_either(world: World) -> None:
    case = world.file(about_official=Said.UNSURE)
    desk = world.actor(Role.CASEWORKER, "cso")
    with pytest.raises(OfficeUnable) as refused:
        referrals.offer(world.session, case, desk, world.now, assignment=by_hand("ministry"))
    assert refused.value.why is Why.BEFORE_TRIAGE
    helper = referrals.offer(world.session, case, desk, world.now, assignment=by_hand("other-cso"))
    assert helper.state == "offered"


def test_two_countries_work_in_parallel(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk = world.actor(Role.CASEWORKER, "cso")
    lead, second = world.actor(Role.OFFICER, "attache"), world.actor(Role.OFFICER, "authority")
    referrals.accept(world.session, case, lead, world.now)
    referrals.offer(world.session, case, desk, world.now, assignment=by_hand("authority"))
    assert case.status == "accepted"
    assert [(r.track, r.lead) for r in case.referrals] == [("origin", True), ("destination", False)]
    referrals.accept(world.session, case, second, world.now, office_number="TH-9")
    assert case.status == "accepted"
    assert case.referrals[1].state == "accepted"
    with pytest.raises(NotAllowed):
        triage.wait_for_third(world.session, case, second, world.now)
    referrals.decline(world.session, case, lead, world.now, code="not_possible", reason="No.")
    assert (case.status, case.referrals[1].state) == ("triage", "accepted")
    referrals.decline(world.session, case, second, world.now, code="not_ours", reason="No.")
    assert case.status == "triage"
    assert [r.state for r in case.referrals] == ["declined", "declined"]


def test_recalling_the_lead_leaves_the_second_office(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk = world.actor(Role.CASEWORKER, "cso")
    referrals.offer(world.session, case, desk, world.now, assignment=by_hand("authority"))
    referrals.recall(world.session, case, desk, world.now)
    assert [(r.state, r.may_see) for r in case.referrals] == [
        ("recalled", False),
        ("offered", True),
    ]


def test_an_office_asked_again_has_its_newest_referral(world: World) -> None:
    case = world.file()
    officer, desk = world.actor(Role.OFFICER, "attache"), world.actor(Role.CASEWORKER, "cso")
    referrals.decline(world.session, case, officer, world.now, code="more_needed", reason="What?")
    referrals.offer(world.session, case, desk, world.now, assignment=by_hand("attache"))
    referrals.accept(world.session, case, officer, world.now)
    assert [r.state for r in case.referrals] == ["declined", "accepted"]
    assert [r.may_see for r in case.referrals] == [False, True]
    assert referrals.own(case, officer) is case.referrals[1]


def test_rules_that_name_an_association_of_agencies_ask_it_as_an_office(world: World) -> None:
    target = {"office": "agencies"}
    factories.routing_rule(
        world.session, "agencies", "office", target, position=0, categories=["recruitment"]
    )
    case = world.file(categories={"recruitment": []}, decisions=agrees("agencies"))
    assert [(r.office_id, r.state) for r in case.referrals] == [("agencies", "offered")]


def test_a_case_at_work_at_the_desk_is_routed_on_demand(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.take_on(world.session, case, desk, world.now)
    assert referrals.route(world.session, case, desk, world.now).office_id == "coordinator"
    assert case.status == "in_progress"
    decisions = agrees("KH")
    consents.change(world.session, case, desk, world.now, decisions=decisions, how="signed")
    assert referrals.route(world.session, case, desk, world.now).office_id == "attache"
    assert case.status == "referred"
