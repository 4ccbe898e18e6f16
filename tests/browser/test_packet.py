"""A packet from the desk to an office: the square with a script, the letters without."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from casework.models import Case, Event
from tests import paper
from tests.browser.conftest import PHONE, House, assert_accessible, assert_fits, press
from tests.browser.staff_desk import Desk
from tests.browser.worker import Worker

pytestmark = pytest.mark.browser


def watched(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def printed(desk: Desk, reference: str, language: str) -> bytes:
    """Make a packet at the page of a case; return the paper."""
    page = desk.case(reference)
    press(page.locator("a", has_text="packet on paper"))
    watched(page)
    page.locator(f"[name=language][value={language}]").check()
    page.locator("[name=ground]").first.check()
    with page.expect_download() as waiting:
        page.locator("main form .btn").click()
    return Path(waiting.value.path()).read_bytes()


def link_of(made: bytes) -> str:
    """Return where the paper leads: what its square holds."""
    document = pikepdf.open(io.BytesIO(made))
    return str(document.pages[0].Annots[0].A.URI)


def state(house: House, reference: str) -> tuple[str, list[str]]:
    with house.session() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        told = session.scalars(
            select(Event.action).where(Event.case_id == case.id).order_by(Event.id)
        )
        return case.status, list(told)


@pytest.mark.parametrize("language", ["en", "km", "my"])
def test_an_office_answers_by_the_square(
    house: House, browser: Browser, phone: Page, desk: Page, language: str
) -> None:
    reference, _code = Worker(phone, "en").file("wages")
    at_desk = Desk(desk).enter(house.staff("Kyaw", "coordinator", "coordinator"))
    made = printed(at_desk, reference, language)
    assert "KCT" in paper.text(made)
    context = browser.new_context(viewport=PHONE, base_url=house.url)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    office = context.new_page()
    link = link_of(made)
    office.goto(link)
    office.wait_for_url(f"**/{language}/office/answer")
    watched(office)
    shown = office.locator("main").inner_text()
    assert reference in shown
    assert "KCT" not in shown
    secret = link.partition("#")[2]
    assert not [url for url in asked if secret in url.partition("#")[0]]
    office.locator("[name=says][value=accept]").check()
    office.locator("[name=number]").fill("218/26")
    press(office.locator("main form .btn"))
    office.wait_for_url(f"**/{language}/office/done")
    watched(office)
    office.goto(link)
    office.wait_for_load_state("networkidle")
    watched(office)
    assert secret not in office.url
    context.close()
    status, told = state(house, reference)
    assert status == "accepted"
    assert told[-4:] == ["packet", "packet_opened", "accept", "packet_answered"]
    assert "218/26" in at_desk.case(reference).locator("main").inner_text()


def test_an_office_types_the_letters_without_a_script(
    house: House, phone: Page, desk: Page
) -> None:
    reference, _code = Worker(phone, "en").file("wages")
    at_desk = Desk(desk).enter(house.staff("Kyaw", "coordinator", "coordinator"))
    link = link_of(printed(at_desk, reference, "en"))
    phone.context.clear_cookies()
    phone.goto("/en/office")
    assert_fits(phone)
    phone.locator("[name=code]").fill(link.partition("#")[2].lower())
    press(phone.locator("main form .btn"))
    phone.locator("[name=says][value=decline]").check()
    press(phone.locator("main form .btn"))
    assert phone.locator(".errors").count() == 1
    phone.locator("[name=code][value=not_ours]").check()
    phone.locator("[name=words]").fill("The ministry decides this.")
    press(phone.locator("main form .btn"))
    assert phone.url.endswith("/en/office/done")
    assert state(house, reference)[0] == "triage"
    page = at_desk.case(reference).locator("main").inner_text()
    assert "The ministry decides this." in page
