"""Every enabled language renders every public page, in its own words and script."""

from __future__ import annotations

import re

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy.orm import Session

from casework.domain.languages import CODES
from casework.services import reference
from casework.web.access import Needs, declared
from tests import public_way
from tests.factories import BEGINNING, World
from tests.pages import CheckedClient

TAG = re.compile(r"<[^>]+>")
MOST = 0.6
# Where a weakness is reported, single sign-on and figures are pages only where a setting says so;
# whether all is ready depends on a worker.
ONLY_IF_SET = ("/.well-known/security.txt", "/staff/single-sign-on", "/metrics", "/readyz")
LATIN = re.compile("[A-Za-z]")
SCRIPTS = {"km": re.compile("[\u1780-\u17ff]"), "my": re.compile("[\u1000-\u109f]")}


def test_no_code_has_more_than_its_language() -> None:
    """The language being written in is told by that part of a locale alone."""
    assert all(Locale.parse(code).language == code for code in CODES)


def public_addresses(app: Flask) -> list[str]:
    """Return the addresses that anybody may read, without those that need a value of their own."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        found = []
        for rule in app.url_map.iter_rules():
            access = declared(app.view_functions[rule.endpoint])
            plain = rule.arguments <= {"lang"} and "GET" in (rule.methods or ())
            if access is not None and access.needs is Needs.NOTHING and plain:
                values = [{"lang": code} for code in sorted(CODES)] if rule.arguments else [{}]
                found += [adapter.build(rule.endpoint, each) for each in values]
        return sorted(found)


@pytest.fixture
def filled(session: Session) -> World:
    reference.load(session, BEGINNING)
    session.commit()
    return World(session, BEGINNING)


def test_every_public_page_answers_in_every_language(
    app: Flask, client: CheckedClient, filled: World
) -> None:
    addresses = public_addresses(app)
    assert any(address.startswith("/km/") for address in addresses)
    for address in (each for each in addresses if not each.startswith(ONLY_IF_SET)):
        assert client.get(address).status_code in {200, 302, 303}, address


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_complaint_is_told_in_one_language(
    client: CheckedClient, filled: World, code: str
) -> None:
    met = public_way.walk(client, lang=code)
    assert len(met) > 10
    for step in [*met, "check"]:
        assert_spoken(public_way.page(client, step, code), code, step)
    sent = client.submit(f"/{code}/complaint/check")
    assert_spoken(client.get(sent.location).text, code, sent.location)


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_pages_of_a_worker_are_in_one_language(
    app: Flask, client: CheckedClient, filled: World, code: str
) -> None:
    case = filled.file()
    client.open_case(filled.session, case)
    pages = [f"/{code}/"]
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        pages += [
            adapter.build(rule.endpoint, {"lang": code})
            for rule in app.url_map.iter_rules()
            if rule.arguments == {"lang"}
            and "GET" in (rule.methods or ())
            and (access := declared(app.view_functions[rule.endpoint])) is not None
            and access.needs is Needs.COMPLAINANT
        ]
    for address in pages:
        response = client.get(address)
        assert response.status_code in {200, 302, 303, 404}, address
        if response.status_code == 200:
            assert f'<html lang="{code}"' in response.text
            assert_spoken(response.text, code, address)


def assert_spoken(page: str, code: str, address: str) -> None:
    """Fail unless most of what a page says is in the script of its language."""
    body = page.partition("<main")[2].partition("</main>")[0]
    letters = [sign for sign in TAG.sub("", body) if sign.isalpha()]
    own = SCRIPTS.get(code, LATIN)
    share = sum(bool(own.match(sign)) for sign in letters) / max(1, len(letters))
    # Names of offices and currencies, and what a person typed, are in scripts of their own.
    assert share > MOST, f"{address}: {share:.0%}"
