"""What the log says of a failure: of which kind and where in the code, never about whom.

The path of a request may hold the token of an invitation, the message of an error what a person
wrote, and a line break in either would begin a line of somebody else's making.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, has_request_context, request

from casework import logs

if TYPE_CHECKING:
    from types import TracebackType

_Failure = tuple[type, BaseException, "TracebackType"]


class Discreet(Flask):
    """The application, which tells the log of an unexpected error no more than `report` does."""

    def log_exception(self, exc_info: _Failure | tuple[None, None, None]) -> None:
        """Log an error that nobody has expected."""
        if exc_info[1] is not None:
            report("An unexpected error", exc_info[1])


def report(what: str, error: BaseException) -> None:
    """Log a failure as every part of the house does, and at which page it was."""
    logs.report(f"{what} at {_page()}", error)


def _page() -> str:
    """Return the name of the page that was asked for, which is ours, as its path is not."""
    if not has_request_context() or request.endpoint is None:
        return "no page"
    return f"{request.method} {request.endpoint}"
