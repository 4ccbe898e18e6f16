"""The button of single sign-on in a real browser, which keeps to the policy of our pages."""

from __future__ import annotations

import dataclasses
import re

import pytest
from playwright.sync_api import Page, expect

from tests import provider
from tests.browser.conftest import House, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("browser_of", ["desk", "phone"])
def test_the_button_leads_to_the_provider(
    house: House,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    browser_of: str,
) -> None:
    page: Page = request.getfixturevalue(browser_of)
    with provider.running(house.clock.now) as small:
        small.answers["/enter"] = (200, b'"the provider"')
        settings = house.app.config["SETTINGS"]
        known = dataclasses.replace(settings, provider=small.settings(), address=house.url)
        monkeypatch.setitem(house.app.config, "SETTINGS", known)
        page.goto("/staff/sign-in")
        if browser_of == "desk":
            assert_accessible(page)
        assert_fits(page)
        page.get_by_role("button", name="Sign in with House of names").click()
        expect(page).to_have_url(re.compile(re.escape(f"{small.issuer}/enter?")))
