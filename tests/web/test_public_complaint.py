"""The way of a complaint: page after page, back and forth, wrong and right, sent once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.models import Case
from casework.services import reference
from tests.pages import CheckedClient

WAGES: Final[dict[str, dict[str, Any]]] = {
    "category": {"category": "wages"},
    "details": {"kinds": ["unpaid"], "q_rate": "၉၀၀၀", "q_rate_currency": "THB"},
    "story": {"story": "The factory has not paid us."},
    "more": {"do": "go"},
    "where": {"origin": "KH", "destination": "TH", "place": "Pathum Thani"},
    "responsible": {"employer": "Fish Factory", "official": "no"},
    "owed": {"rows-0-from_on": "1-8-2026", "rows-0-to_on": "31-8-2026", "rows-0-amount": "9,000"},
    "embassy": {"result": "no_answer"},
    "wants": {"wants": ["wages"]},
    "you": {"filed_by": "self", "naming": "named", "name": "Sokha"},
    "contact": {"safe_now": "yes", "way": "message", "telephone": "081 234 5678"},
    "office": {"answer": "send"},
    "identity": {"answer": "keep"},
    "higher": {"answer": "send"},
    "count": {"answer": "send"},
}


@pytest.fixture(autouse=True)
def loaded(session: Session, now: datetime) -> None:
    """Load what every installation has."""
    reference.load(session, now)
    session.commit()


def go(client: CheckedClient, step: str, typed: dict[str, Any], lang: str = "en") -> TestResponse:
    """Fill in one page and go on."""
    path = f"/{lang}/complaint/{step}"
    return client.submit(path, {"do": "go", **typed})


def walk(client: CheckedClient, way: dict[str, dict[str, Any]], lang: str = "en") -> str:
    """Fill in page after page; return the path that the last one led to."""
    step = "category"
    while step != "check":
        answer = go(client, step, way[step], lang)
        assert answer.status_code == 302, answer.text
        step = answer.location.rsplit("/", 1)[1]
    return step


def test_a_complaint_is_told_page_by_page_and_sent(client: CheckedClient, session: Session) -> None:
    walk(client, WAGES)
    checked = client.get("/en/complaint/check")
    for said in ("Wages not paid", "9,000", "Thai baht", "Pathum Thani", "Fish Factory", "Sokha"):
        assert said in checked.text
    sent = client.submit("/en/complaint/check")
    assert sent.location == "/en/receipt"
    receipt = client.get("/en/receipt")
    case = session.scalars(select(Case)).one()
    assert case.reference in receipt.text
    assert "Write this code down" in receipt.text
