"""Consents: recorded with their wording, withdrawn at once, and what they let leave."""

from __future__ import annotations

import pytest

from casework.domain import permissions
from casework.domain.facts import RecipientKind, Role, Scope
from casework.domain.routing import Assignment
from casework.models import Case
from casework.services import consents, directory, history, outcome, referrals
from casework.services.casefile import NotAllowed
from casework.services.facts import case_facts
from casework.services.outcome import Outcome
from casework.services.visibility import visible
from tests.factories import World, agrees


def sees(world: World, office: str, case: Case) -> bool:
    officer = world.actor(Role.OFFICER, office)
    return case.id in set(world.session.scalars(visible(officer)))


def test_a_decision_keeps_its_wording_and_who_noted_it(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    consents.change(
        world.session, case, desk, world.after(hours=1), decisions=agrees("KH"), how="spoken"
    )
    rows = {row.scope: row for row in case.consents}
    assert {scope: row.given for scope, row in rows.items()} == {
        "referral": True,
        "narrative": True,
        "identity": False,
    }
    referral = rows["referral"]
    assert (referral.recipient_kind, referral.recipient, referral.how) == ("state", "KH", "spoken")
    assert (referral.wording_version, referral.language) == (2, "km")
    assert (referral.staff_id, referral.at) == (desk.staff_id, world.now)
    event = history.of_case(world.session, case)[0]
    assert event.data["decisions"][0] == ["KH", "referral", True]


def test_a_withdrawn_consent_ends_sight_at_once(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    assert sees(world, "attache", case)
    consents.withdraw(world.session, case, world.worker(case), world.after(hours=1), recipient="KH")
    assert not sees(world, "attache", case)
    assert (case.status, case.referrals[0].state) == ("triage", "recalled")
    assert set(world.running(case)) == {("cso", "acknowledge")}
    assert {row.withdrawn_at for row in case.consents if row.given} == {world.now}
    assert {row.withdrawn_at for row in case.consents if not row.given} == {None}
    with pytest.raises(NotAllowed):
        referrals.set_office_number(world.session, case, officer, world.now, number="A 1")


def test_withdrawing_once_more_keeps_the_first_date(world: World) -> None:
    case = world.file()
    worker = world.worker(case)
    consents.withdraw(world.session, case, worker, world.now, recipient="KH")
    first = world.now
    consents.withdraw(world.session, case, worker, world.after(days=1), recipient="KH")
    assert {row.withdrawn_at for row in case.consents if row.given} == {first}


def test_a_no_to_one_office_takes_it_from_that_office_only(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk = world.actor(Role.CASEWORKER, "cso")
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    no = agrees("attache", send=False)
    consents.change(world.session, case, world.worker(case), world.now, decisions=no, how="form")
    assert not sees(world, "attache", case)
    assert sees(world, "authority", case)
    assert case.status == "triage"


def test_losing_a_second_office_leaves_the_lead_at_work(world: World) -> None:
    case = world.file(decisions=agrees("KH", "TH"))
    desk, officer = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    consents.withdraw(world.session, case, world.worker(case), world.now, recipient="TH")
    assert (case.status, [r.state for r in case.referrals]) == (
        "accepted",
        ["accepted", "recalled"],
    )


def test_a_proposed_outcome_stays_when_the_office_loses_the_case(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    done = Outcome("settled", "full", "Paid.")
    outcome.propose(world.session, case, officer, world.now, outcome=done)
    consents.withdraw(world.session, case, world.worker(case), world.now, recipient="KH")
    assert (case.status, case.referrals[0].state) == ("outcome_proposed", "recalled")
    assert set(world.running(case)) == {("cso", "silence")}


@pytest.mark.parametrize(
    ("send", "identity", "files", "given"),
    [
        (True, True, None, {Scope.REFERRAL, Scope.NARRATIVE, Scope.IDENTITY}),
        (True, False, None, {Scope.REFERRAL, Scope.NARRATIVE}),
        (True, False, True, {Scope.REFERRAL, Scope.NARRATIVE, Scope.DOCUMENTS}),
        (True, False, False, {Scope.REFERRAL, Scope.NARRATIVE}),
        (False, True, True, set()),
        (False, False, None, set()),
    ],
)
def test_plain_answers_stand_for_decisions(
    *, send: bool, identity: bool, files: bool | None, given: set[Scope]
) -> None:
    found = consents.decisions_for(
        RecipientKind.STATE, "KH", send=send, identity=identity, files=files
    )
    asked = {Scope.REFERRAL, Scope.NARRATIVE, Scope.IDENTITY}
    asked |= {Scope.DOCUMENTS} if files is not None else set()
    assert {decision.scope for decision in found} == asked
    assert {decision.scope for decision in found if decision.given} == given


def test_a_consent_given_later_lets_the_rules_send_the_case(world: World) -> None:
    case = world.file(decisions=())
    worker = world.worker(case)
    decisions = agrees("KH:labour_attache")
    consents.change(world.session, case, worker, world.now, decisions=decisions, how="form")
    assert referrals.decide(world.session, case).office_id == "attache"
    assert directory.offices(world.session)["attache"].government


@pytest.mark.parametrize("end", ["closed", "withdrawn"])
@pytest.mark.parametrize("who", ["worker", "caseworker"])
def test_a_consent_is_taken_back_after_the_end_too(world: World, end: str, who: str) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    if end == "closed":
        said = Outcome("settled", "full", "paid")
        outcome.propose(world.session, case, officer, world.now, outcome=said)
        outcome.confirm(world.session, case, world.worker(case), world.now)
    else:
        worker = world.worker(case)
        outcome.withdraw(world.session, case, worker, world.now, under_pressure=False)
    assert case.status == end
    assert case.id in set(world.session.scalars(visible(officer)))
    actor = world.worker(case) if who == "worker" else world.actor(Role.CASEWORKER, "cso")
    consents.withdraw(world.session, case, actor, world.now, recipient="KH")
    assert case.id not in set(world.session.scalars(visible(officer)))
    assert not permissions.may_see(officer, case_facts(world.session, case))
    assert case.status == end
    with pytest.raises(NotAllowed):
        consents.change(world.session, case, actor, world.now, decisions=agrees("KH"), how="spoken")
    # Saying no is always possible.
    no = agrees("TH", send=False)
    consents.change(world.session, case, actor, world.now, decisions=no, how="spoken")
