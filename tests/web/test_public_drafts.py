"""A complaint is kept while it is told, sent once, and shown as a receipt for an hour."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import crypto
from casework.db import db, writing
from casework.models import Case, Draft
from casework.services import drafts, reference
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.public_way import WAGES, fill, only_case, page, send, walk
from tests.threads import together


@pytest.fixture(autouse=True)
def loaded(session: Session, now: datetime) -> None:
    """Load what every installation has."""
    reference.load(session, now)
    session.commit()


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
    assert left.headers["Refresh"] == "0; url=https://www.google.com/"
    assert '"cookies"' in left.headers["Clear-Site-Data"]
    assert client.get_cookie("draft") is None
    assert "Go on with it" not in client.get("/en/").text


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes whose slow hash was taken, while somebody else could write at the same moment."""
    taken: list[str] = []
    slow = crypto.code_lookup

    def watched(code: str) -> bytes:
        with writing(db.engine) as other:
            other.execute(update(Case).values(place=Case.place))
        taken.append(code)
        return slow(code)

    monkeypatch.setattr(crypto, "code_lookup", watched)
    return taken


def test_nobody_waits_for_the_slow_hash_of_a_code(
    client: CheckedClient, session: Session, hashed: list[str]
) -> None:
    send(client)
    assert len(hashed) == 1
    assert only_case(session).code_hash is not None


def test_the_hash_of_a_code_that_was_taken_along_is_taken_once(
    client: CheckedClient, session: Session, hashed: list[str]
) -> None:
    fill(client, "category", {"category": "wages"})
    fill(client, "details", {"do": "later"})
    send(client)
    assert len(hashed) == 1
    assert only_case(session).code_hash is not None
