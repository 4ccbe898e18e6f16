"""Filling in the public pages as a person does: page after page, from the first to the receipt."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.models import Case
from tests.pages import CheckedClient

Typed = dict[str, dict[str, Any]]

# A complaint about wages, told whole; a test changes what it is about.
WAGES: Final[Typed] = {
    "category": {"category": "wages"},
    "details": {"kinds": ["unpaid"], "q_rate": "၉၀၀၀", "q_rate_currency": "THB"},
    "story": {"story": "The factory has not paid us."},
    "more": {},
    "where": {"origin": "KH", "destination": "TH", "place": "Pathum Thani", "papers": "no"},
    "responsible": {"employer": "Fish Factory", "official": "no"},
    "owed": {
        "rows-0-from_on": "1-8-2026",
        "rows-0-to_on": "31-8-2026",
        "rows-0-amount": "9,000",
        "rows-0-currency": "THB",
    },
    "embassy": {"result": "no_answer"},
    "wants": {"wants": ["wages"]},
    "files": {},
    "you": {"filed_by": "self", "naming": "named", "name": "Sokha"},
    "contact": {"safe_now": "yes", "way": "message", "telephone": "081 234 5678"},
    "office": {"answer": "send"},
    "identity": {"answer": "keep"},
    "authority": {"answer": "keep"},
    "higher": {"answer": "send"},
    "count": {"answer": "send"},
}


def changed(**pages: dict[str, Any]) -> Typed:
    """Return the complaint with other answers on some pages."""
    return WAGES | pages


def fill(client: CheckedClient, step: str, typed: dict[str, Any], lang: str = "en") -> TestResponse:
    """Fill in one page and press its button; `do` in what is typed names another button."""
    return client.submit(f"/{lang}/complaint/{step}", {"do": "go", **typed})


def walk(
    client: CheckedClient, typed: Typed = WAGES, lang: str = "en", until: str = "check"
) -> list[str]:
    """Fill in page after page until one is reached; return the pages that were met."""
    step, met = "category", []
    while step != until:
        met.append(step)
        answer = fill(client, step, typed[step], lang)
        assert answer.status_code == 302, answer.text
        step = answer.location.rsplit("/", 1)[1]
    return met


def send(client: CheckedClient, typed: Typed = WAGES, lang: str = "en") -> TestResponse:
    """Tell a whole complaint and send it; return the receipt."""
    walk(client, typed, lang)
    assert client.submit(f"/{lang}/complaint/check").location == f"/{lang}/receipt"
    return client.get(f"/{lang}/receipt")


def only_case(session: Session) -> Case:
    """Return the one case that was filed; the test sees what is stored now."""
    session.rollback()
    return session.scalars(select(Case)).one()


def page(client: CheckedClient, step: str, lang: str = "en") -> str:
    """Return a page of the way as it is shown."""
    response = client.get(f"/{lang}/complaint/{step}")
    assert response.status_code == 200, response.location
    return response.text
