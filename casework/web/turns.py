"""Turns: how many requests a process answers at the same time.

Threads that all run Python only take the interpreter from each other, and whoever holds the
database's write lock waits for it like everybody else. So a request that has arrived waits for its
turn, in order. One that is still arriving takes none: a slow phone keeps nobody waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

# One works in Python while others wait for the database or for a slow hash.
AT_ONCE: Final = 3
# Seconds after which a request no longer waits for those before it: an export may take long.
PATIENCE: Final = 5.0
_TURN: Final = "casework.turn"
_WITHOUT_BODY: Final = frozenset(("GET", "HEAD"))


class _Turn:
    """The turn of one request."""

    def __init__(self, free: threading.Semaphore, patience: float) -> None:
        self._free, self._patience, self._mine = free, patience, False

    def __enter__(self) -> None:
        self._mine = self._free.acquire(timeout=self._patience)

    def __exit__(self, *_error: object) -> None:
        if self._mine:
            self._mine = False
            self._free.release()


class Turns:
    """A WSGI application that is asked for so many answers at the same time, and not for more."""

    def __init__(
        self,
        app: WSGIApplication,
        largest: int,
        *,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE,
    ) -> None:
        """Take the application, and how many bytes of a request are kept while it waits."""
        self._app, self._largest, self._patience = app, largest, patience
        self._free = threading.Semaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request in its turn; one whose body comes in while it is worked on, at once."""
        if not _received(environ, self._largest):
            return self._app(environ, start_response)
        turn = environ[_TURN] = _Turn(self._free, self._patience)
        with turn:
            return self._app(environ, start_response)


@contextmanager
def lent() -> Iterator[None]:
    """Let somebody else work while this request only waits; then wait for a turn again."""
    turn: _Turn | None = request.environ.get(_TURN) if has_request_context() else None
    if turn is None:
        yield
        return
    turn.__exit__()
    try:
        yield
    finally:
        turn.__enter__()


def init_app(app: Flask) -> None:
    """Let the application answer in turns."""
    app.wsgi_app = Turns(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]


def _received(environ: WSGIEnvironment, largest: int) -> bool:
    """Receive the fields of a form; tell whether the request is whole, as one with files is not."""
    said = environ.get("CONTENT_LENGTH") or "0"
    files = environ.get("CONTENT_TYPE", "").startswith("multipart/")
    if files or not said.isdecimal() or int(said) > largest:
        return False
    if said != "0":
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(said)))
        return True
    return environ["REQUEST_METHOD"] in _WITHOUT_BODY
