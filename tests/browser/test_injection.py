"""Words that would be programs: put into every field, shown on every page, and none of them runs.

The content policy is switched off in the browser, so that what is proven is the escaping itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, cycle, islice
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import String, select
from sqlalchemy.orm import Session

from casework.crypto import SealedText
from casework.db import Base
from casework.domain.complaint import Contact, MoneyRow, PartyNamed
from casework.domain.facts import Role, Said
from casework.models import Case, Login, Staff
from casework.services import facts, logins, messages, notebook
from tests import factories
from tests.browser.conftest import DESK, House
from tests.browser.payloads import ALL, PRODUCT
from tests.factories import World
from tests.faults.sizes import size

pytestmark = [pytest.mark.browser, pytest.mark.faults]

ROUNDS: Final = size(short=8, long=len(ALL))
PAGES_A_ROUND: Final = size(short=25, long=20)
_SHORTEST_FREE_TEXT: Final = 80
# Long enough for words, but made by the program or checked letter by letter.
_NO_WORDS: Final = frozenset(
    {"email", "password_hash", "submission_key", "source_url", "import_id"}
)
_JSON: Final = frozenset({"contact", "answers"})
_STARTS: Final = {
    Role.CASEWORKER: ["/staff/cases", "/staff/new", "/staff/registry?q=a", "/staff/account"],
    Role.SUPERVISOR: ["/staff/escalations", "/staff/workload", "/staff/cases"],
    Role.OFFICER: ["/staff/cases"],
    Role.ADMINISTRATOR: [
        "/admin/accounts",
        "/admin/offices?country=KH",
        "/admin/rules",
        "/admin/terms",
        "/admin/changes",
        "/admin/countries/KH",
    ],
}
_MADE: Final = ", ".join(
    ["[data-hit]", *(f'[{name}^="javascript:" i]' for name in ("href", "action", "src", "data"))]
)
_HIT: Final = f"() => window.hit === 1 || document.querySelector(`{_MADE}`) !== null"


def _told(session: Session, house: House) -> tuple[Case, dict[Role, Staff]]:
    """Fill the installation with a row of each kind that a person can write."""
    world = World(session, house.clock.now)
    case = world.file(
        story="a", story_english="a", place="a", name="a", worker_name="a", telephone="a",
        passport="a", contact={"time": "a", "code_word": "a"},
        answers={("wages", "rate"): "a"},
        parties=[PartyNamed("agency", "a", "a"), PartyNamed("employer", "a")],
        money=[MoneyRow("wages", Decimal(9000), "THB", what="a")],
        embassy=[Contact("no_answer", asked="a", answered="a")],
        about_official=Said.NO, decisions=factories.agrees("KH", identity=True),
    )  # fmt: skip
    people = {
        Role.CASEWORKER: factories.staff(session, Role.CASEWORKER, case.desk_office_id),
        Role.SUPERVISOR: factories.staff(session, Role.SUPERVISOR, case.desk_office_id),
        Role.OFFICER: factories.staff(session, Role.OFFICER, case.referrals[0].office_id),
        Role.ADMINISTRATOR: factories.staff(session, Role.ADMINISTRATOR, None),
    }
    helper = facts.staff_actor(people[Role.CASEWORKER])
    notebook.note(session, case, helper, world.now, kind="note", body="a")
    messages.write(session, case, helper, world.now, body="a")
    messages.reply(session, case, world.worker(case), world.now, body="a")
    session.commit()
    return case, people


def _poison(session: Session, place: int) -> int:
    """Put a payload into every field of every row that holds words; return how many there were."""
    chosen = islice(cycle(ALL), place, None)
    fields = count()
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.class_.__name__):
        for row in session.scalars(select(mapper.class_)).all():
            for name in _words_of(mapper.class_):
                payload = next(chosen)
                setattr(row, name, _as_json(payload) if name in _JSON else payload)
                next(fields)
    session.commit()
    return next(fields)


def _as_json(payload: str) -> str:
    return json.dumps({"time": payload, "code_word": payload})


def _words_of(table: type[Any]) -> Iterator[str]:
    for name in sorted(dir(table)):
        if isinstance(getattr(table, name, None), SealedText) and name not in {"code", "secret"}:
            yield name
    for column in table.__table__.columns:
        if isinstance(column.type, String) and (column.type.length or 0) >= _SHORTEST_FREE_TEXT:
            free = not column.primary_key and not column.foreign_keys and not column.unique
            if free and column.name not in _NO_WORDS:
                yield column.name


def _browser(browser: Browser, house: House) -> BrowserContext:
    return browser.new_context(viewport=DESK, base_url=house.url, bypass_csp=True)


def _addresses(page: Page, starts: list[str], most: int) -> list[str]:
    """Return the pages that links lead to from the first ones."""
    waiting, seen = list(starts), dict.fromkeys(starts)
    visited: list[str] = []
    while waiting and len(visited) < most:
        visited.append(waiting.pop(0))
        page.goto(visited[-1])
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        for link in links:
            if urlsplit(link).netloc == "" and link.startswith("/") and link not in seen:
                seen[link] = None
                waiting.append(link)
    return visited


def test_no_words_ever_run(browser: Browser, house: House) -> None:
    with house.session() as session:
        case, people = _told(session, house)
        reference = case.reference
        places = []
        for role, staff in people.items():
            token = logins.begin_for_staff(session, house.clock.now, staff, factor=True)
            places.append((_enter(browser, house, "desk", token), _STARTS[role]))
        token = logins.begin_for_case(session, house.clock.now, case)
        places.append((_enter(browser, house, "visit", token), ["/en/case/status"]))
        session.commit()
        walks = []
        for page, starts in places:
            always = [*starts, f"/staff/cases/{reference}"] if "staff" in starts[0] else starts
            walks.append((page, always, cycle(_addresses(page, always, size(short=60, long=300)))))
        shown = fields = 0
        for turn in range(ROUNDS):
            fields = _poison(session, turn)
            for page, always, others in walks:
                for address in [*always, *islice(others, PAGES_A_ROUND // len(walks))]:
                    page.goto(address)
                    shown += 1
                    assert not page.evaluate(_HIT), (address, turn)
                    assert PRODUCT not in page.content(), (address, turn)
        assert session.scalars(select(Login)).first() is not None
    print(f"\n{len(ALL)} payloads, {ROUNDS} rounds, {fields} fields, {shown} pages: 0 ran")
    assert fields > 50


def _enter(browser: Browser, house: House, name: str, token: str) -> Page:
    context = _browser(browser, house)
    context.add_cookies([{"name": name, "value": token, "url": house.url}])
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a page says {dialog.message}"))
    return page
