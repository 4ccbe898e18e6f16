"""A photo and a voice message, from a phone with JavaScript to the office that may see them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, House, assert_accessible, assert_fits, press
from tests.browser.staff_desk import Desk
from tests.browser.worker import Worker

pytestmark = pytest.mark.browser
PATIENCE: Final = 30
ARTIST: Final = "Sok Dara's telephone"
# As slow as a telephone on an island: the photo takes a second or two.
SLOW: Final = {
    "offline": False,
    "latency": 20,
    "downloadThroughput": -1,
    "uploadThroughput": 90_000,
}
QUICK: Final = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
def smart(browser: Browser, house: House) -> Iterator[Page]:
    """A phone whose browser runs scripts and has a microphone."""
    context = browser.new_context(viewport=PHONE, base_url=house.url, permissions=["microphone"])
    yield context.new_page()
    context.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo that says where it was taken and with what."""
    exif, at = Image.Exif(), tmp_path / "IMG_0001.jpg"
    exif.get_ifd(ExifTags.Base.GPSInfo)[ExifTags.GPS.GPSLatitude] = (13.0, 45.0, 30.0)
    exif[ExifTags.Base.Artist] = ARTIST
    # Noise does not shrink: so the file is as large as one from a phone.
    Image.effect_noise((640, 480), 90).convert("RGB").save(at, "JPEG", exif=exif)
    return at


def said(page: Page) -> str:
    return page.locator("#progress p").inner_text()


def watch(page: Page) -> tuple[set[int], set[str]]:
    """Look on while files are sent; return the values of the bar and the words that stood there."""
    values, words, end = set[int](), set[str](), time.monotonic() + PATIENCE
    while not said(page).startswith("Added"):
        assert time.monotonic() < end
        values.add(int(page.locator("#progress progress").evaluate("bar => bar.value")))
        words.add(said(page))
        page.wait_for_timeout(50)
    return values, words


def come_to_files(worker: Worker) -> None:
    worker.page.goto(f"/{worker.language}/complaint/category")
    press(worker.page.locator("button[value=wages]"))
    while worker.step() != "files":
        worker.answer(worker.step())


def send_photos(page: Page, *photos: Path) -> None:
    """Choose photos and send them: first without a line, then over a slow one."""
    page.set_input_files("#file", list(photos))
    page.locator("[name=note]").fill("My contract")
    page.context.set_offline(offline=True)
    page.locator("button[value=add]").click()
    page.locator("#progress p", has_text="The line broke").wait_for()
    assert page.locator("[name=note]").input_value() == "My contract"
    page.context.set_offline(offline=False)
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", SLOW)
    page.locator("button[value=add]").click()
    values, words = watch(page)
    line.send("Network.emulateNetworkConditions", QUICK)
    assert any(0 < value < 100 for value in values), values
    assert any(each.startswith("File 2 of 2") for each in words), words
    assert page.locator("#added dd:not(.do)").all_inner_texts() == [
        "File 1, photo",
        "File 2, photo",
    ]


def record(page: Page) -> None:
    """Record two seconds, and listen whether the browser can play them."""
    page.locator("[data-do=start]").click()
    page.locator("#recorder p", has_text="0:02").wait_for()
    page.locator("[data-do=stop]").click()
    audio = page.locator("#recorder audio")
    audio.wait_for()
    audio.evaluate("audio => audio.play()")
    assert audio.evaluate("audio => audio.error") is None
    assert_fits(page)


def test_photos_and_a_voice_reach_the_office_without_place_and_name(
    house: House, smart: Page, desk: Page, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "IMG_0002.jpg"
    Image.effect_noise((320, 240), 90).save(other)
    worker = Worker(smart, "en", {"office": {"files": "send"}})
    come_to_files(worker)
    assert_accessible(smart)
    assert_fits(smart)
    send_photos(smart, photo, other)
    record(smart)
    # What was recorded goes along with whichever button is pressed.
    with smart.expect_navigation(url="**/complaint/you"):
        smart.locator("button[name=do][value=go]").last.click()
    while worker.step() != "check":
        worker.answer(worker.step())
    assert "3 files" in smart.locator("main").inner_text()
    press(smart.locator("main form button.btn"))
    reference = smart.locator("main .ref").first.inner_text()
    officer = Desk(desk).enter(house.staff("Officer", "officer", "kh-la-th"))
    look(officer.case(reference), tmp_path)


def look(page: Page, folder: Path) -> None:
    """See the files as the office does, and take one along."""
    files = page.locator(".files li")
    kinds = [each.split("\n")[0] for each in files.all_inner_texts()]
    assert [each.split(", ")[-1] for each in files.locator("b").all_inner_texts()] == [
        "photo",
        "photo",
        "voice or sound",
    ], kinds
    picture = files.first.locator("img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0
    assert page.get_by_text("Original").count() == 0
    assert_accessible(page)
    assert_fits(page)
    with page.expect_download() as taken:
        files.first.get_by_role("link", name="Download").click()
    at = folder / "taken.jpg"
    taken.value.save_as(at)
    data = at.read_bytes()
    assert taken.value.suggested_filename.endswith("01.jpg")
    assert not Image.open(io.BytesIO(data)).getexif()
    assert ARTIST.encode() not in data
