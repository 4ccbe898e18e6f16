"""What leaves before it leaves, and where a complaint would go before it is filed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from casework.crypto import SealedText
from casework.domain import consent
from casework.domain.complaint import Contact, IntakeData, MoneyRow, PartyNamed
from casework.domain.consent import Decision, Item
from casework.domain.escalation import ClockKind
from casework.domain.facts import Actor, ActorKind, RecipientKind, Role, Said, Scope
from casework.domain.routing import LAST_RESORT, TRIAGE_FIRST, Assignment, Why
from casework.models import Case
from casework.services import (
    casepage,
    consents,
    directory,
    foresight,
    preview,
    referrals,
    sight,
)
from casework.services.facts import case_facts
from casework.services.preview import Because
from tests import factories
from tests.factories import World, agrees

STORY = "ကျွန်တော်တို့ ငွေပေးခဲ့ပါသည်။"


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


def whole(world: World, malee: Actor, decisions: list[Decision]) -> Case:
    """Return a case with something in every item."""
    case = world.file(
        malee,
        categories={"recruitment": ["overcharged"], "wages": []},
        story=STORY,
        story_english="We paid.",
        place="Mahachai",
        sector="fishing",
        began_on="2026-09-01",
        headcount=3,
        women=1,
        name="Sokha",
        worker_name="Dara",
        telephone="081 234 5678",
        telephone_e164="+66812345678",
        contact={"way": "call", "code_word": "rice"},
        answers={("wages", "rate"): "9000 THB"},
        parties=[PartyNamed("agency", "Ocean", "L-1")],
        money=[MoneyRow("refund", Decimal(9000), "THB", "to the man at the gate")],
        embassy=[Contact("no_answer", "consulate", "2026-10-01", "telephone", "Help", "None")],
        wants=["refund", "apology"],
        documented=Said.NO,
        decisions=decisions,
    )
    factories.case_party(world.session, case, role="person", staff_id=malee.staff_id)
    factories.case_party(world.session, case, role="post", office_id="agencies")
    factories.remedy(world.session, case, kind="apology", amount=None, currency="")
    return case


def decided(scopes: set[Scope]) -> list[Decision]:
    """Return the decisions of somebody who agrees to these scopes for Cambodia's attaché."""
    return [Decision(RecipientKind.OFFICE, "attache", scope, scope in scopes) for scope in Scope]


class TestWhatLeaves:
    @pytest.mark.parametrize(
        "more",
        [set(), {Scope.NARRATIVE}, {Scope.IDENTITY}, {Scope.NARRATIVE, Scope.IDENTITY}],
    )
    def test_what_is_previewed_is_what_the_office_then_sees(
        self, world: World, session: Session, malee: Actor, more: set[Scope]
    ) -> None:
        scopes = {Scope.REFERRAL, *more}
        narrative, identity = Scope.NARRATIVE in more, Scope.IDENTITY in more
        case = whole(world, malee, decided(scopes))
        office = directory.offices(session)["attache"]
        before = preview.for_office(session, case, office)
        attache = world.actor(Role.OFFICER, "attache")
        after = casepage.of(session, case, attache, world.now).sight
        assert before == after
        for item in Item:
            seen = getattr(after, item.value)
            assert (seen is not None) == (item in after.items), item
        assert (after.story is not None) == narrative
        assert (after.identity is not None) == (after.contact is not None) == identity
        assert after.status_of_papers is None

    def test_nothing_of_what_stays_is_opened(
        self, world: World, session: Session, malee: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = whole(world, malee, decided({Scope.REFERRAL}))
        opened: list[str] = []
        read = SealedText.__get__

        def spy(self: SealedText, row: object, owner: type) -> object:
            opened.append(self.column)
            return read(self, row, owner)

        monkeypatch.setattr(SealedText, "__get__", spy)
        found = preview.for_office(session, case, directory.offices(session)["attache"])
        assert opened == []
        assert found.amounts is not None
        assert [line.words for line in found.amounts.lines] == [None]

    def test_a_desk_sees_everything(self, world: World, session: Session, malee: Actor) -> None:
        case = whole(world, malee, [])
        found = sight.sight(session, case, preview.items_of(session, case, malee))
        assert found.items == frozenset(Item)
        assert found.story is not None
        assert found.story.text == STORY
        assert found.identity is not None
        assert (found.identity.name, found.identity.workers) == ("Sokha", ["Dara"])
        assert found.contact is not None
        assert found.contact.ways == {"way": "call", "code_word": "rice"}
        assert found.status_of_papers is not None
        assert found.status_of_papers.status == "no"
        assert found.amounts is not None
        assert found.amounts.lines[0].words == "to the man at the gate"
        assert [each.kind for each in found.amounts.other] == ["apology"]
        assert found.parties is not None
        assert [(each.role, each.party_id is None) for each in found.parties] == [
            ("agency", False),
            ("person", True),
            ("post", True),
        ]
        assert found.embassy_contact is not None
        assert found.embassy_contact[0].post == "consulate"
        assert found.categories is not None
        assert found.categories.categories == {"recruitment": ["overcharged"], "wages": []}

    def test_a_case_without_people_has_nobody_to_reach(self, world: World) -> None:
        session = world.session
        case = factories.case(session)
        found = sight.sight(session, case, frozenset({Item.IDENTITY, Item.CONTACT}))
        assert found.identity is not None
        assert found.identity.name is None
        assert found.contact is not None
        assert (found.contact.telephone, found.contact.ways) == (None, {})

    def test_whoever_works_nowhere_sees_nothing(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        case = whole(world, malee, agrees("KH"))
        nobody = Actor(ActorKind.STAFF, Role.OFFICER, 1)
        assert preview.items_of(session, case, nobody) == frozenset()
        assert preview.recipients(nobody) == frozenset()


class TestWhy:
    def test_each_item_says_why_it_leaves_or_stays(
        self, world: World, session: Session, malee: Actor, now: datetime
    ) -> None:
        case = world.file(malee, decisions=[])
        office = directory.offices(session)["attache"]

        def why(item: Item) -> Because:
            return preview.reasons(office, case_facts(session, case).consents)[item].why

        assert why(Item.STORY) is Because.NOT_ASKED
        assert why(Item.STATUS_OF_PAPERS) is Because.NEVER
        yes = agrees("KH")
        consents.change(session, case, malee, now, decisions=yes, how="spoken")
        assert why(Item.STORY) is Because.GIVEN
        assert why(Item.IDENTITY) is Because.REFUSED
        consents.withdraw(session, case, malee, now, recipient="KH")
        assert why(Item.STORY) is Because.TAKEN_BACK
        desk = directory.offices(session)["cso"]
        assert preview.reasons(desk, ())[Item.STORY].why is Because.DESK

    def test_decisions_are_summed_up_per_recipient(
        self, world: World, session: Session, malee: Actor, now: datetime
    ) -> None:
        case = world.file(malee, decisions=[*agrees("KH"), *agrees("TH", send=False)])
        found = {each.recipient: each for each in preview.agreed(case, malee)}
        assert list(found["KH"].scopes) == [Scope.REFERRAL, Scope.NARRATIVE]
        assert (found["TH"].scopes, found["TH"].withdrawn_at) == ([], None)
        attache = world.actor(Role.OFFICER, "attache")
        assert [each.recipient for each in preview.agreed(case, attache)] == ["KH"]
        consents.withdraw(session, case, malee, now, recipient="KH")
        assert preview.agreed(case, malee)[0].withdrawn_at == now


class TestWhoCanBeChosen:
    def test_offices_that_fit_say_why_they_cannot(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        case = world.file(malee, complained_offices=["embassy"], decisions=agrees("ministry"))
        case.triaged_at = world.now
        found = {each.office_id: each.why for each in preview.choosable(session, case)}
        assert found == {
            "attache": Why.CONFLICT,
            "authority": Why.NO_CONSENT,
            "ministry": None,
        }

    def test_who_has_the_case_is_not_offered_again(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"))
        assert [each.office_id for each in preview.choosable(session, case)] == ["authority"]

    def test_deadlines_are_those_that_the_clocks_then_have(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("TH"))
        clock = world.running(case)["authority", "resolve"]
        foreseen = preview.deadlines(session, case.severity, "authority", world.now)
        assert foreseen[ClockKind.RESOLVE] == clock.due_at


class TestBeforeFiling:
    def data(self, **values: object) -> IntakeData:
        given = {
            "language": "km",
            "channel": "office",
            "origin": "KH",
            "destination": "TH",
            "categories": {"wages": []},
        }
        return IntakeData(**given | values)  # type: ignore[arg-type]

    def test_with_consent_it_says_who_and_by_when(self, world: World, session: Session) -> None:
        found = foresight.look(session, self.data(decisions=agrees("KH")), world.now)
        assert (found.office_id, found.with_consent) == ("attache", None)
        assert found.chosen.rule == "labour"
        assert [office.id for office in found.fitting] == ["attache", "authority"]
        filed = world.file(decisions=agrees("KH"))
        assert found.accept_by == world.running(filed)["attache", "acknowledge"].due_at

    def test_without_consent_the_desk_keeps_it(self, world: World, session: Session) -> None:
        found = foresight.look(session, self.data(), world.now)
        assert (found.office_id, found.with_consent) == (None, "attache")
        assert found.chosen.rule == LAST_RESORT
        assert found.accept_by is not None

    def test_about_an_official_somebody_looks_first(self, world: World, session: Session) -> None:
        data = self.data(about_official=Said.UNSURE, decisions=agrees("KH"))
        found = foresight.look(session, data, world.now)
        assert (found.office_id, found.with_consent, found.accept_by) == (None, None, None)
        assert found.chosen.rule == TRIAGE_FIRST

    def test_a_post_complained_about_is_not_asked_about(
        self, world: World, session: Session
    ) -> None:
        found = foresight.look(session, self.data(complained_offices=["embassy"]), world.now)
        assert [office.id for office in found.fitting] == ["authority"]

    def test_nobody_fits(self, world: World, session: Session) -> None:
        found = foresight.look(session, self.data(categories={"retaliation": []}), world.now)
        assert (found.with_consent, list(found.fitting)) == (None, [])


def test_scopes_without_leave_to_send_show_nothing(
    world: World, session: Session, malee: Actor
) -> None:
    case = whole(world, malee, decided({Scope.NARRATIVE, Scope.IDENTITY}))
    office = directory.offices(session)["attache"]
    assert preview.for_office(session, case, office).items == frozenset()
    assert not consent.may_receive(office, case_facts(session, case).consents)
    with pytest.raises(referrals.OfficeUnable):
        referrals.offer(
            session, case, malee, world.now, assignment=Assignment("attache", "by-hand")
        )
