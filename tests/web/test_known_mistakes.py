"""Mistakes that trusted systems of our field have made, so that we do not make them again.

Each test names the mistake; those about files, codes of second factors and exports stand with
the tests of these.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Case, Login
from casework.services import reference
from tests import factories, public_way
from tests.desk import CASES
from tests.factories import World
from tests.pages import CheckedClient

SECRET_WORDS = "Sokha of the fish factory"


@pytest.fixture(autouse=True)
def offices(session: Session) -> None:
    reference.load(session, factories.BEGINNING)
    session.commit()


def _page_cookie(client: CheckedClient) -> bytes:
    """Return what the signed cookie says to whoever holds the phone."""
    cookie = client.get_cookie("page")
    if cookie is None:
        return b""
    payload = cookie.value.lstrip(".").split(".")[0]
    plain = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return zlib.decompress(plain) if cookie.value.startswith(".") else plain


def test_no_secret_in_a_signed_cookie(client: CheckedClient) -> None:
    typed = public_way.changed(story={"story": SECRET_WORDS})
    public_way.walk(client, typed)
    assert SECRET_WORDS.encode() not in _page_cookie(client)
    receipt = public_way.send(client, typed)
    code = "".join(part for part in receipt.text.split() if part.isdigit())[:20]
    shown = _page_cookie(client)
    assert SECRET_WORDS.encode() not in shown
    assert code
    assert code.encode() not in shown
    assert set(_names(shown)) <= {"csrf_token", "language", "_flashes"}


def _names(shown: bytes) -> list[str]:
    return [part.split('"')[0] for part in shown.decode().split('{"')[1:]] if shown else []


def test_two_tabs_make_one_case_and_show_one_code(client: CheckedClient, session: Session) -> None:
    public_way.walk(client)
    first = client.submit("/en/complaint/check")
    # The second tab still shows the page with the button.
    second = client.post("/en/complaint/check", data={"csrf_token": _token(client)})
    assert (first.location, second.location) == ("/en/receipt", "/en/receipt")
    assert client.get("/en/receipt").text == client.get("/en/receipt").text
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def _token(client: CheckedClient) -> str:
    found = client.get("/en/case").text.split('name="csrf_token"')[1].split('value="')[1]
    return found.split('"')[0]


def test_forms_need_no_referrer_under_https(app: Flask, client: CheckedClient) -> None:
    del client
    https = app.test_client()
    app.config["SETTINGS"], kept = (
        replace(app.config["SETTINGS"], address="https://help.example"),
        app.config["SETTINGS"],
    )
    try:
        page = https.get("/en/complaint/category", base_url="https://help.example")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = https.post(
            "/en/complaint/category",
            data={"csrf_token": token, "category": "wages", "do": "go"},
            base_url="https://help.example",
        )
    finally:
        app.config["SETTINGS"] = kept
    assert answer.status_code == 302


def test_an_answer_with_a_cookie_lies_in_no_cache(client: CheckedClient) -> None:
    for path in ("/en/", "/en/case", "/staff/sign-in", "/en/complaint/category"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Set-Cookie" not in answer.headers or "Cookie" in answer.headers["Vary"], path


@pytest.mark.parametrize("path", ["/staff/sign-out", "/en/leave", "/en/case/leave"])
def test_nobody_is_signed_out_by_a_link(client: CheckedClient, session: Session, path: str) -> None:
    staff = factories.staff(session, Role.CASEWORKER, "coordinator")
    client.enter(session, staff)
    assert client.get(path).status_code in {404, 405}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Login)) == 1


def test_a_referral_is_nobodys_to_change_without_the_case(
    client: CheckedClient, session: Session
) -> None:
    case = World(session, factories.BEGINNING).file()
    stranger = factories.staff(session, Role.OFFICER, "mm-emb-th")
    client.enter(session, stranger)
    for deed in ("refer", "recall", "decline", "accept", "consent"):
        assert client.get(f"{CASES}/{case.reference}/{deed}").status_code == 404
