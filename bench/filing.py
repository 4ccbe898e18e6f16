"""Measures filing: a caseworker's one page, and a migrant's whole way to the receipt."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from bench import readers
from bench.client import Browser, Failed
from bench.targets import Limits
from bench.timing import Row, at_once
from tests import public_way

if TYPE_CHECKING:
    from bench.pages import Place

_CLIENTS: Final = 8
_NEW: Final = "/staff/new"
_ONE_PAGE: Final = Limits(p95=0.15, failures=0)
_WHOLE_WAY: Final = Limits(per_second=15, failures=0)
_TOLD: Final[Mapping[str, Any]] = {
    "filed_by": "self",
    "name": "សុខា ហេង",
    "telephone": "+855 12 345 678",
    "way": "message",
    "language": "km",
    "channel": "office",
    "how": "spoken",
    "headcount": "1",
    "origin": "KH",
    "destination": "TH",
    "place": "Mahachai",
    "safe_now": "yes",
    "official": "no",
    "categories": ["wages"],
    "story": "ថៅកែមិនបានបើកប្រាក់ខែឱ្យយើងតាំងពីខែសីហា ហើយគាត់កាន់លិខិតឆ្លងដែនរបស់យើង។",
    "employer": "Golden Manpower Co., Ltd.",
    "wants": ["wages"],
}
# What somebody fills in on each page of the way, until there is only the sending left.
WAY: Final = public_way.changed(
    story={"story": _TOLD["story"]},
    you={"filed_by": "self", "naming": "named", "name": _TOLD["name"]},
)


def rows(place: Place) -> Iterator[Row]:
    """Return the rows of both ways to file."""
    yield _one_page(place)
    yield _whole_way(place)


def _one_page(place: Place) -> Row:
    with place.app.app_context():
        people = [readers.by_email("malee@caseworker-kh.example") for _ in range(_CLIENTS)]
    browsers = [Browser(place.port, each.cookies) for each in people]

    def file(client: int, _turn: int) -> float:
        browser = browsers[client]
        form = browser.get(_NEW)
        said = {**_TOLD, "csrf_token": form.token, "key": secrets.token_hex(16)}
        answer = browser.post(_NEW, said, 200)
        if "/staff/cases/" not in answer.text:
            raise Failed("no receipt")
        return form.seconds + answer.seconds

    seconds, speed, failed = at_once(file, _CLIENTS, place.times)
    note = f"{_CLIENTS} clients, form and post, {failed} failures"
    return Row(
        "one-page filing",
        seconds,
        per_second=speed,
        peer="filing, a second",
        failures=failed,
        limits=_ONE_PAGE,
        note=note,
    )


def _whole_way(place: Place) -> Row:
    requests: list[int] = []

    def walk(_client: int, _turn: int) -> float:
        started, count = time.perf_counter(), _walk(Browser(place.port))
        requests.append(count)
        return time.perf_counter() - started

    seconds, speed, failed = at_once(walk, _CLIENTS, max(place.times // 5, 1))
    each = max(requests, default=0)
    note = f"{_CLIENTS} clients, {each} requests each, {failed} failures"
    return Row(
        "the migrant's whole way",
        seconds,
        per_second=speed,
        failures=failed,
        limits=_WHOLE_WAY,
        note=note,
    )


def _walk(browser: Browser) -> int:
    """Tell a whole complaint and send it; return how many requests that took."""
    path, count = "/en/complaint/category", 0
    token = ""
    while not path.endswith("/receipt"):
        page = browser.get(path)
        step = path.rsplit("/", 1)[1]
        token = page.token if "csrf_token" in page.text else token
        said = {**WAY.get(step, {}), "csrf_token": token, "do": "go"}
        path = browser.post(path, said).location
        count += 2
    if "code" not in browser.get(path).text:
        raise Failed("no receipt")
    return count + 1
