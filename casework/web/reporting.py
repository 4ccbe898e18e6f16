"""What the log says of a failure: of which kind and where in the code, never about whom.

The path of a request may hold the token of an invitation, the message of an error what a person
wrote, and a line break in either would begin a line of somebody else's making.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final

from flask import Flask, has_request_context, request

if TYPE_CHECKING:
    from types import TracebackType

_LOG: Final = logging.getLogger(__name__)
_Failure = tuple[type, BaseException, "TracebackType"]


class Discreet(Flask):
    """The application, which tells the log of an unexpected error no more than `report` does."""

    def log_exception(self, exc_info: _Failure | tuple[None, None, None]) -> None:
        """Log an error that nobody has expected."""
        if exc_info[1] is not None:
            report("An unexpected error", exc_info[1])


def report(what: str, error: BaseException) -> None:
    """Log a failure: what failed, at which page, the kind of the error and its place."""
    steps = traceback.extract_tb(error.__traceback__)
    place = f"{steps[-1].name}, line {steps[-1].lineno}" if steps else "nowhere"
    _LOG.error("%s at %s: %s in %s.", what, _page(), type(error).__name__, place)


def _page() -> str:
    """Return the name of the page that was asked for, which is ours, as its path is not."""
    if not has_request_context() or request.endpoint is None:
        return "no page"
    return f"{request.method} {request.endpoint}"
