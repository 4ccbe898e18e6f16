"""Workers who complain together: a case for each, and nothing that tells one of another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain import permissions
from casework.domain.complaint import MoneyRow, PartyNamed
from casework.domain.facts import Actor, Role, Said
from casework.domain.workflow import Status
from casework.models import Case, CaseParty, Claim, Event, Referral
from casework.services import (
    casepage,
    companions,
    consents,
    groups,
    history,
    ledger,
    messages,
    outcome,
    tracking,
    triage,
)
from casework.services.casefile import NotAllowed
from casework.services.facts import case_facts
from casework.services.groups import MemberData
from casework.services.intake import Filed
from casework.services.triage import Classification
from tests import factories
from tests.factories import World, agrees


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


@pytest.fixture
def first(world: World, malee: Actor) -> Case:
    """The case that the group began with, all of whose words are somebody's own."""
    return world.file(
        malee,
        categories={"wages": ["unpaid"], "documents": []},
        place="Mahachai",
        sector="fishing",
        began_on="2026-09-01",
        headcount=12,
        story="Sokha says so.",
        story_english="I, Sokha, say so.",
        answers={("wages", "rate"): "9000 THB"},
        name="Sokha",
        telephone="081 234 5678",
        telephone_e164="+66812345678",
        parties=[PartyNamed("agency", "Ocean", "L-1"), PartyNamed("employer", "A boat")],
        money=[MoneyRow("wages", Decimal(9000), "THB", "for Sokha")],
        wants=["refund"],
        documented=Said.NO,
        decisions=agrees("KH", identity=True),
    )


def add(world: World, actor: Actor, case: Case, **values: Any) -> Filed:
    given: dict[str, Any] = {"language": "km", "safe_now": Said.YES, "name": "Dara"} | values
    key = given.pop("key", f"member {values.get('name', 'Dara')}")
    member = MemberData(**given)
    return groups.add_member(
        world.session, actor, world.now, case, member=member, submission_key=key
    )


class TestWhatIsShared:
    def test_the_facts_are_copied_and_what_is_personal_is_not(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        other = add(world, malee, first, story="ខ្ញុំ", story_english="Mine.").case
        assert (other.origin, other.destination, other.place) == ("KH", "TH", "Mahachai")
        assert (other.sector, other.began_on) == ("fishing", "2026-09-01")
        assert other.codes == ("wages", "documents")
        assert [row.subcategory for row in other.categories] == ["unpaid", ""]
        against = session.scalars(select(CaseParty).where(CaseParty.case_id == other.id)).all()
        assert [(row.role, row.party and row.party.name) for row in against] == [
            ("agency", "Ocean"),
            ("employer", "A boat"),
        ]
        assert (other.headcount, other.wants, other.documented) == (1, "", "unsure")
        assert (other.story, other.story_english) == ("ខ្ញុំ", "Mine.")
        assert [person.name for person in other.people] == ["Dara"]
        assert other.consents == []
        assert session.scalars(select(Claim).where(Claim.case_id == other.id)).all() == []

    def test_the_story_of_one_is_never_the_story_of_another(
        self, world: World, malee: Actor, first: Case
    ) -> None:
        other = add(world, malee, first).case
        assert (other.story, other.story_english, other.story_original) == (None, None, None)

    def test_whoever_is_complained_about_is_out_of_every_case(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        official = factories.staff(session, Role.CASEWORKER, "cso")
        case = world.file(malee, decisions=[])
        found = Classification({"wages": []}, Said.YES, ["embassy"], [official.id])
        triage.reclassify(session, case, malee, world.now, found=found)
        other = add(world, malee, case, decisions=agrees("KH")).case
        facts = case_facts(session, other)
        assert {"embassy", "consulate", "attache"} <= facts.conflicted
        assert facts.complained_staff == {official.id}
        assert (other.status, other.about_official) == (Status.TRIAGE, "yes")
        # A conflict that a later look no longer finds is held, and held for the next member too.
        triage.reclassify(
            session, case, malee, world.now, found=Classification({"wages": []}, Said.NO)
        )
        third = add(world, malee, case, name="Third").case
        assert {"embassy", "consulate", "attache"} <= case_facts(session, third).conflicted

    def test_each_case_goes_its_own_way(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        with_consent = add(world, malee, first, decisions=agrees("TH")).case
        without = add(world, malee, first, name="Third").case
        assert [r.office_id for r in first.referrals] == ["attache"]
        assert [r.office_id for r in with_consent.referrals] == ["authority"]
        assert (without.referrals, without.status) == ([], Status.TRIAGE)
        assert session.query(Referral).count() == 2
        assert without.desk_office_id == "cso"


class TestCodes:
    def test_each_has_a_code_that_opens_one_case(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        one, two = add(world, malee, first), add(world, malee, first, name="Third")
        assert one.code
        assert two.code
        assert one.code != two.code
        assert tracking.find(session, world.now, one.code) is one.case
        assert tracking.find(session, world.now, two.code) is two.case
        assert one.case.reference != two.case.reference != first.reference

    def test_the_same_page_sent_twice_makes_one_case(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        made = add(world, malee, first, key="one key")
        again = add(world, malee, first, key="one key")
        assert again.case is made.case
        assert (again.code, again.new) == (None, False)
        assert len(companions.of(session, first, malee).fellows) == 1


class TestNobodySeesAnother:
    def test_only_desks_read_who_belongs_together(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        assert companions.of(session, first, malee).fellows == []
        other = add(world, malee, first, decisions=agrees("KH")).case
        assert [f.reference for f in companions.of(session, first, malee).fellows] == [
            other.reference
        ]
        assert [f.reference for f in companions.of(session, other, malee).fellows] == [
            first.reference
        ]
        attache = world.actor(Role.OFFICER, "attache")
        assert permissions.may_see(attache, case_facts(session, other))
        assert list(companions.of(session, first, attache).fellows) == []
        assert list(companions.of(session, other, attache).fellows) == []

    def test_a_desk_reads_only_of_those_it_may_see(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        other = add(world, malee, first).case
        supervisor = world.actor(Role.SUPERVISOR, "coordinator")
        somebody = world.actor(Role.CASEWORKER, "other-cso")
        triage.reassign(session, other, supervisor, world.now, caseworker_id=somebody.staff_id or 0)
        assert companions.of(session, first, malee).fellows == []
        assert companions.of(session, other, somebody).fellows == []
        assert len(companions.of(session, first, supervisor).fellows) == 1

    def test_the_history_of_one_does_not_tell_of_another(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        before = len(history.of_case(session, first))
        other = add(world, malee, first).case
        assert len(history.of_case(session, first)) == before
        told = str([event.data for event in history.of_case(session, other)])
        assert first.reference not in told
        assert str(first.id) not in told
        (event,) = session.scalars(select(Event).where(Event.action == "group"))
        assert (event.case_id, event.staff_id) == (None, malee.staff_id)
        assert event.data == {"group": first.id, "member": other.id}

    def test_an_office_reads_each_case_as_if_it_were_alone(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        attache = world.actor(Role.OFFICER, "attache")
        before = casepage.of(session, first, attache, world.now)
        other = add(world, malee, first, decisions=agrees("KH")).case
        assert casepage.of(session, first, attache, world.now) == before
        seen = repr(casepage.of(session, other, attache, world.now))
        for secret in (first.reference, str(first.id), "Sokha", "9000"):
            assert secret not in seen


class TestEachForThemselves:
    def test_the_consent_of_one_opens_no_other_case(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        other = add(world, malee, first).case
        attache = world.actor(Role.OFFICER, "attache")
        assert permissions.may_see(attache, case_facts(session, first))
        assert not permissions.may_see(attache, case_facts(session, other))
        consents.withdraw(session, first, world.worker(first), world.now, recipient="KH")
        yes = agrees("KH")
        consents.change(session, other, world.worker(other), world.now, decisions=yes, how="form")
        assert not permissions.may_see(attache, case_facts(session, first))

    def test_who_leaves_leaves_alone(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        other = add(world, malee, first, decisions=agrees("KH")).case
        third = add(world, malee, first, name="Third").case
        stood = [(case.status, case.version) for case in (first, third)]
        outcome.withdraw(session, other, world.worker(other), world.now, under_pressure=True)
        assert other.status == Status.WITHDRAWN
        assert [(case.status, case.version) for case in (first, third)] == stood
        assert permissions.may_see(world.actor(Role.OFFICER, "attache"), case_facts(session, first))

    def test_claims_messages_and_codes_are_of_one(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        row = MoneyRow("wages", Decimal(4500), "THB", "mine")
        other = add(world, malee, first, money=[row]).case
        assert [line.claimed for line in ledger.of_case(session, other).lines] == [Decimal(4500)]
        assert [line.claimed for line in ledger.of_case(session, first).lines] == [Decimal(9000)]
        messages.reply(session, other, world.worker(other), world.now, body="It is me.")
        assert messages.readable(session, first, world.worker(first)) == []
        code = first.code_hash
        keep = factories.login(session, case=other)
        tracking.change_code(session, other, world.worker(other), world.now, keep=keep)
        assert first.code_hash == code


class TestWhoMayAdd:
    @pytest.mark.parametrize(
        ("role", "office"),
        [
            (Role.OFFICER, "attache"),
            (Role.CASEWORKER, "other-cso"),
            (Role.ADMINISTRATOR, None),
            (Role.SUPERVISOR, "coordinator"),
        ],
    )
    def test_nobody_but_the_desk_of_the_case(
        self, world: World, first: Case, role: Role, office: str | None
    ) -> None:
        with pytest.raises(NotAllowed):
            add(world, world.actor(role, office), first)

    def test_not_the_worker_and_not_once_it_has_ended(
        self, world: World, session: Session, malee: Actor, first: Case
    ) -> None:
        with pytest.raises(NotAllowed):
            add(world, world.worker(first), first)
        outcome.withdraw(session, first, malee, world.now, under_pressure=None)
        with pytest.raises(NotAllowed):
            add(world, malee, first)
