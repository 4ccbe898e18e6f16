"""Both steps of signing in, on a telephone and at a desk: walked, looked at, and measured."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pyotp
import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, Page

from casework.services import second_factor
from tests.browser.conftest import (
    DESK,
    PASSWORD,
    PHONE,
    House,
    assert_accessible,
    assert_fits,
    press,
)

pytestmark = pytest.mark.browser


def watched(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def give(page: Page, **fields: str) -> None:
    """Fill in the form of the page and send it."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)
    press(page.locator("main form .btn").first)


def assert_readable(page: Page, address: str) -> None:
    """Fail unless each square of the picture is as dark or light as in the code of the address."""
    wanted = segno.make(address, error="m", micro=False)
    rows = list(wanted.matrix_iter(border=4))
    picture = Image.open(io.BytesIO(page.locator(".qr svg").screenshot())).convert("L")
    light, square = bytes(picture.tobytes()), picture.width / len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            at = int((y + 0.5) * square) * picture.width + int((x + 0.5) * square)
            assert (light[at] < 128) is bool(dark), (x, y)


@pytest.fixture
def page_of(browser: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of the size that the test asks for."""
    context = browser.new_context(viewport=request.param, base_url=house.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("page_of", "language"),
    [(DESK, "en"), (PHONE, "my")],
    indirect=["page_of"],
    ids=["desk", "phone"],
)
def test_a_new_member_of_staff_signs_in(house: House, page_of: Page, language: str) -> None:
    page = page_of
    email = house.staff("Malee", "caseworker", "kh-central", language)
    page.goto("/staff/sign-in?next=/staff/cases")
    give(page, email=email, password=PASSWORD)

    assert page.url.endswith("/staff/second-step/set-up?next=/staff/cases")
    watched(page)
    page.locator("summary").click()
    secret = re.sub(r"\s", "", page.locator(".secret").inner_text())
    watched(page)
    assert_readable(page, second_factor.address(secret, email))
    give(page, code=pyotp.TOTP(secret).at(house.clock.now))
    assert page.locator(".codes li").count() == 10
    assert page.locator("html").get_attribute("lang") == language
    watched(page)
    code = page.locator(".codes li").first.inner_text()
    press(page.locator("main a.btn"))
    assert page.url.endswith("/staff/cases")

    for path in ("account", "account/sessions", "account/recovery-codes"):
        page.goto(f"/staff/{path}")
        watched(page)
    press(page.locator("header form button.link"))
    give(page, email=email, password=PASSWORD)
    watched(page)
    give(page, code="000000")
    assert page.locator(".errors").count() == 1
    watched(page)
    press(page.locator("main a[href*=recovery]"))
    watched(page)
    give(page, code=code.lower().replace("-", " "))
    assert page.url.endswith("/staff/cases")
    house.clock.move(minutes=11)
    page.goto("/staff/account/recovery-codes")
    assert "/staff/confirm?next=" in page.url
    watched(page)
    give(page, password=PASSWORD, code=pyotp.TOTP(secret).at(house.clock.now))
    assert page.url.endswith("/staff/account/recovery-codes")
