"""What a browser's profile still holds of somebody who has left: searched file by file."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from werkzeug.serving import make_server

from tests.browser.conftest import PHONE, SWITCHES, House, press
from tests.browser.worker import Worker

pytestmark = pytest.mark.browser
STORY = "Quillfeather kept our passports in Zanzibarstan."
NAME = "Xochitl Vandermeer"
NEUTRAL = "An empty page of somebody else"


@pytest.fixture
def elsewhere(house: House) -> Iterator[str]:
    """Another site, which "Leave now" leads to."""
    site = Flask("elsewhere")
    site.add_url_rule("/", view_func=lambda: f"<title>{NEUTRAL}</title>{NEUTRAL}", endpoint="home")
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address, before = f"http://127.0.0.1:{server.port}/", house.app.config["SETTINGS"]
    house.app.config["SETTINGS"] = dataclasses.replace(before, exit_url=address)
    yield address
    house.app.config["SETTINGS"] = before
    server.shutdown()
    thread.join()
    server.server_close()


def browser(playwright: Playwright, profile: Path, house: House, *, script: bool) -> BrowserContext:
    """A browser that keeps its profile on the disk, as a telephone does."""
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=os.environ["CHROMIUM"],
        args=SWITCHES,
        viewport=PHONE,
        base_url=house.url,
        java_script_enabled=script,
        # What lies packed in a cache could not be searched.
        extra_http_headers={"Accept-Encoding": "identity"},
    )


def traces(profile: Path, words: list[str]) -> list[tuple[str, str]]:
    """Return where in a profile any of the words lie, as text of one or two bytes a letter."""
    looked_for = {
        word: [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")] for word in words
    }
    found = []
    for path in profile.rglob("*"):
        held = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for word, forms in looked_for.items():
            if any(form in held for form in forms):
                found.append((str(path.relative_to(profile)), word))
    return found


def marked(code: str) -> list[str]:
    """Return what must not be found: the code in every form it is shown or typed, name, story."""
    blocks = [code[at : at + 4] for at in range(0, len(code), 4)]
    return [code, " ".join(blocks), "</span> <span>".join(blocks), "Quillfeather", "Xochitl"]


def tell_and_look(page: Page, *, typed_by_hand: bool) -> str:
    """File a complaint, open its case with the code; return the code."""
    said = {"story": {"story": STORY}, "you": {"name": NAME}}
    _, code = Worker(page, "en", said).file("wages")
    page.context.clear_cookies()
    page.goto("/en/case")
    field = page.locator("main input[name=code]")
    if typed_by_hand:
        field.press_sequentially(" ".join(code[at : at + 4] for at in range(0, 20, 4)))
    else:
        field.fill(code)
    press(page.locator("main form button.btn").first)
    page.wait_for_url("**/case/status")
    return code


@pytest.mark.parametrize("way", ["button", "key", "no script"])
def test_who_has_left_is_not_found_in_the_profile(
    playwright: Playwright, tmp_path: Path, house: House, elsewhere: str, way: str
) -> None:
    profile = tmp_path / "profile"
    with browser(playwright, profile, house, script=way != "no script") as context:
        page = context.pages[0]
        code = tell_and_look(page, typed_by_hand=True)
        before = page.evaluate("history.length") if way != "no script" else 0
        if way == "key":
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Leave now").click()
        page.wait_for_url(elsewhere)
        assert page.title() == NEUTRAL
        assert [each["name"] for each in context.cookies() if each["value"]] == []
        if way != "no script":
            assert page.evaluate("history.length") == before, "the page left gives its place up"
        # Whoever goes back finds nothing open.
        page.go_back()
        assert "Your case number" not in page.content()
        assert STORY not in page.content()
        page.goto(elsewhere)
    assert traces(profile, marked(code)) == []
    assert traces(profile, [NEUTRAL]), "a search that finds nothing at all proves nothing"


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one").write_bytes(b"\0x" + "Xochitl".encode("utf-16-le"))
    (tmp_path / "two").write_bytes(b"..12345678901234567890..")
    words = marked("12345678901234567890")
    assert len(traces(tmp_path, words)) == 2


def test_one_escape_stays(house: House, desk: Page) -> None:
    desk.goto("/en/complaint/category")
    desk.keyboard.press("Escape")
    desk.wait_for_timeout(1100)
    desk.keyboard.press("Escape")
    expect(desk.locator("h1")).to_be_visible()
