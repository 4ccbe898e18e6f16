"""Every page as it is seen: nothing that axe finds, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import (
    DESK,
    PHONE,
    House,
    assert_accessible,
    assert_fits,
    sign_in,
)
from tests.browser.worker import Worker

pytestmark = pytest.mark.browser
CASEWORKER = [
    "/staff/cases",
    "/staff/cases/{case}",
    "/staff/cases/{case}/answer",
    "/staff/cases/{case}/refer",
    "/staff/cases/{case}/check",
    "/staff/cases/{case}/consent",
    "/staff/cases/{case}/claim",
    "/staff/cases/{case}/remedy",
    "/staff/cases/{case}/embassy",
    "/staff/cases/{case}/withdraw",
    "/staff/cases/{case}/members/add",
    "/staff/cases/{case}/merge",
    "/staff/new",
    "/staff/registry?q=KCT",
    "/staff/search?q={case}",
    "/staff/export",
    "/staff/account",
    "/staff/account/letters",
]
SUPERVISOR = ["/staff/escalations", "/staff/workload", "/staff/export", "/staff/cases/{case}/close"]
ADMINISTRATOR = [
    "/admin/accounts",
    "/admin/accounts/new",
    "/admin/offices?country=KH",
    "/admin/offices/kh-la-th",
    "/admin/rules",
    "/admin/coverage?origin=KH",
    "/admin/ladder",
    "/admin/ladder/1",
    "/admin/terms",
    "/admin/countries",
    "/admin/countries/KH",
    "/admin/changes",
    "/admin/messages",
    "/admin/offices/kh-la-th/system",
]


def watched(page: Page) -> None:
    """Look at a page."""
    assert_fits(page)
    assert_accessible(page)


@pytest.fixture
def window(browser: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of the size that the test asks for."""
    context = browser.new_context(viewport=request.param, base_url=house.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("window", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("language", ["en", "km", "my"])
def test_the_workers_pages(house: House, window: Page, language: str) -> None:
    """The whole way on a phone, and the page that follows it; axe itself needs JavaScript."""
    window.goto("/")
    watched(window)
    window.goto(f"/{language}/")
    watched(window)
    worker = Worker(window, language, look=watched)
    _reference, code = worker.file("recruitment")
    worker.open(code)
    for page in ("share", "code", "stop", "higher"):
        answer = window.goto(f"/{language}/case/{page}")
        assert answer is not None
        assert answer.status == 200, page
        watched(window)
    assert window.url.startswith(house.url)


@pytest.mark.parametrize(
    ("window", "language"),
    [(DESK, "en"), (DESK, "km"), (PHONE, "en"), (PHONE, "my")],
    indirect=["window"],
    ids=["desk-en", "desk-km", "phone-en", "phone-my"],
)
def test_the_staffs_pages(house: House, window: Page, phone: Page, language: str) -> None:
    """Every kind of page of a caseworker, a supervisor and an administrator."""
    reference, _code = Worker(phone, "en", {"office": {"answer": "keep"}}).file("wages")
    people = [
        (house.staff("Malee", "caseworker", "kh-central", language), CASEWORKER),
        (house.staff("Kyaw", "supervisor", "coordinator", language), SUPERVISOR),
        (house.staff("Lin", "administrator", None, language), ADMINISTRATOR),
    ]
    for email, paths in people:
        sign_in(window, email)
        for path in paths:
            answer = window.goto(path.format(case=reference))
            assert answer is not None
            assert answer.status == 200, path
            watched(window)
