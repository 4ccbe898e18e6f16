"""A real server and a real Chromium; time moves only when a test says so."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import pytest
from alembic import command
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from casework.cli import upgrading
from casework.db import db
from casework.models import Staff
from casework.services import logins, passwords, reference
from tests.conftest import BEGINNING, Clock

PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
# Chromium as root has no sandbox of its own; without the others it calls home at every start.
SWITCHES: Final = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A microphone that is no one's, and a yes to using it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PASSWORD: Final = "a long enough passphrase"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the Chromium that was found, not one of playwright's own."""
    return {**browser_type_launch_args, "executable_path": os.environ["CHROMIUM"], "args": SWITCHES}


@pytest.fixture(scope="session")
def served(sqlite_app: Flask) -> Iterator[str]:
    """The address of the application on a port of its own."""
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class House:
    """A running installation with its reference data, and the clock that it goes by."""

    app: Flask
    url: str
    clock: Clock

    def session(self) -> Session:
        """A session of the test's own."""
        with self.app.app_context():
            return Session(db.engine)

    def staff(self, name: str, role: str, office: str | None, language: str = "en") -> str:
        """Make an account with the one passphrase; return its address."""
        email = f"{name.lower()}@desk.example"
        with self.session() as session:
            session.add(
                Staff(
                    email=email,
                    name=name,
                    role=role,
                    office_id=office,
                    language=language,
                    password_hash=hashed(),
                    created_at=self.clock.now,
                )
            )
            session.commit()
        return email

    def enter(self, email: str) -> str:
        """Begin a session in which the second factor was shown; return its token."""
        with self.session() as session:
            staff = session.scalars(select(Staff).where(Staff.email == email)).one()
            token = logins.begin_for_staff(session, self.clock.now, staff, factor=True)
            session.commit()
        return token

    def sweep(self, moment: datetime) -> str:
        """Move the clock to a moment and do one sweep, as the worker does."""
        self.clock.now = moment
        ran = self.app.test_cli_runner().invoke(args=["escalate", "--now", moment.isoformat()])
        assert ran.exit_code == 0, ran.output
        return ran.output


# The installation that answers at an address.
_houses: dict[str, House] = {}


@cache
def hashed() -> str:
    """The stored form of the passphrase, made once."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def house(database: str, app: Flask, served: str, clock: Clock) -> House:
    """The installation, with offices and rules and nothing else."""
    assert database == "sqlite"
    with app.app_context(), Session(db.engine) as session:
        reference.load(session, BEGINNING)
        session.commit()
        # The tables stand already; the commands ask which migration they came from.
        command.stamp(upgrading.config(), "head")
    found = House(app, served, clock)
    _houses[served] = found
    return found


def _visitor(browser: Browser, size: ViewportSize, url: str, **options: Any) -> BrowserContext:
    return browser.new_context(viewport=size, base_url=url, **options)


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[Page]:
    """A worker's cheap phone, without JavaScript."""
    context = _visitor(browser, PHONE, house.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, house: House) -> Iterator[Page]:
    """A browser at an office."""
    context = _visitor(browser, DESK, house.url)
    yield context.new_page()
    context.close()


def sign_in(page: Page, email: str) -> None:
    """Come in as somebody who has shown the second factor; whoever was here before is not.

    Both steps of signing in are walked in test_sign_in.py; elsewhere the session is given.
    """
    page.context.clear_cookies()
    page.goto("/staff/sign-in")
    url = page.url.partition("/staff/")[0]
    token = _houses[url].enter(email)
    page.context.add_cookies([{"name": "desk", "value": token, "url": url}])
    page.goto("/staff/sign-in")
    assert not page.url.endswith("sign-in")


def press(button: Locator) -> None:
    """Press a button, and wait until the page that follows is there."""
    with button.page.expect_navigation():
        button.click()


def assert_accessible(page: Page) -> None:
    """Fail with axe's own report when it finds anything."""
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_fits(page: Page) -> None:
    """Fail when anything makes the page wider than the window."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def at(text: str) -> datetime:
    """Return an instant from ISO text, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
