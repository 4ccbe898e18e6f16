"""The one place where logging is set up, for the web server and for the worker.

Plain text says what went wrong; lines of JSON also tell of every request. Whatever is logged, and
by whichever library: of an error only its kind and its way through the code are written, never
its text, because the text of an error tends to hold what was being handled.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Final, TextIO

from pythonjsonlogger.json import JsonFormatter

_LOG: Final = logging.getLogger(__name__)
REQUESTS: Final = "casework.requests"
_PLAIN: Final = "%(asctime)s %(levelname)s %(message)s"
_FIELDS: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES: Final = {"asctime": "time", "levelname": "level", "name": "logger"}
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainText(logging.Formatter):
    """Lines for somebody who reads them."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name of the library.
        """Return the kind of an error and where it came from, without its text."""
        return way_of(ei[1])


class Lines(JsonFormatter):
    """Lines of JSON, for programs that gather them."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name of the library.
        """Return the kind of an error and where it came from, without its text."""
        return way_of(ei[1])


def way_of(error: BaseException | None) -> str:
    """Return the kind of an error and its way through the code, innermost place last."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return " > ".join([type(error).__name__, *places])


def report(what: str, error: BaseException) -> None:
    """Log a failure: what failed, the kind of the error and the place it was raised at."""
    steps = traceback.extract_tb(error.__traceback__)
    place = f"{steps[-1].name}, line {steps[-1].lineno}" if steps else "nowhere"
    _LOG.error("%s: %s in %s.", what, type(error).__name__, place)


def configure(*, json: bool, stream: TextIO | None = None) -> None:
    """Let this process log to `stream`, as lines of JSON or as plain text.

    Without a stream it is the standard error.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(_FIELDS, rename_fields=_NAMES) if json else PlainText(_PLAIN))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if json else logging.WARNING)
