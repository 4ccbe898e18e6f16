"""A whole case on one page: what is needed, what is looked up, the receipt that is shown once."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from casework.domain import tracking_code
from casework.domain.complaint import PartyNamed
from casework.domain.facts import Role, Said
from casework.models import Case, Claim, Setting, Staff
from casework.services import facts, news, ways_out
from casework.services.facts import case_facts
from tests import factories
from tests.desk import NOT_FOUND, WRONG, text
from tests.factories import World
from tests.pages import CheckedClient

NEW, LOOK = "/staff/new", "/staff/new/look"
NEEDED: dict[str, Any] = {
    "filed_by": "self",
    "language": "km",
    "origin": "KH",
    "destination": "TH",
    "safe_now": "yes",
    "official": "no",
    "categories": ["wages"],
    "headcount": "1",
    "channel": "office",
    "how": "spoken",
}


@pytest.fixture
def malee(world: World, client: CheckedClient) -> Staff:
    row = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    client.enter(world.session, row)
    return row


def cases(world: World) -> list[Case]:
    world.session.rollback()
    return world.session.query(Case).order_by(Case.id).all()


@pytest.mark.usefixtures("malee")
class TestSaving:
    def test_only_the_marked_fields_are_needed(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        answer = client.submit(NEW, NEEDED)
        assert answer.status_code == 200
        (case,) = cases(world)
        assert (case.desk_office_id, case.caseworker_id) == ("cso", malee.id)
        assert (case.channel, case.headcount, case.story) == ("office", 1, None)
        blocks = re.findall(r"<span>(\d{4})</span>", answer.text)
        assert tracking_code.parse("".join(blocks))
        assert case.reference in answer.text
        assert "The code is shown only now" in text(answer.text)

    def test_everything_that_was_typed_is_kept(self, client: CheckedClient, world: World) -> None:
        told = NEEDED | {
            "filed_by": "group",
            "name": "Sokha",
            "worker_name": "Dara",
            "telephone": "081 234 5678",
            "way": "call",
            "time": "at night",
            "code_word": "rice",
            "headcount": "៥០",
            "women": "25",
            "place": "Mahachai",
            "sector": "fishing",
            "began": "21-9-2026",
            "papers": "no",
            "kinds": ["recruitment:overcharged", "recruitment:deceived"],
            "story": "យើងបានបង់ប្រាក់",
            "story_english": "We paid.",
            "agency": "Ocean",
            "licence": "L-1",
            "broker": "A man",
            "employer": "A boat",
            "embassy": "no_answer",
            "money-0-kind": "refund",
            "money-0-what": "Fee",
            "money-0-each": "10,000",
            "money-0-workers": "50",
            "money-1-kind": "wages",
            "money-1-each": "70.50",
            "money-1-currency": "USD",
            "wants": ["refund"],
            "consent-attache": "named",
            "consent-authority": "no",
            "consent-nowhere": "named",
        }
        assert client.submit(NEW, told).status_code == 200
        (case,) = cases(world)
        found = case_facts(world.session, case)
        assert found.categories == ("wages", "recruitment")
        assert found.documented is Said.NO
        assert (case.headcount, case.women, case.began_on) == (50, 25, "2026-09-21")
        assert (case.story, case.story_english) == ("យើងបានបង់ប្រាក់", "We paid.")
        claims = world.session.query(Claim).order_by(Claim.id).all()
        assert [(c.amount, c.currency, c.workers) for c in claims] == [
            (Decimal(500000), "THB", 50),
            (Decimal("70.50"), "USD", 1),
        ]
        assert {(c.recipient, c.scope, c.given) for c in case.consents} == {
            ("attache", "referral", True),
            ("attache", "narrative", True),
            ("attache", "identity", True),
            ("authority", "referral", False),
            ("authority", "narrative", False),
            ("authority", "identity", False),
        }
        assert case.referrals[0].office_id == "attache"
        page = text(client.get(f"/staff/cases/{case.reference}").text)
        for expected in ("Sokha", "Ocean", "A boat", "rice", "A man", "081 234 5678"):
            assert expected in page

    def test_a_post_complained_about_makes_it_about_an_official(
        self, client: CheckedClient, world: World
    ) -> None:
        answer = client.submit(NEW, NEEDED | {"posts": ["consulate"]})
        assert answer.status_code == 200
        found = case_facts(world.session, cases(world)[0])
        assert found.complained_offices == {"consulate"}
        assert found.about_official is Said.YES

    def test_a_second_post_of_the_same_page_makes_no_second_case(
        self, client: CheckedClient, world: World
    ) -> None:
        page = client.get(NEW).text
        key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
        assert key
        first = client.submit(NEW, NEEDED | {"key": key[1]})
        again = client.submit(NEW, NEEDED | {"key": key[1]})
        (case,) = cases(world)
        assert first.status_code == 200
        assert again.location == f"/staff/cases/{case.reference}"
        assert "Its code was shown once" in text(client.get(again.location).text)

    def test_log_another(self, client: CheckedClient) -> None:
        answer = client.submit(NEW, NEEDED | {"another": "1"})
        main = answer.text.split("<main")[1]
        assert main.index("Log another case") < main.index("Open the case")


@pytest.mark.usefixtures("malee")
class TestMistakes:
    def test_nothing_typed_is_lost_to_an_error(self, client: CheckedClient, world: World) -> None:
        told = NEEDED | {
            "origin": "",
            "name": "Sokha",
            "telephone": "12",
            "women": "7",
            "story": "We paid.",
            "money-0-what": "Fee",
            "money-1-each": "many",
            "wants": ["refund"],
            "kinds": ["wages:unpaid"],
            "began": "yesterday",
        }
        answer = client.submit(NEW, told)
        assert answer.status_code == WRONG
        words = text(answer.text)
        for expected in (
            "There are 6 things to correct",
            "Choose the country the worker comes from.",
            "This is not a whole phone number.",
            "There are more women here than workers.",
            "Write the amount with digits only",
        ):
            assert expected in words, expected
        for kept in ('value="Sokha"', "We paid.", 'value="Fee"', 'value="many"', "yesterday"):
            assert kept in answer.text, kept
        assert re.search(r'value="wages:unpaid" checked', answer.text)
        assert cases(world) == []

    def test_what_it_is_about_is_needed(self, client: CheckedClient) -> None:
        answer = client.submit(NEW, NEEDED | {"categories": []})
        assert answer.status_code == WRONG
        assert "Choose what it is about." in text(answer.text)

    def test_a_row_of_money_is_always_free(self, client: CheckedClient) -> None:
        filled = {f"money-{row}-each": "5" for row in range(24)}
        answer = client.submit(NEW, filled | {"look": "1"})
        assert answer.text.count("Each, row") == 24
        answer = client.submit(NEW, {"money-0-each": "5", "money-1-each": "6", "look": "1"})
        assert answer.text.count("Each, row") == 3


@pytest.mark.usefixtures("malee")
class TestWhatIsKnown:
    @pytest.mark.parametrize("name", ["official", "papers", "safe_now"])
    def test_an_answer_that_nobody_could_choose_breaks_nothing(
        self, client: CheckedClient, name: str
    ) -> None:
        answer = client.submit(NEW, NEEDED | {"look": "1", name: "i%FEB"})
        assert answer.status_code == 200

    def test_look_up_saves_nothing_and_complains_of_nothing(
        self, client: CheckedClient, world: World
    ) -> None:
        answer = client.submit(NEW, NEEDED | {"look": "1", "language": "", "money-0-each": "70"})
        assert answer.status_code == 200
        words = text(answer.text)
        assert "You keep it." in words
        assert re.search(r"With consent: attache. It must accept by Wed,? 25 Nov, 17:00.", words)
        assert "Consent Help never depends on the answer." in words
        assert re.search(r'<label for="consent-attache">attache</label>', answer.text)
        assert "consulate" in words
        assert cases(world) == []

    def test_with_consent_it_says_where_it_goes_and_why(self, client: CheckedClient) -> None:
        told = NEEDED | {"look": "1", "consent-attache": "plain"}
        answer = client.submit(NEW, told)
        assert "Where it will go attache labour It must accept by" in text(answer.text)
        assert re.search(r'value="plain" selected', answer.text)

    def test_likely_the_same_and_names_like_these(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        world.session.rollback()
        own = world.file(
            facts.staff_actor(malee),
            telephone="0812345678",
            telephone_e164="+66812345678",
            parties=[PartyNamed("agency", "Ocean Two")],
        )
        far = world.file(
            world.actor(Role.CASEWORKER, "other-cso"),
            telephone="0812345678",
            telephone_e164="+66812345678",
        )
        world.session.commit()
        told = {"telephone": "+66 81 234 5678", "agency": "ocean", "origin": "KH"}
        answer = client.submit(NEW, told | {"look": "1"})
        words = text(answer.text)
        assert f"{own.reference} same telephone" in words
        assert far.reference not in words
        assert "Ocean Two" in words

    def test_the_part_of_the_page_for_typing_along(self, client: CheckedClient) -> None:
        # A part of a page is no page: the client that looks at whole pages must not look at it.
        plain = FlaskClient(client.application, client.application.response_class)
        plain.set_cookie("desk", _cookie(client))
        page = plain.get(NEW).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        answer = plain.post(LOOK, data=NEEDED | {"csrf_token": token[1]})
        assert answer.status_code == 200
        assert answer.text.count('hx-swap-oob="true"') == 2
        assert '<aside id="looked"' in answer.text
        assert "<html" not in answer.text


def _cookie(client: CheckedClient) -> str:
    found = client.get_cookie("desk")
    assert found
    return found.value


@pytest.mark.parametrize(
    ("role", "office"),
    [(Role.OFFICER, "attache"), (Role.SUPERVISOR, "attache"), (Role.ADMINISTRATOR, None)],
)
def test_no_state_office_logs_cases(
    client: CheckedClient, world: World, role: Role, office: str | None
) -> None:
    client.enter(world.session, factories.staff(world.session, role, office))
    assert client.get(NEW).status_code == NOT_FOUND
    account = "/staff/account"
    assert client.submit(LOOK, NEEDED, page=account).status_code == NOT_FOUND


def test_the_page_needs_no_script_from_elsewhere(
    client: CheckedClient, world: World, malee: Staff
) -> None:
    page = client.get(NEW).text
    (source,) = re.findall(r'<script src="([^"]+)"', page)
    assert source.startswith("/static/vendor/")
    assert client.get(source).status_code == 200
    assert '"allowEval":false' in page
    assert "<script" not in client.get("/staff/cases").text


@pytest.mark.usefixtures("malee")
class TestNews:
    REACHED: ClassVar = {"way": "message", "telephone": "081 234 5678"}

    @pytest.fixture(autouse=True)
    def opened(self, world: World) -> None:
        factories.opened_ways(world.session, "sms", ways_out.NEUTRAL_EMAIL)
        world.session.commit()

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ({}, {}),
            ({"news": "", "news_email": "a@b.example"}, {}),
            ({"news": "no", "news_email": "a@b.example"}, {}),
            ({"news": "sms"}, {"news": "sms"}),
            (
                {"news": "email", "news_email": "a@b.example"},
                {"news": "email", "news_email": "a@b.example"},
            ),
        ],
    )
    def test_what_the_worker_wants_is_kept(
        self, client: CheckedClient, world: World, typed: dict[str, str], kept: dict[str, str]
    ) -> None:
        assert client.submit(NEW, NEEDED | self.REACHED | typed).status_code == 200
        (case,) = cases(world)
        assert json.loads(case.people[0].contact or "{}") == {"way": "message"} | kept
        assert news.wished(case).value == kept.get("news", "no")

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ({"news": "sms", "telephone": ""}, "Write the phone number for the message."),
            ({"news": "email"}, "Write the e-mail address for the message."),
            ({"news": "email", "news_email": "a@"}, "Write the e-mail address for the message."),
            ({"news": "sms", "way": "none"}, "The worker wants no contact"),
            ({"news": "owl"}, "Not a valid choice."),
        ],
    )
    def test_what_cannot_be_sent_is_asked_again(
        self, client: CheckedClient, world: World, typed: dict[str, str], why: str
    ) -> None:
        answer = client.submit(NEW, NEEDED | self.REACHED | typed)
        assert answer.status_code == WRONG
        assert why in answer.text
        assert cases(world) == []

    def test_nothing_is_asked_where_nothing_can_be_sent(
        self, client: CheckedClient, world: World
    ) -> None:
        assert 'name="news"' in client.get(NEW).text
        world.session.execute(delete(Setting))
        world.session.commit()
        assert 'name="news' not in client.get(NEW).text
        wanted = self.REACHED | {"news": "sms", "news_email": "a@b.example"}
        assert client.submit(NEW, NEEDED | wanted).status_code == 200
        assert json.loads(cases(world)[0].people[0].contact or "{}") == {"way": "message"}
