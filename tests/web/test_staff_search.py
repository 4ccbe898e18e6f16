"""Finding cases in the browser, and the registry of agencies, brokers and employers."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from casework.crypto import new_data_key
from casework.db import new_id
from casework.domain.complaint import PartyNamed
from casework.domain.facts import Role
from casework.models import Case, Event, Party, Staff
from casework.services import facts, own_words
from casework.services.own_words import SEARCHED
from tests import factories
from tests.desk import CASES, NOT_FOUND, references, text
from tests.factories import World
from tests.pages import CheckedClient

SEARCH, REGISTRY = "/staff/search", "/staff/registry"


class TestSearch:
    @pytest.fixture
    def case(self, client: CheckedClient, world: World, malee: Staff) -> Case:
        case = world.file(
            facts.staff_actor(malee),
            place="Mahachai",
            telephone="081 234 5678",
            telephone_e164="+66812345678",
            parties=[PartyNamed("agency", "Ocean")],
        )
        client.enter(world.session, malee)
        return case

    def test_a_whole_number_leads_to_its_case(self, client: CheckedClient, case: Case) -> None:
        plain = case.reference.replace("-", "")
        answer = client.submit(SEARCH, {"q": plain}, page=CASES)
        assert answer.location == f"/staff/cases/{case.reference}"

    def test_plain_words_get_an_address_a_telephone_none(
        self, client: CheckedClient, case: Case
    ) -> None:
        answer = client.submit(SEARCH, {"q": "ocean"}, page=CASES)
        assert answer.location == f"{SEARCH}?q=ocean"
        page = client.get(answer.location).text
        assert references(page) == [case.reference]
        assert "recruitment agency" in text(page)
        answer = client.submit(SEARCH, {"q": "081-234 5678"}, page=CASES)
        assert answer.status_code == 200
        assert references(answer.text) == [case.reference]

    @pytest.mark.usefixtures("case")
    def test_nothing_found_says_what_can_be_found(self, client: CheckedClient) -> None:
        answer = client.submit(SEARCH, {"q": "elephant"}, page=CASES)
        assert answer.status_code == 200
        assert "No case that you may see fits." in text(answer.text)
        assert "sealed" in text(client.get(SEARCH).text)

    def test_words_of_own_cases_are_looked_for_when_asked_and_get_no_address(
        self, client: CheckedClient, world: World, case: Case
    ) -> None:
        case.story = "They took my passport."
        world.session.commit()
        asked = {"q": "passport"}
        assert references(client.submit(SEARCH, asked, page=CASES).text) == []
        answer = client.submit(SEARCH, asked | {"own": "1"}, page=CASES)
        assert answer.status_code == 200
        assert references(answer.text) == [case.reference]
        assert "passport" not in text(answer.text)
        line = world.session.scalars(select(Event).where(Event.action == SEARCHED)).one()
        assert line.data == {"cases": 1, "found": 1}
        # What has an address is not looked for in stories.
        assert references(client.get(f"{SEARCH}?q=passport&own=1").text) == []

    def test_plain_words_beside_stories_get_no_address_either(
        self, client: CheckedClient, case: Case
    ) -> None:
        answer = client.submit(SEARCH, {"q": "ocean", "own": "1"}, page=CASES)
        assert answer.status_code == 200
        assert references(answer.text) == [case.reference]
        assert "Only" not in text(answer.text)

    def test_a_reader_is_told_when_not_all_was_looked_through_or_is_shown(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        given = {"desk_office_id": "cso", "caseworker_id": malee.id}
        like = factories.case(world.session, **given)
        plain = {column.name: getattr(like, column.name) for column in Case.__table__.columns}
        rows = []
        for number in range(own_words.MOST):
            row_id = new_id()
            of_its_own = {"id": row_id, "wrapped_key": new_data_key("cases", row_id)}
            of_its_own |= {"reference": f"MM-26-{number:06d}-0", "submission_key": str(row_id)}
            rows.append(plain | of_its_own)
        world.session.execute(insert(Case), rows)
        for _ in range(101):
            factories.case(world.session, story="The passport.", **given)
        client.enter(world.session, malee)
        answer = client.submit(SEARCH, {"q": "passport", "own": "1"}, page=CASES)
        said = text(answer.text)
        assert "newest cases were looked through." in said
        assert "Only the newest 100 are shown." in said
        assert len(references(answer.text)) == 100

    def test_an_office_is_not_offered_words_of_stories(
        self, client: CheckedClient, world: World
    ) -> None:
        world.file()
        officer = factories.staff(world.session, Role.OFFICER, "attache")
        client.enter(world.session, officer)
        assert 'name="own"' not in client.get(SEARCH).text
        answer = client.submit(SEARCH, {"q": "wages", "own": "1"}, page=CASES)
        assert answer.location == f"{SEARCH}?q=wages"
        assert not world.session.scalars(select(Event).where(Event.action == SEARCHED)).all()

    @pytest.mark.parametrize("typed", ["wages", "Cambodia", "kh", "mahachai"])
    def test_coded_facts_by_their_names(
        self, client: CheckedClient, case: Case, typed: str
    ) -> None:
        assert references(client.get(f"{SEARCH}?q={typed}").text) == [case.reference]

    def test_another_office_finds_nothing(
        self, client: CheckedClient, world: World, case: Case
    ) -> None:
        for role, place in ((Role.CASEWORKER, "other-cso"), (Role.OFFICER, "authority")):
            client.enter(world.session, factories.staff(world.session, role, place))
            for typed in (case.reference, "ocean", "0812345678", "mahachai"):
                page = client.get(f"{SEARCH}?q={typed}")
                assert page.status_code == 200
                assert references(page.text) == []


class TestRegistry:
    def test_a_party_with_the_cases_one_may_see(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        named = [PartyNamed("agency", "Ocean", "L-7")]
        own = world.file(facts.staff_actor(malee), parties=named, headcount=5)
        far = world.file(world.actor(Role.CASEWORKER, "other-cso"), parties=named)
        client.enter(world.session, malee)
        page = client.get(f"{REGISTRY}?q=oce&kind=agency")
        assert "1 case, 5 workers" in text(page.text)
        party = world.session.query(Party).one()
        page = client.get(f"{REGISTRY}/{party.id}")
        assert references(page.text) == [own.reference]
        assert far.reference not in page.text
        assert "L-7" in text(page.text)
        assert client.get(f"{REGISTRY}/1").status_code == NOT_FOUND
        assert "Nobody of this name" in text(client.get(f"{REGISTRY}?q=whale&kind=x").text)

    def test_a_party_without_visible_cases(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        party = factories.party(world.session, "Ocean", country="KH")
        client.enter(world.session, malee)
        page = text(client.get(f"{REGISTRY}/{party.id}").text)
        assert "No case that you may see is about them." in page
