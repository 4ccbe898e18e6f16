"""The way of a complaint: page after page, back and forth, wrong and right."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Answer, Claim, EmbassyContact, Person
from casework.services import reference
from tests.pages import CheckedClient
from tests.public_way import WAGES, changed, fill, only_case, page, send, walk


@pytest.fixture(autouse=True)
def loaded(session: Session, now: datetime) -> None:
    """Load what every installation has."""
    reference.load(session, now)
    session.commit()


def test_a_complaint_is_told_page_by_page_and_sent(client: CheckedClient, session: Session) -> None:
    met = walk(client)
    assert met == [name for name in WAGES if name != "authority"]
    checked = page(client, "check")
    for said in ("Wages not paid", "9,000", "Thai baht", "Pathum Thani", "Fish Factory", "Sokha"):
        assert said in checked
    assert client.submit("/en/complaint/check").location == "/en/receipt"
    receipt = client.get("/en/receipt").text
    assert only_case(session).reference in receipt
    assert len(re.findall(r"<span>\d{4}</span>", receipt)) == 5
    assert 'href="tel:1300"' in receipt
    assert client.get("/en/receipt/print").status_code == 200
    assert client.submit("/en/receipt").location == "/en/case/status"
    assert client.get("/en/case/status").status_code == 200


def test_all_that_was_told_is_stored(client: CheckedClient, session: Session) -> None:
    send(client)
    case = only_case(session)
    assert (case.origin, case.destination, case.channel) == ("KH", "TH", "web")
    assert (case.language, case.filed_by, case.safe_now, case.documented) == (
        "en",
        "self",
        "yes",
        "no",
    )
    assert (case.story, case.wants) == ("The factory has not paid us.", "wages")
    assert [(each.code, each.subcategory) for each in case.categories] == [("wages", "unpaid")]
    answer = session.scalars(select(Answer)).one()
    assert (answer.question, answer.value) == ("rate", "9000 THB")
    claim = session.scalars(select(Claim)).one()
    assert (claim.kind, claim.amount, claim.currency) == ("wages", Decimal(9000), "THB")
    assert (claim.from_on, claim.to_on) == ("2026-08-01", "2026-08-31")
    assert session.scalars(select(EmbassyContact)).one().result == "no_answer"
    person = session.scalars(select(Person)).one()
    assert (person.name, person.telephone) == ("Sokha", "081 234 5678")
    assert person.telephone_index is not None
    assert json.loads(person.contact or "") == {"way": "message"}


def test_a_mark_at_an_office_contradicts_a_no(client: CheckedClient) -> None:
    walk(client, until="responsible")
    said = {"official": "no", "posts": ["kh-emb-th"]}
    wrong = fill(client, "responsible", said)
    assert wrong.status_code == 422
    assert "Take the mark away" in wrong.text
    assert fill(client, "responsible", said | {"official": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("step", "typed", "words", "kept"),
    [
        ("details", {"q_last_paid": "soon"}, "Write the day, the month and the year", "soon"),
        ("details", {"q_rate": "nine"}, "Write the amount with digits only", "nine"),
        ("where", {"origin": "", "destination": "TH"}, "Choose the country you come from", None),
        ("where", {"origin": "KH", "destination": "XX"}, "Not a valid choice", None),
        ("where", {"origin": "KH", "destination": "TH", "place": "x" * 201}, "too long", "x" * 201),
        ("responsible", {}, "Choose one answer", None),
        ("owed", {"rows-0-what": "rent"}, "Write the amount", "rent"),
        ("embassy", {}, "also when you did not ask them", None),
        ("you", {"filed_by": "self", "naming": "named"}, "Write your name", None),
        ("you", {"filed_by": "group", "naming": "anonymous"}, "how many people you are", None),
        ("contact", {"safe_now": "no", "way": "call"}, "that we may call", None),
        (
            "contact",
            {"safe_now": "no", "way": "message", "telephone": "12"},
            "not a whole phone number",
            "12",
        ),
        ("office", {}, "Whatever you choose, we help you", None),
    ],
)
def test_an_error_is_said_twice_and_nothing_typed_is_lost(
    client: CheckedClient, step: str, typed: dict[str, str], words: str, kept: str | None
) -> None:
    walk(client, until=step)
    wrong = fill(client, step, typed)
    assert wrong.status_code == 422
    assert wrong.text.count(words) >= 2, "at the top with a link, and at the field"
    assert "thing to correct" in wrong.text.partition("</title>")[0]
    for text in (wrong.text, page(client, step)):
        assert kept is None or kept in text


def test_more_women_than_people_cannot_be(client: CheckedClient) -> None:
    walk(client, until="you")
    group = {"filed_by": "group", "headcount": "5", "women": "6", "naming": "anonymous"}
    assert "more women here" in fill(client, "you", group).text
    assert fill(client, "you", group | {"women": "៣"}).status_code == 302


def test_a_group_is_counted(client: CheckedClient, session: Session) -> None:
    group = {"filed_by": "group", "headcount": "៣៥", "women": "20", "naming": "anonymous"}
    send(client, changed(you=group))
    case = only_case(session)
    assert (case.filed_by, case.headcount, case.women) == ("group", 35, 20)


def test_going_back_keeps_what_is_half_written(client: CheckedClient) -> None:
    walk(client, until="where")
    back = fill(client, "where", {"do": "back", "place": "Ranong", "since": "long ago"})
    assert back.location == "/en/complaint/more"
    shown = page(client, "where")
    assert "Ranong" in shown
    assert "long ago" in shown
    assert "thing to correct" not in shown, "nobody is scolded for what is not finished"
    assert fill(client, "category", {"do": "back"}).status_code == 422


def test_pages_that_are_not_reached_yet_lead_to_the_first_open_one(client: CheckedClient) -> None:
    first = "/en/complaint/category"
    for step in ("where", "check", "count", "nowhere", "owed", "details-9"):
        assert client.get(f"/en/complaint/{step}").location == first
    walk(client, until="story")
    assert client.get("/en/complaint/contact").location == "/en/complaint/story"
    posted = client.submit("/en/complaint/paid", {"do": "go"}, page="/en/complaint/story")
    assert posted.location == "/en/complaint/story"


def test_a_change_after_checking_leads_back_to_checking(client: CheckedClient) -> None:
    walk(client)
    page(client, "check")
    assert fill(client, "wants", {"wants": ["repatriated"]}).location == "/en/complaint/check"
    assert "To go home" in page(client, "check")


def test_another_first_problem_keeps_the_rest(client: CheckedClient) -> None:
    walk(client)
    page(client, "check")
    assert fill(client, "category", {"category": "missing"}).location == "/en/complaint/details"
    assert 'aria-pressed="true"' in page(client, "category")
    assert fill(client, "details", {}).location == "/en/complaint/office"
    assert "Pathum Thani" in page(client, "where")
    fill(client, "category", {"category": "wages"})
    assert "9,000" in page(client, "owed"), "what was told about the first problem is still there"


def test_problems_are_added_and_taken_out(client: CheckedClient) -> None:
    walk(client, until="more")
    assert "Remove" not in page(client, "more")
    fill(client, "more", {"category": "abuse"})
    fill(client, "details-2", {"kinds": ["threats"]})
    assert "Abuse, violence" in page(client, "more")
    assert fill(client, "more", {"drop": "wages"}).location == "/en/complaint/more"
    assert client.get("/en/complaint/details-2").location == "/en/complaint/more"
    fill(client, "more", {"drop": "abuse"})
    assert "Abuse, violence" in page(client, "more"), "the last problem stays"
    assert fill(client, "more", {"category": "abuse"}).location == "/en/complaint/where"


def test_rows_of_money_come_and_go_by_buttons(client: CheckedClient) -> None:
    walk(client, until="owed")
    first = {"rows-0-amount": "၉၀၀၀", "rows-0-currency": "THB"}
    assert fill(client, "owed", first | {"do": "add"}).location == "/en/complaint/owed"
    shown = page(client, "owed")
    assert "Time 2" in shown
    assert "9,000 Thai baht" in shown
    two = first | {"rows-1-amount": "500.50", "rows-1-currency": "KHR"}
    wrong = fill(client, "owed", two | {"rows-1-from_on": "x"})
    assert wrong.text.count("Time 2 – Write the day") == 2
    fill(client, "owed", two | {"do": "remove-0"})
    shown = page(client, "owed")
    assert "Time 2" not in shown
    assert "500.50" in shown
    backwards = {"rows-0-from_on": "2-8-2026", "rows-0-to_on": "1-8-2026", "rows-0-amount": "1"}
    assert "before the first one" in fill(client, "owed", backwards).text
    assert fill(client, "owed", {"do": "skip"}).location == "/en/complaint/embassy"


def test_there_are_at_most_so_many_rows(client: CheckedClient) -> None:
    walk(client, until="owed")
    rows = {f"rows-{number}-amount": "1" for number in range(24)}
    fill(client, "owed", rows | {"do": "add"})
    shown = page(client, "owed")
    assert "Time 24" in shown
    assert "Time 25" not in shown
    assert "Add another" not in shown


def test_payments_are_claimed_back(client: CheckedClient, session: Session) -> None:
    paid = {
        "rows-0-from_on": "1/5/2026",
        "rows-0-amount": "12.000",
        "rows-0-currency": "THB",
        "rows-0-what": "the broker",
        "rows-0-receipt": "no",
    }
    send(client, changed(category={"category": "recruitment"}, details={}, paid=paid))
    claim = session.scalars(select(Claim)).one()
    assert (claim.kind, claim.amount, claim.receipt, claim.what) == (
        "refund",
        Decimal(12000),
        "no",
        "the broker",
    )


def test_every_kind_of_question_is_read_back_and_stored(
    client: CheckedClient, session: Session
) -> None:
    details = {
        "q_rate": "9000.50",
        "q_rate_per": "day",
        "q_last_paid": "១-៥-២០២៦",
        "q_payslips": "no",
    }
    walk(client, changed(details=details))
    checked = page(client, "check")
    for words in ("9,000.50", "For a day", "1 May 2026"):
        assert words in checked
    client.submit("/en/complaint/check")
    stored = {row.question: row.value for row in session.scalars(select(Answer))}
    assert stored == {
        "rate": "9000.50",
        "rate_per": "day",
        "last_paid": "2026-05-01",
        "payslips": "no",
    }


def test_a_relative_names_the_worker(client: CheckedClient, session: Session) -> None:
    relative = {"filed_by": "relative", "naming": "anonymous", "worker_name": "Dara"}
    contact = {"safe_now": "unsure", "way": "call", "telephone": "០៨១២៣៤៥៦៧៨", "whose": "family"}
    send(client, changed(you=relative, contact=contact))
    assert only_case(session).filed_by == "relative"
    people = {row.kind: row.name for row in session.scalars(select(Person))}
    assert people == {"complainant": None, "worker": "Dara"}


@pytest.mark.parametrize("lang", ["km", "my"])
def test_the_way_is_walked_in_every_language(
    client: CheckedClient, session: Session, lang: str
) -> None:
    receipt = send(client, WAGES, lang)
    assert only_case(session).reference in receipt.text
    assert only_case(session).language == lang
    client.submit(f"/{lang}/receipt")
    assert client.get(f"/{lang}/case/status").status_code == 200


def test_who_is_not_sure_tells_the_story(client: CheckedClient, session: Session) -> None:
    unsure = changed(category={"category": "other"})
    walk(client, unsure, until="story")
    assert "Someone then helps you" in fill(client, "story", {}).text
    send(client, unsure)
    case = only_case(session)
    assert (case.codes, case.needs_triage, case.status) == (("other",), True, "triage")


def test_titles_say_nothing_of_the_complaint(client: CheckedClient) -> None:
    walk(client)
    for step in WAGES:
        if step != "authority":
            title = re.search("<title>(.*?)</title>", page(client, step))
            assert title
            assert re.fullmatch(r"Step \d+ of \d+", title[1]), title[1]


@pytest.mark.parametrize("lang", ["en", "km", "my"])
def test_the_first_page_is_light(app: Flask, client: CheckedClient, lang: str) -> None:
    packed = FlaskClient(app, use_cookies=True)
    weight = len(packed.get(f"/{lang}/", headers={"Accept-Encoding": "br"}, buffered=True).data)
    for address in re.findall(r'rel="stylesheet" href="([^"]+)"', client.get(f"/{lang}/").text):
        weight += len(packed.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True).data)
    assert weight < 30_000
