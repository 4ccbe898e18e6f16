"""Long work shows itself, and can be stopped: how far it is, how long it takes, one sentence."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from click import echo

from casework.cli.sentences import Sorry
from casework.services.backup.manifest import Stopped

if TYPE_CHECKING:
    from types import FrameType

_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SECONDS: Final = 60
# Seconds between looks at how far it is: often where somebody watches, seldom in a log.
_WATCHED: Final = 0.5
_LOGGED: Final = 10.0
_CLEAR: Final = "\r\x1b[K"

Stop = Callable[[], bool]


class Teller:
    """Says how far something is and how long it may still take, now and then.

    On a terminal it is one line that changes, elsewhere a line every ten seconds. Calling it
    raises Stopped once `stop` says that somebody asked to stop: each call has to be at a place
    where what was done before stays done.
    """

    def __init__(self, what: str, stop: Stop | None = None, *, every: float | None = None) -> None:
        self._what, self._stop = what, stop
        self._line = sys.stderr.isatty()
        self._every = (_WATCHED if self._line else _LOGGED) if every is None else every
        self._began = self._told = time.monotonic()
        self._first: int | None = None
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done, unless it was said a moment ago."""
        if self._stop is not None and self._stop():
            self.close()
            raise Stopped
        # What an earlier run has done says nothing about how fast this one is.
        self._first = done if self._first is None else self._first
        if done >= total:
            self.close()
        elif done > self._first and time.monotonic() - self._told >= self._every:
            self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        self._told = time.monotonic()
        fresh = done - (self._first or 0)
        left = (self._told - self._began) / fresh * (total - done)
        said = f"{self._what}: {done} of {total}, about {duration(left)} left."
        echo(f"{_CLEAR}{said}" if self._line else said, err=True, nl=not self._line)
        self._open = self._line

    def close(self) -> None:
        """Take away the line that changes: what is said next begins one of its own."""
        if self._open:
            echo(_CLEAR, err=True, nl=False)
            self._open = False


def duration(seconds: float) -> str:
    """Return a duration in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // _SECONDS} min {whole % _SECONDS} s" if whole >= _SECONDS else f"{whole} s"


@contextmanager
def stoppable(sentence: str) -> Iterator[Stop]:
    """Give what tells whether somebody asked to stop; when it did stop, end with the sentence.

    The batch in hand is finished first. Who asks a second time means now: what is half done then
    is undone by the database.
    """
    asked: list[int] = []
    former: dict[int, Any] = {number: signal.getsignal(number) for number in _STOPS}

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)
        signal.signal(number, former[number])

    for number in _STOPS:
        signal.signal(number, ask)
    try:
        yield lambda: bool(asked)
    except Stopped:
        raise Sorry(sentence) from None
    finally:
        for stop, handler in former.items():
            signal.signal(stop, handler)
