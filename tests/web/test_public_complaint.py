"""The way of a complaint: page after page, back and forth, wrong and right, sent once."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.db import db
from casework.models import Answer, Case, Claim, Consent, Draft, EmbassyContact, Person
from casework.services import drafts, reference
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.public_way import WAGES, changed, fill, send, walk
from tests.threads import together


@pytest.fixture(autouse=True)
def loaded(session: Session, now: datetime) -> None:
    """Load what every installation has."""
    reference.load(session, now)
    session.commit()


def only_case(session: Session) -> Case:
    session.rollback()
    return session.scalars(select(Case)).one()


def page(client: CheckedClient, step: str, lang: str = "en") -> str:
    response = client.get(f"/{lang}/complaint/{step}")
    assert response.status_code == 200, response.location
    return response.text


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


def consents(session: Session) -> set[tuple[str, str, bool]]:
    session.rollback()
    rows = session.scalars(select(Consent))
    return {(row.recipient, row.scope, row.given) for row in rows}


ATTACHE = "KH:labour_attache"


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        (
            {"office": "send", "identity": "send", "higher": "keep", "count": "keep"},
            {
                (ATTACHE, "referral", True),
                (ATTACHE, "narrative", True),
                (ATTACHE, "identity", True),
                ("KH", "referral", False),
                ("KH", "narrative", False),
                ("KH", "identity", False),
                ("coordinator", "statistics", False),
            },
        ),
        (
            {"office": "send", "identity": "keep", "higher": "send", "count": "send"},
            {
                (ATTACHE, "referral", True),
                (ATTACHE, "narrative", True),
                (ATTACHE, "identity", False),
                ("KH", "referral", True),
                ("KH", "narrative", True),
                ("KH", "identity", False),
                ("coordinator", "statistics", True),
            },
        ),
        (
            {"office": "keep", "count": "send"},
            {
                (ATTACHE, "referral", False),
                (ATTACHE, "narrative", False),
                (ATTACHE, "identity", False),
                ("coordinator", "statistics", True),
            },
        ),
        ({"office": "talk", "count": "send"}, {("coordinator", "statistics", True)}),
    ],
)
def test_each_answer_becomes_its_decisions(
    client: CheckedClient,
    session: Session,
    answers: dict[str, str],
    stored: set[tuple[str, str, bool]],
) -> None:
    pages = {step: {"answer": answer} for step, answer in answers.items()}
    typed = {k: v for k, v in WAGES.items() if k not in {"office", "identity", "higher", "count"}}
    send(client, typed | pages)
    assert consents(session) == stored
    case = only_case(session)
    assert case.status == ("referred" if answers["office"] == "send" else "triage")


def test_who_wants_to_talk_first_is_known_to_the_desk(
    client: CheckedClient, session: Session
) -> None:
    send(client, changed(office={"answer": "talk"}))
    contact = json.loads(session.scalars(select(Person)).one().contact or "")
    assert contact["talk_first"] == "yes"


def test_an_authority_of_the_country_of_work_is_asked_about_on_its_own(
    client: CheckedClient, session: Session
) -> None:
    about = changed(
        category={"category": "embassy"}, details={}, responsible={"posts": ["kh-emb-th"]}
    )
    walk(client, about, until="more")
    added = fill(client, "more", {"category": "social_security"})
    assert added.location == "/en/complaint/details-2"
    assert fill(client, "details-2", {"kinds": ["lump_sum"]}).location == "/en/complaint/more"
    assert fill(client, "more", {}).location == "/en/complaint/where"
    for step in ("where", "responsible", "owed", "embassy", "wants", "you", "contact"):
        fill(client, step, about[step])
    assert fill(client, "office", {"answer": "keep"}).location == "/en/complaint/authority"
    assert "social security office of Thailand" in page(client, "authority")
    assert fill(client, "authority", {"answer": "send"}).location == "/en/complaint/higher"
    fill(client, "higher", {"answer": "keep"})
    fill(client, "count", {"answer": "send"})
    client.submit("/en/complaint/check")
    given = {(recipient, scope) for recipient, scope, yes in consents(session) if yes}
    assert given == {
        ("TH:social_security", "referral"),
        ("TH:social_security", "narrative"),
        ("coordinator", "statistics"),
    }
    case = only_case(session)
    assert case.codes == ("embassy", "social_security")
    assert session.scalars(select(Claim)).one().kind == "benefit_paid"


def test_an_anonymous_person_is_not_asked_about_the_name(
    client: CheckedClient, session: Session
) -> None:
    anonymous = {"filed_by": "self", "naming": "anonymous", "name": "Sokha after all"}
    assert "identity" not in walk(client, changed(you=anonymous))
    assert "Sokha" not in page(client, "check")
    client.submit("/en/complaint/check")
    assert session.scalars(select(Person)).one().name is None


def test_a_complaint_about_the_embassy_goes_around_it(
    client: CheckedClient, session: Session
) -> None:
    about = changed(
        category={"category": "embassy"},
        details={"kinds": ["no_answer"]},
        responsible={"posts": ["kh-emb-th"]},
    )
    met = walk(client, about, until="office")
    assert "owed" not in met
    asked = page(client, "office")
    assert "ministry of foreign affairs of Cambodia" in asked
    assert "neutral person reads it first" in asked
    walk(client, about)
    client.submit("/en/complaint/check")
    case = only_case(session)
    assert (case.about_official, case.status) == ("yes", "triage")
    assert case.referrals == []


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


def test_a_changed_country_asks_for_consent_anew(client: CheckedClient) -> None:
    walk(client)
    page(client, "check")
    moved = fill(client, "where", {"origin": "KH", "destination": "KR"})
    assert moved.location == "/en/complaint/check"  # There is a labour attaché of the same kind.
    moved = fill(client, "where", {"origin": "MM", "destination": "TH"})
    assert moved.location == "/en/complaint/office"
    assert "labour office of Thailand" in page(client, "office")
    assert client.get("/en/complaint/check").location == "/en/complaint/office"


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


def test_a_corridor_without_posts_asks_about_none(client: CheckedClient, session: Session) -> None:
    far = changed(where={"origin": "NP", "destination": "JP", "since": "8 2026"})
    met = walk(client, far, until="embassy")
    assert "If yes: is it one of these?" not in page(client, "responsible")
    assert "Which one did you ask?" not in page(client, "embassy")
    assert met
    typed = {key: value for key, value in far.items() if key not in {"office", "identity"}}
    walk(client, typed | {"office": {"answer": "keep"}, "identity": {"answer": "keep"}})
    assert "1 August 2026" in page(client, "check")
    client.submit("/en/complaint/check")
    assert only_case(session).began_on == "2026-08-01"


def test_a_relative_names_the_worker(client: CheckedClient, session: Session) -> None:
    relative = {"filed_by": "relative", "naming": "anonymous", "worker_name": "Dara"}
    contact = {"safe_now": "unsure", "way": "call", "telephone": "០៨១២៣៤៥៦៧៨", "whose": "family"}
    send(client, changed(you=relative, contact=contact))
    assert only_case(session).filed_by == "relative"
    people = {row.kind: row.name for row in session.scalars(select(Person))}
    assert people == {"complainant": None, "worker": "Dara"}


def test_nothing_is_sent_while_a_page_is_open(client: CheckedClient, session: Session) -> None:
    walk(client, until="wants")
    early = client.submit("/en/complaint/check", page="/en/complaint/wants")
    assert early.location == "/en/complaint/wants"
    stranger = client.application.test_client()
    assert isinstance(stranger, CheckedClient)
    early = stranger.submit("/en/complaint/check", page="/en/complaint/category")
    assert early.location == "/en/complaint/category"
    assert session.scalars(select(Case)).all() == []


def test_leaving_at_the_first_answer_makes_a_draft_too(client: CheckedClient) -> None:
    fill(client, "category", {"category": "wages"})
    fill(client, "details", {"do": "later"})
    assert client.get("/en/complaint/later").status_code == 200


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


def test_a_double_tap_makes_one_case_and_one_receipt(
    client: CheckedClient, session: Session
) -> None:
    first = send(client)
    again = client.submit("/en/complaint/check", page="/en/receipt")
    assert again.location == "/en/receipt"
    blocks = re.findall(r"<span>\d{4}</span>", first.text)
    assert re.findall(r"<span>\d{4}</span>", client.get("/en/receipt").text) == blocks
    for step in ("category", "where"):
        assert client.get(f"/en/complaint/{step}").location == "/en/receipt"
        assert client.submit(f"/en/complaint/{step}", page="/en/receipt").location == "/en/receipt"
    assert client.get("/en/complaint/check").location == "/en/receipt"
    only_case(session)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_posts_at_the_same_moment_make_one_case(
    app: Flask, client: CheckedClient, session: Session
) -> None:
    walk(client)
    text = page(client, "check")
    token = re.search(r'csrf_token" value="([^"]+)"', text)
    assert token
    cookies = {name: client.get_cookie(name) for name in ("draft", "page")}

    def post(_number: int) -> str:
        other = app.test_client()
        for name, cookie in cookies.items():
            assert cookie
            other.set_cookie(name, cookie.value)
        return other.post("/en/complaint/check", data={"csrf_token": token[1]}).location

    assert set(together(app, 6, post)) == {"/en/receipt"}
    only_case(session)


def test_nothing_is_left_of_a_sent_draft_but_its_receipt(
    client: CheckedClient, session: Session, clock: Clock
) -> None:
    send(client)
    assert session.scalars(select(Draft)).one().answers is None
    clock.move(minutes=61)
    assert client.get("/en/receipt").location == "/en/"
    assert client.get("/en/receipt/print").location == "/en/"


def test_a_second_complaint_can_follow_at_the_same_browser(
    client: CheckedClient, session: Session
) -> None:
    send(client)
    begin = client.submit("/en/complaint/again", page="/en/")
    assert begin.location == "/en/complaint/category"
    send(client)
    assert session.scalar(select(func.count()).select_from(Case)) == 2


def test_the_first_page_offers_to_go_on_with_a_draft(
    client: CheckedClient, session: Session
) -> None:
    assert "Go on with it" not in client.get("/en/").text
    walk(client, until="where")
    home = client.get("/km/").text
    assert 'href="/km/complaint/where"' in home
    begin = client.submit("/en/complaint/again", page="/en/")
    assert begin.location == "/en/complaint/category"
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    walk(client)
    assert 'href="/en/complaint/check"' in client.get("/en/").text


def test_a_draft_is_left_with_a_code_and_found_again(
    app: Flask, client: CheckedClient, session: Session
) -> None:
    walk(client, until="where")
    assert client.get("/en/complaint/later").location == "/en/"
    left = fill(client, "where", {"do": "later", "place": "Ranong"})
    assert left.location == "/en/complaint/later"
    code = "".join(re.findall(r"<span>(\d{4})</span>", client.get("/en/complaint/later").text))
    assert len(code) == 20
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    found = other.submit(
        "/my/case", {"code": code.translate(str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉"))}
    )
    assert found.location == "/my/complaint/where"
    assert "Ranong" in page(other, "where", "my")
    assert client.get("/en/complaint/where").location == "/en/complaint/category"


def test_a_whole_draft_goes_on_at_the_answers(app: Flask, client: CheckedClient) -> None:
    walk(client)
    fill(client, "count", {"answer": "send", "do": "later"})
    code = "".join(re.findall(r"<span>(\d{4})</span>", client.get("/en/complaint/later").text))
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    assert other.submit("/en/case", {"code": code}).location == "/en/complaint/check"


def test_a_draft_is_gone_after_a_week(client: CheckedClient, clock: Clock) -> None:
    walk(client, until="where")
    clock.move(days=7)
    assert client.get("/en/complaint/where").location == "/en/complaint/category"
    with client.application.app_context():
        assert drafts.purge(db.session(), clock.now + timedelta(seconds=1)) == 1


def test_a_poster_is_remembered_and_nothing_else_of_the_address(
    client: CheckedClient, session: Session
) -> None:
    home = client.get("/en/?at=doem-2026").text
    assert "/en/complaint/category?at=doem-2026" in home
    assert "at=" not in client.get("/en/?at=Bad%20Code").text
    path = "/en/complaint/category?at=doem-2026"
    answer = client.submit(path, {"category": "wages"})
    assert answer.location == "/en/complaint/details"
    for step in WAGES:
        if step not in {"category", "authority"}:
            fill(client, step, WAGES[step])
    client.submit("/en/complaint/check")
    assert only_case(session).campaign == "doem-2026"


def test_a_word_that_is_no_category_is_refused(client: CheckedClient, session: Session) -> None:
    assert fill(client, "category", {"category": "money"}).status_code == 422
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_leaving_forgets_everything(client: CheckedClient) -> None:
    walk(client, until="where")
    left = client.post("/en/leave")
    assert left.headers["Refresh"] == "0; url=https://www.wikipedia.org/"
    assert '"cookies"' in left.headers["Clear-Site-Data"]
    assert client.get_cookie("draft") is None
    assert "Go on with it" not in client.get("/en/").text


def test_titles_say_nothing_of_the_complaint(client: CheckedClient) -> None:
    walk(client)
    for step in WAGES:
        if step != "authority":
            title = re.search("<title>(.*?)</title>", page(client, step))
            assert title
            assert re.fullmatch(r"Step \d of \d", title[1]), title[1]


@pytest.mark.parametrize("lang", ["en", "km", "my"])
def test_the_first_page_is_light(app: Flask, client: CheckedClient, lang: str) -> None:
    packed = FlaskClient(app, use_cookies=True)
    weight = len(packed.get(f"/{lang}/", headers={"Accept-Encoding": "br"}, buffered=True).data)
    for address in re.findall(r'rel="stylesheet" href="([^"]+)"', client.get(f"/{lang}/").text):
        weight += len(packed.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True).data)
    assert weight < 30_000
