from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, abort
from sqlalchemy.orm import Session

from casework.config import Settings
from casework.domain.facts import Role
from casework.domain.languages import ENABLED
from casework.domain.workflow import Action
from casework.models import Login, Staff
from casework.services.casefile import NotAllowed, StaleCase
from casework.web.access import public
from casework.web.assets import STATIC
from casework.web.reporting import report
from tests import conftest, factories
from tests.pages import CheckedClient

KILOBYTE = 1024
LAST_LATIN = 0x2FF


@pytest.fixture
def broken(app: Flask) -> Iterator[Flask]:
    """The application with pages that fail in every way."""
    with conftest.another(app.config["SETTINGS"]) as trial:
        add_faults(trial)
        yield trial


def add_faults(trial: Flask) -> None:
    @trial.get("/km/fails/<int:code>")
    @trial.get("/staff/fails/<int:code>", endpoint="staff")
    @public
    def fails(code: int) -> str:
        if code == 1:
            raise StaleCase
        if code == 2:
            raise NotAllowed(Action.CLOSE, "closed")
        if code == 3:
            raise RuntimeError("a fault of ours")
        abort(code)

    trial.view_functions["staff"] = trial.view_functions["fails"]


def test_the_first_page_names_every_language_in_its_own_script(client: CheckedClient) -> None:
    page = client.get("/").text
    for each in ENABLED:
        assert f'<a href="/{each.code}/" lang="{each.code}" hreflang="{each.code}">' in page
        assert each.name in page
    assert "Leave now" not in page
    assert client.get_cookie("page") is None


def test_the_fonts_of_the_first_page_hold_every_letter_on_it(client: CheckedClient) -> None:
    cut_for = dict(
        line.split("\t", 1)
        for line in (STATIC / "fonts" / "names.txt").read_text(encoding="utf-8").splitlines()
    )
    page = client.get("/").text
    for each in ENABLED:
        if each.font is not None:
            shown = page.partition(f'lang="{each.code}"')[2].partition("</a>")[0]
            letters = {letter for letter in shown if ord(letter) > LAST_LATIN}
            missing = letters - set(cut_for[each.code])
            assert not missing, f"{missing} in {each.code}: run scripts/name_fonts.py"


def test_the_first_page_is_light_and_asks_nobody_else(client: CheckedClient) -> None:
    page = client.get("/").text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    weight = len(gzip.compress(page.encode()))
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    for address in loaded:
        answer = client.get(address)
        assert answer.status_code == 200
        weight += len(answer.data)
        if address.endswith("names.css"):
            fonts = re.findall(r"name-(?:km|my)-\d+\.woff2", answer.text)
            folder = address.rpartition("/")[0]
            weight += sum(len(client.get(f"{folder}/{font}").data) for font in fonts)
    assert weight < 30 * KILOBYTE


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (400, 400),
        (403, 404),
        (404, 404),
        (409, 409),
        (413, 413),
        (429, 429),
        (500, 500),
        (418, 418),
        (1, 409),
        (2, 409),
        (3, 500),
    ],
)
@pytest.mark.parametrize("where", ["km", "staff"])
def test_every_fault_has_a_page(broken: Flask, where: str, asked: int, shown: int) -> None:
    browser = broken.test_client()
    assert isinstance(browser, CheckedClient)
    browser.faults = True
    answer = browser.get(f"/{where}/fails/{asked}")
    assert answer.status_code == shown
    assert ('<html lang="km">' in answer.text) is (where == "km")
    assert ('class="staff"' in answer.text) is (where == "staff")
    assert "a fault of ours" not in answer.text


def test_an_unexpected_error_tells_the_log_nothing_of_the_request(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @broken.get("/km/opens/<token>")
    @public
    def opens(token: str) -> str:
        raise RuntimeError(token)

    browser = broken.test_client()
    assert isinstance(browser, CheckedClient)
    browser.faults = True
    assert browser.get("/km/opens/secret%0AERROR%20forged?q=whom").status_code == 500
    (said,) = caplog.messages
    assert said.startswith("An unexpected error at GET opens: RuntimeError in opens, line ")
    assert not any(word in said for word in ("secret", "forged", "whom", "\n"))
    assert all(record.exc_info is None for record in caplog.records)
    caplog.clear()
    with broken.app_context():
        report("The worker fell", ValueError("whom"))
    assert caplog.messages == ["The worker fell at no page: ValueError in nowhere."]
    broken.log_exception((None, None, None))


@pytest.mark.parametrize(
    ("address", "demo", "host", "answers"),
    [
        (None, False, "127.0.0.1:8000", True),
        (None, False, "localhost", True),
        (None, False, "evil.example", False),
        (None, True, "anything.example", True),
        ("https://help.example", False, "localhost", False),
    ],
)
def test_an_installation_answers_under_its_own_name(
    app: Flask,
    address: str | None,
    demo: bool,  # noqa: FBT001
    host: str,
    answers: bool,  # noqa: FBT001
) -> None:
    settings = replace(app.config["SETTINGS"], address=address, demo=demo)
    with conftest.another(settings) as trial:
        answer = trial.test_client().get("/staff/sign-in", headers={"Host": host})
    assert answer.status_code == (200 if answers else 400)


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_that_no_row_can_have_is_no_page(
    client: CheckedClient, session: Session, number: int
) -> None:
    factories.small_directory(session)
    boss = factories.staff(session, Role.ADMINISTRATOR)
    supervisor = factories.staff(session, Role.SUPERVISOR, "cso")
    session.commit()
    client.enter(session, boss)
    assert client.get(f"/admin/accounts/{number}").status_code == 404
    client.enter(session, supervisor)
    assert client.get(f"/staff/registry/{number}").status_code == 404
    assert client.get(f"/staff/registry/{2**63 - 1}").status_code == 404


def test_a_form_without_its_token_is_told_kindly(client: CheckedClient) -> None:
    answer = client.post("/staff/sign-in", data={"email": "a", "password": "b"})
    assert answer.status_code == 400
    assert "Nothing was lost" in answer.text


def test_a_wrong_method_is_told_which_are_right(client: CheckedClient) -> None:
    answer = client.post("/")
    assert answer.status_code in {400, 405}
    assert client.delete("/staff/sign-in").status_code in {400, 405}
    assert client.get("/staff/sign-out").headers["Allow"]


def test_too_much_at_once_is_refused(client: CheckedClient) -> None:
    answer = client.post("/staff/sign-in", data={"email": "x" * (3 * KILOBYTE**2)})
    assert answer.status_code == 413


def test_public_pages_offer_the_way_out_and_the_other_languages(client: CheckedClient) -> None:
    page = client.get("/km/nothing").text
    assert 'href="https://www.google.com/" rel="noreferrer" data-leave' in page
    assert '<a href="/my/" lang="my" hreflang="my">' in page
    assert '<a href="/km/"' not in page
    assert "/fonts/" in page
    assert "km.css" in page
    assert "my.css" not in page


def test_a_session_of_a_stranger_is_nobody(client: CheckedClient, session: Session) -> None:
    client.set_cookie("desk", "guess")
    assert client.get("/staff/account").status_code == 302
    assert session.query(Login).count() == session.query(Staff).count() == 0


def test_over_https_everything_is_sealed(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    reached = replace(settings, address="https://help.example", proxies=1)
    with conftest.another(reached) as secure:
        browser = secure.test_client()
        answer = browser.get("/staff/sign-in", base_url="https://help.example")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-page=")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert browser.get("/", base_url="https://evil.example").status_code == 400


def test_where_a_weakness_is_reported(app: Flask, client: CheckedClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, security_contact="mailto:safe@help.example")
    try:
        answer = client.get("/.well-known/security.txt")
    finally:
        app.config["SETTINGS"] = before
    assert answer.mimetype == "text/plain"
    assert answer.text == ("Contact: mailto:safe@help.example\nExpires: 2027-11-23T09:00:00Z\n")
