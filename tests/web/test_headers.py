"""What every answer tells the browser: on every address and at every status."""

from __future__ import annotations

import re
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from casework.domain import tracking_code
from casework.models import Draft
from casework.services import reference
from casework.web import headers
from tests import factories, public_way
from tests.pages import CheckedClient

_FILLED: Final = {"lang": "en", "step": "category", "code": "KH"}
# These widen the policy or are files: they are pinned below, or with the tests of files.
_OWN: Final = {"Content-Security-Policy", "Permissions-Policy"}
_RECORDS: Final = {"public.files", "public.case_files", "public.add_file"}


@pytest.fixture(autouse=True)
def offices(session: Session) -> None:
    reference.load(session, factories.BEGINNING)
    session.commit()


def _addresses(app: Flask) -> list[tuple[Rule, str]]:
    found, skipped = [], []
    with app.test_request_context("/"):
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            values = {name: _FILLED.get(name, 1) for name in rule.arguments}
            try:
                found.append((rule, adapter.build(rule.endpoint, values)))
            except Exception:  # noqa: BLE001 - its converter takes words only.
                skipped.append(rule.endpoint)
    assert len(skipped) < 20, skipped
    return found


def test_every_address_answers_with_the_same_headers(app: Flask) -> None:
    client = app.test_client()
    statuses, addresses = set(), _addresses(app)
    for rule, address in addresses:
        for method in ("GET", "POST", "PUT"):
            answer = client.open(address, method=method)
            statuses.add(answer.status_code)
            for name, value in headers.EVERYWHERE.items():
                if name not in _OWN or rule.endpoint not in _RECORDS:
                    assert answer.headers.get(name) == value, (method, address, name)
            assert "Server" not in answer.headers
            assert answer.headers["Cache-Control"] == "no-store", address
    assert len(addresses) > 100
    assert {200, 302, 400, 404, 405} <= statuses


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/en/complaint/category", 413)])
def test_faults_have_them_too(client: CheckedClient, path: str, status: int) -> None:
    body = b"x" * 3_000_000 if status == 413 else b""
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    for name, value in headers.EVERYWHERE.items():
        assert answer.headers[name] == value


def test_the_code_stands_in_no_address(client: CheckedClient, session: Session) -> None:
    page = public_way.send(client).text
    code = session.scalars(select(Draft)).one().code or ""
    client.delete_cookie("draft")
    answer = client.submit("/en/case", {"code": code})
    addresses = [answer.location or "", answer.headers.get("Refresh", "")]
    for shown in (page, client.get("/en/case/status").text):
        addresses += re.findall(r'(?:href|action|src)="([^"]*)"', shown)
    assert answer.status_code == 302
    assert all(block in page for block in tracking_code.grouped(code))
    assert not [each for each in addresses if code in each.replace("%20", "").replace("-", "")]
