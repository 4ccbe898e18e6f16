"""The ways of a complaint, walked in a real Chromium from the phone to the offices and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from casework.models import Case, Event
from tests.browser.conftest import House, press
from tests.browser.staff_desk import Desk
from tests.browser.worker import Worker

pytestmark = pytest.mark.browser
ORIGINS = {"en": "KH", "km": "KH", "my": "MM"}
HOLDERS = {"KH": "kh-la-th", "MM": "th-dlpw"}


def case_of(house: House, reference: str) -> Case:
    with house.session() as session:
        return session.scalars(select(Case).where(Case.reference == reference)).one()


@pytest.mark.parametrize("language", ["en", "km", "my"])
def test_filed_routed_accepted_answered_proposed_confirmed(
    house: House, phone: Page, desk: Page, language: str
) -> None:
    """The whole way, in the worker's language; the office works in the same language."""
    origin = ORIGINS[language]
    office = HOLDERS[origin]
    worker = Worker(phone, language, {"where": {"origin": origin}})
    reference, code = worker.file("wages")
    assert reference.startswith(f"{origin}-26-")
    assert len(code) == 20

    officer = Desk(desk).enter(house.staff("Officer", "officer", office, language))
    assert reference in officer.queue()
    shown = officer.case(reference).locator("main").inner_text()
    assert "KCT" in shown
    assert "Sok Dara" not in shown, "the name was not to be told"
    officer.do(reference, "accept", office_number="218/26")
    officer.do(reference, "answer", body="We have your case and visit the factory on Monday.")
    officer.do(
        reference, "result", code="settled", remedy_status="full", words="The factory has paid."
    )

    worker.open(code)
    page = phone.locator("main").inner_text()
    assert "We have your case and visit the factory" in page
    assert "The factory has paid." in page
    assert "has not paid us since August" not in page, "the story is never repeated"
    assert "Sok Dara" not in page
    press(phone.locator("button[name=answer][value=right]"))
    case = case_of(house, reference)
    assert (case.status, case.confirmed) == ("closed", True)


def test_ignored_reminded_escalated_and_taken_over(house: House, phone: Page, desk: Page) -> None:
    """An office that stays silent is reminded, then passed; a supervisor takes the case."""
    supervisor = house.staff("Kyaw", "supervisor", "coordinator")
    reference, _code = Worker(phone, "en").file("wages")
    filed = house.clock.now
    said: Sequence[str] = []
    for hours in range(6, 24 * 5, 6):
        house.sweep(filed + timedelta(hours=hours))
        with house.session() as session:
            said = session.scalars(
                select(Event.action).where(Event.action.in_(["reminded", "escalate"]))
            ).all()
        if "escalate" in said:
            break
    assert list(said).count("reminded") >= 2, "reminded at 50 and 75 per cent before the step up"
    assert case_of(house, reference).level == 1

    head = Desk(desk).enter(supervisor)
    desk.goto("/staff/escalations")
    row = desk.locator("tr", has_text=reference)
    assert "1" in row.inner_text()
    row.locator("input[type=checkbox]").check()
    press(desk.locator("main button[formaction*='/take-over']"))
    press(desk.locator("main form[method=post] button.btn"))
    case = case_of(house, reference)
    assert (case.status, case.desk_office_id) == ("in_progress", "coordinator")
    assert reference in head.queue()


def test_about_the_embassy_goes_around_it(house: House, phone: Page, desk: Page) -> None:
    """A complaint about an embassy is read by a neutral person, and never reaches the embassy."""
    embassy = house.staff("Embassy", "officer", "kh-emb-th")
    attache = house.staff("Attache", "officer", "kh-la-th")
    ministry = house.staff("Ministry", "officer", "kh-mfaic-consular")
    coordinator = house.staff("Anong", "coordinator", "coordinator")
    worker = Worker(phone, "en", {"responsible": {"posts": "kh-emb-th"}})
    reference, _code = worker.file("embassy")
    assert case_of(house, reference).status == "triage"

    Desk(desk).enter(coordinator).do(reference, "check", about_official="yes", posts="kh-emb-th")
    case = case_of(house, reference)
    assert case.status == "referred"

    for accused in (embassy, attache):
        office = Desk(desk).enter(accused)
        assert reference not in office.queue()
        assert office.status_of(f"/staff/cases/{reference}") == 404
        assert office.status_of(f"/staff/search?q={reference}") == 200
        assert desk.locator(f"a[href*='{reference}']").count() == 0
    outside = Desk(desk).enter(ministry)
    assert reference in outside.queue()
    outside.do(reference, "accept")


def test_without_consent_no_government_office_sees_it(
    house: House, phone: Page, desk: Page
) -> None:
    """No consent: not in the list, not in search, not in counts, not at its address."""
    officers = [
        house.staff(f"Officer{number}", "officer", office)
        for number, office in enumerate(
            ["kh-la-th", "kh-emb-th", "kh-molvt-doem", "kh-molvt-leadership", "th-dlpw"]
        )
    ]
    caseworker = house.staff("Malee", "caseworker", "kh-central")
    no = {"office": {"answer": "keep"}, "authority": {"answer": "keep"}}
    reference, _code = Worker(phone, "en", no).file("wages")

    own = Desk(desk).enter(caseworker)
    assert reference in own.queue()
    for email in officers:
        office = Desk(desk).enter(email)
        listed = office.queue()
        assert reference not in listed
        assert not any(sign.isdigit() and sign != "0" for sign in _counts(desk)), "nothing counted"
        assert office.status_of(f"/staff/cases/{reference}") == 404
        assert office.status_of(f"/staff/cases/{reference}/accept") == 404
        office.status_of(f"/staff/search?q={reference}")
        assert desk.locator(f"a[href*='{reference}']").count() == 0
    with house.session() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def _counts(page: Page) -> str:
    return "".join(page.locator(".tabs b").all_inner_texts())
