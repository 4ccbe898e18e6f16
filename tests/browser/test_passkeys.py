"""A passkey from its making to signing in with it, in a real Chromium with an authenticator."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from casework.services import installation
from tests.browser.conftest import PASSWORD, House, assert_accessible, assert_fits, press

pytestmark = pytest.mark.browser


def with_authenticator(page: Page) -> None:
    """Put a device into the browser that keeps passkeys and knows its user."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def by_name(house: House) -> str:
    """Return the address under a name: no passkey is good for a bare number."""
    return house.url.replace("127.0.0.1", "localhost")


def test_from_making_a_passkey_to_signing_in_with_it(house: House, desk: Page) -> None:
    email = house.staff("Malee", "analyst", None)
    with house.session() as session:
        installation.mark_demonstration(session, loaded=True)
        session.commit()
    home = by_name(house)
    with_authenticator(desk)
    sign_in_at(desk, home, email)

    desk.goto(f"{home}/staff/account/passkeys")
    press(desk.get_by_role("link", name="Add a passkey"))
    desk.locator("[name=name]").fill("My telephone")
    press(desk.get_by_role("button", name="Add a passkey"))
    expect(desk.locator("main")).to_contain_text("My telephone")
    assert_accessible(desk)

    press(desk.get_by_role("button", name="Sign out"))
    assert_accessible(desk)
    assert_fits(desk)
    press(desk.get_by_role("button", name="Sign in with a passkey"))
    expect(desk).not_to_have_url(re.compile("sign-in"))
    desk.goto(f"{home}/staff/account")
    expect(desk.locator("main")).to_contain_text(email)

    # The password alone is not enough any more; the passkey is the second step.
    press(desk.get_by_role("button", name="Sign out"))
    sign_in_at(desk, home, email)
    expect(desk).to_have_url(re.compile("/staff/second-step/passkey"))
    press(desk.get_by_role("button", name="Use a passkey"))
    expect(desk).not_to_have_url(re.compile("second-step"))

    # Ten minutes later the list can be read, and changing it asks for a new proof.
    house.clock.move(minutes=11)
    desk.goto(f"{home}/staff/account/passkeys")
    press(desk.get_by_role("link", name=re.compile("Change")))
    expect(desk).to_have_url(re.compile("/staff/confirm"))
    press(desk.get_by_role("button", name="Use a passkey instead"))
    expect(desk.locator("h1")).to_have_text("My telephone")


def sign_in_at(page: Page, home: str, email: str) -> None:
    page.goto(f"{home}/staff/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))


def test_a_device_without_passkeys_leaves_the_page_as_it_was(house: House, desk: Page) -> None:
    desk.goto(f"{by_name(house)}/staff/sign-in")
    with_authenticator(desk)
    desk.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.get_by_text("No passkey was used")).to_be_visible()
    expect(desk.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_without_scripts_there_is_no_button_for_passkeys(house: House, phone: Page) -> None:
    phone.goto(f"{by_name(house)}/staff/sign-in")
    expect(phone.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(phone.get_by_text("Sign in with a passkey")).to_be_hidden()
