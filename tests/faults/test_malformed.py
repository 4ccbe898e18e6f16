"""Whatever is posted, the answer is one of ours: never a fault, and no memory is kept."""

from __future__ import annotations

import gc
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.services import logins
from tests import factories, public_way
from tests.factories import World
from tests.faults.posts import Form, Post, posts
from tests.faults.sizes import LONG, resident_bytes, size
from tests.forms import form_of
from tests.pages import CheckedClient

pytestmark = pytest.mark.faults

SHARDS: Final = size(short=1, long=8)
POSTS: Final = size(short=1_500, long=100_000) // SHARDS
REPLAYED: Final = size(short=300, long=3_000)
MOST_GROWTH: Final = 8 * 1024 * 1024
# They end the session they are sent from: nothing after them would get past the first guard.
_ENDS: Final = re.compile(r"/(sign-out|leave|password|sessions)\b")
_FORM: Final = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_ACTION: Final = re.compile(r'\b(?:action|hx-post)="([^"]+)"')
_TOKEN: Final = re.compile(r'name="[\w-]*csrf_token"[^>]*value="([^"]+)"')
_LINK: Final = re.compile(r'href="(/(?!static)[^"#]*)"')
_PAGES_EACH: Final = size(short=60, long=400)
STARTS: Final = {
    "stranger": ("/en/", "/en/complaint/category", "/en/track", "/staff/sign-in"),
    "writer": ("/en/complaint/check",),
    "complainant": ("/en/case/status",),
    "caseworker": ("/staff/cases", "/staff/new"),
    "officer": ("/staff/cases",),
    "supervisor": ("/staff/escalations", "/staff/workload"),
    "administrator": ("/admin/accounts", "/admin/rules", "/admin/terms"),
}


class House:
    """The application with somebody of each kind signed in, and the forms that each finds."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.browsers = {who: FlaskClient(app, use_cookies=True) for who in STARTS}
        self._let_in()
        self.forms = [form for who in STARTS for form in self._forms(who)]

    def _let_in(self) -> None:
        world, session = self.world, self.world.session
        malee = factories.staff(session, Role.CASEWORKER, "cso")
        people = {
            "caseworker": malee,
            "officer": factories.staff(session, Role.OFFICER, "attache"),
            "supervisor": factories.staff(session, Role.SUPERVISOR, "cso"),
            "administrator": factories.staff(session, Role.ADMINISTRATOR, None),
        }
        case = world.file()
        for who, staff in people.items():
            token = logins.begin_for_staff(session, world.now, staff, factor=True)
            self.browsers[who].set_cookie("desk", token)
        token = logins.begin_for_case(session, world.now, case)
        self.browsers["complainant"].set_cookie("visit", token)
        session.commit()

    def send(self, post: Post) -> int:
        """Send a post and return the status of the answer."""
        browser = self.browsers[post.who]
        answer = browser.post(
            post.path, data=post.body, content_type=post.content_type, buffered=True
        )
        return answer.status_code

    def _forms(self, who: str) -> Iterator[Form]:
        """Walk the links from the first pages on, and yield every form that posts."""
        waiting, seen, found = list(STARTS[who]), set(STARTS[who]), set()
        visited = 0
        while waiting and visited < _PAGES_EACH:
            path = waiting.pop(0)
            visited += 1
            page = self.browsers[who].get(path, buffered=True)
            if page.status_code != 200 or page.mimetype != "text/html":
                continue
            for form in _posted(who, path, page.text):
                if (form.path, names := frozenset(n for n, _ in form.fields)) not in found:
                    found.add((form.path, names))
                    yield form
            fresh = [each for each in _LINK.findall(page.text) if each not in seen]
            seen.update(fresh)
            waiting += fresh


def _posted(who: str, path: str, page: str) -> Iterator[Form]:
    for attributes, body in _FORM.findall(page):
        if 'method="post"' not in attributes or _ENDS.search(attributes):
            continue
        token = _TOKEN.search(body)
        action = _ACTION.search(attributes)
        fields = [(name, value) for name, values in form_of(body).items() for value in values]
        if token:
            fields.append(("csrf_token", token[1]))
        yield Form(who, action[1] if action else path, tuple(fields))


@pytest.fixture
def house(app: Flask, session: Session, client: CheckedClient) -> House:
    factories.small_directory(session)
    session.commit()
    public_way.walk(client)
    built = House(app, World(session, factories.BEGINNING))
    for cookie in ("draft", "page"):
        kept = client.get_cookie(cookie)
        if kept is not None:
            built.browsers["writer"].set_cookie(cookie, kept.value)
    built.forms += list(built._forms("writer"))
    return built


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_post_finds_a_fault(house: House, shard: int) -> None:
    answers: Counter[int] = Counter()
    kept: deque[Post] = deque(maxlen=REPLAYED)
    assert len({form.path for form in house.forms}) > 20
    assert {form.who for form in house.forms} >= set(STARTS) - {"officer"}

    @settings(
        max_examples=POSTS,
        phases=[Phase.generate],
        database=None,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
    )
    @given(post=posts(house.forms), draw=st.integers(shard, shard))
    def send(post: Post, draw: int) -> None:
        del draw
        kept.append(post)
        status = house.send(post)
        answers[status] += 1
        assert status < 500, post

    send()
    grown = _growth(house, kept)
    print(
        f"\n{sum(answers.values())} malformed posts to {len(house.forms)} forms:"
        f" 0 faults, {dict(sorted(answers.items()))};"
        f" {len(kept)} of them once more: memory {grown / 2**20:+.1f} MiB"
    )
    assert grown < MOST_GROWTH


def _growth(house: House, kept: Iterable[Post]) -> int:
    """Return how much memory is kept by posts that were all sent before.

    What is drawn by chance is remembered by the one who draws it, so that it is not drawn here.
    """
    for post in kept:
        house.send(post)
    gc.collect()
    before = resident_bytes()
    for post in kept:
        house.send(post)
    gc.collect()
    return resident_bytes() - before
