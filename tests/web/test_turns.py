"""Requests wait for their turn, slow phones do not, and whoever only waits lends the turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, has_request_context, request
from werkzeug.test import EnvironBuilder

from casework.web import turns
from casework.web.turns import Turns

_LARGEST = 100
_WAIT = 10.0


class Door:
    """An application of which each request stands still until it is let go."""

    def __init__(self) -> None:
        self.entered, self.go = threading.Semaphore(0), threading.Event()
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.entered.release()
        assert self.go.wait(_WAIT)
        self.bodies.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b"done"]


class Phone:
    """A body that comes only when the phone has sent it."""

    def __init__(self) -> None:
        self.sent, self.asked = threading.Event(), threading.Event()

    def read(self, _number: int = -1) -> bytes:
        self.asked.set()
        assert self.sent.wait(_WAIT)
        return b"slow"


def _environ(body: bytes = b"", **other: Any) -> dict[str, Any]:
    return EnvironBuilder(
        method="POST" if body else "GET", data=body or None, **other
    ).get_environ()


def _ask(app: Turns, environ: dict[str, Any]) -> list[bytes]:
    return list(app(environ, lambda *_: lambda _: None))


@pytest.fixture
def door() -> Door:
    return Door()


def test_so_many_at_once_and_the_others_in_their_turn(door: Door) -> None:
    app = Turns(door, _LARGEST, at_once=2, patience=_WAIT)
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(_ask, app, _environ()) for _ in range(5)]
        assert door.entered.acquire(timeout=_WAIT)
        assert door.entered.acquire(timeout=_WAIT)
        assert not door.entered.acquire(timeout=0.2)
        door.go.set()
        assert [each.result() for each in asked] == [[b"done"]] * 5


def test_the_body_is_received_before_the_turn_and_whole(door: Door) -> None:
    app, phone = Turns(door, _LARGEST, at_once=1, patience=_WAIT), Phone()
    door.go.set()
    slow = _environ(b"slow") | {"wsgi.input": phone}
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(_ask, app, slow)
        assert phone.asked.wait(_WAIT)
        assert _ask(app, _environ(b"quick")) == [b"done"]
        phone.sent.set()
        assert waiting.result() == [b"done"]
    assert door.bodies == [b"quick", b"slow"]


@pytest.mark.parametrize(
    "arriving",
    [
        _environ(b"file", content_type="multipart/form-data; boundary=x"),
        _environ(b"x" * (_LARGEST + 1)),
        _environ(b"no number") | {"CONTENT_LENGTH": "-1"},
        _environ(b"unknown length") | {"CONTENT_LENGTH": ""},
    ],
    ids=["files", "large", "no number", "no length"],
)
def test_what_is_still_arriving_takes_no_turn(door: Door, arriving: dict[str, Any]) -> None:
    app = Turns(door, _LARGEST, at_once=1, patience=_WAIT)
    body: BytesIO = arriving["wsgi.input"]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(_ask, app, _environ())
        assert door.entered.acquire(timeout=_WAIT)
        second = pool.submit(_ask, app, arriving)
        assert door.entered.acquire(timeout=_WAIT)
        door.go.set()
        assert first.result() == second.result() == [b"done"]
    assert body.getvalue() in door.bodies


def test_nobody_waits_for_ever(door: Door) -> None:
    app = Turns(door, _LARGEST, at_once=1, patience=0.05)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(_ask, app, _environ()) for _ in range(2)]
        assert door.entered.acquire(timeout=_WAIT)
        assert door.entered.acquire(timeout=_WAIT)
        door.go.set()
        assert [each.result() for each in asked] == [[b"done"]] * 2
    # Who came in without a turn gave none back: there is still one, and not two.
    door.go.clear()
    with ThreadPoolExecutor(1) as pool:
        last = pool.submit(_ask, app, _environ())
        assert door.entered.acquire(timeout=_WAIT)
        assert not app._free.acquire(blocking=False)
        door.go.set()
        assert last.result() == [b"done"]


def test_who_only_waits_lends_the_turn(door: Door) -> None:
    flask = Flask(__name__)
    door.go.set()

    def waits(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with flask.request_context(environ), turns.lent():
            assert app._free.acquire(blocking=False), "the turn was kept"
            app._free.release()
        assert not app._free.acquire(blocking=False), "the turn was not taken again"
        return door(environ, start)

    app = Turns(waits, _LARGEST, at_once=1, patience=_WAIT)
    assert _ask(app, _environ()) == [b"done"]
    assert app._free.acquire(blocking=False)


def test_without_a_turn_there_is_none_to_lend() -> None:
    with turns.lent():
        assert not has_request_context()
    with Flask(__name__).test_request_context(), turns.lent():
        assert turns._TURN not in request.environ


def test_an_error_gives_the_turn_back() -> None:
    def fails(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("as it happens")

    app = Turns(fails, _LARGEST, at_once=1, patience=_WAIT)
    with pytest.raises(ValueError, match="as it happens"):
        _ask(app, _environ())
    assert app._free.acquire(blocking=False)
