"""Two kinds of visitors, a cookie each: staff who signed in, a person whose code opened a case.

A thin layer of our own instead of flask-login: that one knows a single kind of user for the
whole application, and here both may sit at the same browser without knowing of each other.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from flask import Response, after_this_request, current_app, g, request
from flask import session as page_session

from casework.db import aside, db, transaction
from casework.services import logins, second_factor
from casework.web import clock

if TYPE_CHECKING:
    from casework.config import Settings
    from casework.models import Case, Login, Staff


class Visitor(StrEnum):
    """Who a session belongs to; the value names the cookie, which says nothing."""

    STAFF = "desk"
    COMPLAINANT = "visit"


def staff() -> Staff | None:
    """Return the member of staff who is signed in at this browser, with all that it takes."""
    login = sign_in()
    return login.staff if login and _whole(login) else None


def _whole(login: Login) -> bool:
    """Tell whether a session opens pages; of one without a factor that is asked once a request."""
    if login.factor_at is not None:
        return True
    known: dict[int, bool] = g.setdefault("wholes", {})
    if login.id not in known:
        known[login.id] = second_factor.whole(db.session(), login)
    return known[login.id]


def sign_in() -> Login | None:
    """Return the session of a member of staff, also one who is only half signed in."""
    return _login(Visitor.STAFF)


def has_factor() -> bool:
    """Tell whether a second factor was shown in the session of the member of staff."""
    login = sign_in()
    return login is not None and login.factor_at is not None


def is_fresh(*, in_full: bool = False) -> bool:
    """Tell whether the member of staff proved a short while ago, or `in_full`, who they are."""
    login = sign_in()
    return login is not None and logins.is_fresh(login, clock.now(), in_full=in_full)


def opened_case() -> Case | None:
    """Return the case that a tracking code opened at this browser."""
    login = _login(Visitor.COMPLAINANT)
    return login.case if login else None


def visit() -> Login | None:
    """Return the session in which a tracking code opened a case at this browser."""
    return _login(Visitor.COMPLAINANT)


def begin(visitor: Visitor, token: str) -> None:
    """Give the browser the token of a new session, after what was there before has ended.

    To be called after the transaction that made the token.
    """
    forget(visitor)
    _keep(visitor, token)
    # A page that is shown in the same answer knows already whose it is, and their language.
    _found()[visitor] = logins.find(db.session(), clock.now(), token)


def renew(token: str) -> None:
    """Give the browser the new token of the session that a member of staff has already.

    The token of forms stays: what is typed in another window must not be refused.
    """
    _keep(Visitor.STAFF, token)
    _found()[Visitor.STAFF] = logins.find(db.session(), clock.now(), token)


def forget(visitor: Visitor) -> None:
    """End the browser's session. For staff the token of forms is made anew as well."""
    token = request.cookies.get(_cookie(visitor))
    if token:
        with transaction() as session:
            logins.end(session, token)
    if visitor is Visitor.STAFF:
        # A complainant keeps it: what they are typing in another window must not be refused.
        page_session.pop("csrf_token", None)
        g.pop("csrf_token", None)
    _found().pop(visitor, None)
    _keep(visitor, None)


def look_at_none() -> None:
    """Take this request for a stranger's: an error page must not ask a broken database."""
    _found().update(dict.fromkeys(Visitor))


def _found() -> dict[Visitor, Login | None]:
    found: dict[Visitor, Login | None] = g.setdefault("logins", {})
    return found


def _login(visitor: Visitor) -> Login | None:
    """Return the living session of the request's cookie, looked up once a request."""
    found = _found()
    if visitor not in found:
        found[visitor] = _load(visitor)
    return found[visitor]


def _load(visitor: Visitor) -> Login | None:
    token = request.cookies.get(_cookie(visitor))
    if not token:
        return None
    now = clock.now()
    login = logins.find(db.session(), now, token)
    if login is None or (login.staff_id is None) is (visitor is Visitor.STAFF):
        return None
    if logins.wants_to_be_seen(login, now):
        with aside() as session:
            logins.seen(session, now, login.id)
    return login


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _cookie(visitor: Visitor) -> str:
    # The prefix makes browsers refuse the cookie from a neighbouring or unencrypted site.
    return f"__Host-{visitor}" if _settings().https else visitor.value


def _keep(visitor: Visitor, token: str | None) -> None:
    """Set or delete the cookie with the response; it goes when the browser closes."""
    g.setdefault("cookies", {})[visitor] = token
    if len(g.cookies) == 1:
        after_this_request(_set_cookies)


def _set_cookies(response: Response) -> Response:
    secure = _settings().https
    for visitor, token in g.cookies.items():
        name = _cookie(visitor)
        if token is None:
            response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
        else:
            response.set_cookie(name, token, secure=secure, httponly=True, samesite="Lax")
    return response
