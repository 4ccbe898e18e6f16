"""Whether a person wants to hear of news: asked when they tell, and taken back on their page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.services import news, reference, ways_out
from casework.services.news import News
from tests import factories, public_way
from tests.factories import BEGINNING, World
from tests.pages import CheckedClient

QUESTION = "May we send you a short message when there is news?"
CONTACT: dict[str, Any] = {"safe_now": "yes", "way": "message", "telephone": "081 234 5678"}


@pytest.fixture
def filled(session: Session) -> World:
    reference.load(session, BEGINNING)
    session.commit()
    return World(session, BEGINNING)


@pytest.fixture
def opened(filled: World) -> World:
    factories.opened_ways(filled.session, "sms", ways_out.NEUTRAL_EMAIL)
    filled.session.commit()
    return filled


def told(client: CheckedClient, world: World, **values: str) -> dict[str, str]:
    public_way.send(client, public_way.changed(contact=CONTACT | values))
    case = public_way.only_case(world.session)
    contact: dict[str, str] = json.loads(case.people[0].contact or "{}")
    return contact


def test_nothing_is_asked_where_nothing_can_be_sent(client: CheckedClient, filled: World) -> None:
    public_way.walk(client, until="contact")
    assert QUESTION not in public_way.page(client, "contact")
    assert told(client, filled, news="sms", news_email="a@b.example") == {"way": "message"}


def test_it_is_asked_and_not_presumed(client: CheckedClient, opened: World) -> None:
    public_way.walk(client, until="contact")
    page = public_way.page(client, "contact")
    assert QUESTION in page
    assert 'name="news" value="no" checked' in page
    assert told(client, opened) == {"way": "message"}


def test_who_says_no_leaves_no_address(client: CheckedClient, opened: World) -> None:
    assert told(client, opened, news="no", news_email="a@b.example") == {"way": "message"}


@pytest.mark.parametrize(
    "said", [{"news": "sms"}, {"news": "email", "news_email": "sokha@mail.example"}]
)
def test_who_says_yes_hears(client: CheckedClient, opened: World, said: dict[str, str]) -> None:
    assert told(client, opened, **said) == {"way": "message", **said}
    assert news.wished(public_way.only_case(opened.session)) is News(said["news"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"news": "sms", "telephone": ""}, "Write the phone number for the message."),
        ({"news": "email"}, "Write the e-mail address for the message."),
        ({"news": "email", "news_email": "sokha"}, "Write the e-mail address for the message."),
        ({"news": "sms", "way": "none"}, "You chose “Do not contact me”: choose “No” here, too."),
        ({"news": "pigeon"}, "Not a valid choice."),
    ],
)
def test_what_is_missing_is_asked_for(
    client: CheckedClient, opened: World, said: dict[str, str], words: str
) -> None:
    public_way.walk(client, until="contact")
    answer = public_way.fill(client, "contact", CONTACT | said)
    assert answer.status_code == 422
    assert words in answer.text


def test_mail_is_not_offered_without_a_neutral_sender(client: CheckedClient, filled: World) -> None:
    factories.opened_ways(filled.session, "sms", "email")
    filled.session.commit()
    public_way.walk(client, until="contact")
    page = public_way.page(client, "contact")
    assert QUESTION in page
    assert "Yes, by e-mail" not in page
    assert told(client, filled, news="sms") == {"way": "message", "news": "sms"}


def test_it_is_stopped_on_the_page_of_the_case(client: CheckedClient, opened: World) -> None:
    case = opened.file(telephone="081 234 5678", contact={"way": "message", "news": "sms"})
    client.open_case(opened.session, case)
    page = client.get("/en/case/status").text
    assert "Send me no more messages" in page
    assert "812345678" not in page
    assert client.submit("/en/case/no-news", page="/en/case/status").status_code == 302
    opened.session.rollback()
    opened.session.refresh(case)
    assert news.wished(public_way.only_case(opened.session)) is News.NO
    assert "Send me no more messages" not in client.get("/en/case/status").text
    assert client.post("/en/case/no-news").status_code in {302, 400}
