"""The one question that a browser has been asked and has not answered yet."""

from __future__ import annotations

from typing import Final

from flask import session

_NAME: Final = "asked"


def hold(token: str) -> None:
    """Let the browser hold the token of a question; one asked before is not answered any more."""
    session[_NAME] = token


def token() -> str:
    """Return the token that the browser holds, once; nothing fits an empty one."""
    return str(session.pop(_NAME, ""))
