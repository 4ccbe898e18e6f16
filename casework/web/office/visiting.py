"""The visit of whoever has shown the code of a packet, held by a cookie of its own.

It is no session of a member of staff nor of a worker: nothing of theirs opens with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, request

from casework.db import db
from casework.services import packet_links
from casework.web import clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from casework.services.packet_links import Visit

COOKIE: Final = "packet"


def _https() -> bool:
    return bool(current_app.config["SETTINGS"].https)


def _cookie() -> str:
    # The prefix makes browsers refuse the cookie from a neighbouring or unencrypted site.
    return f"__Host-{COOKIE}" if _https() else COOKIE


def token() -> str:
    """Return the token that the browser holds; empty when it holds none."""
    return request.cookies.get(_cookie(), "")


def current(session: Session | None = None) -> Visit | None:
    """Return the living visit of this browser, as it is at this moment."""
    held = token()
    return packet_links.visit(session or db.session(), clock.now(), held) if held else None


def hold(response: Response, fresh: str) -> Response:
    """Give the browser the token of a visit; it goes when the browser closes."""
    response.set_cookie(_cookie(), fresh, secure=_https(), httponly=True, samesite="Lax")
    return response


def forget(response: Response) -> Response:
    """Take the token away."""
    response.delete_cookie(_cookie(), secure=_https(), httponly=True, samesite="Lax")
    return response
