"""Who may open which page. What declares nothing is open to nobody.

Every view carries exactly one of the marks below. Who may not know that something exists
gets the same answer as if it did not: 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue

from casework.db import db
from casework.domain import areas, permissions
from casework.domain.facts import Actor
from casework.models import Case
from casework.services import facts, second_factor
from casework.services.second_factor import Asked
from casework.web import clock, sessions, wanted, watching
from casework.web.wanted import Wanted

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from casework.domain.areas import Permission
    from casework.domain.workflow import Action

View = Callable[..., ResponseReturnValue]
SIGN_IN: Final = "auth.sign_in"
# Where somebody proves again who they are.
CONFIRM: Final = "auth.confirm"
# Where somebody who has given the password shows, or sets up, the second factor.
STEPS: Final = {
    Asked.CODE: "auth.second_step",
    Asked.PASSKEY: "auth.passkey_step",
    Asked.SET_UP: "auth.set_up",
}
# Where a person gives the tracking code; the page belongs to the public pages.
TRACK: Final = "public.track"
# Where a person changes the code.
CODE: Final = "public.code"
_MARK: Final = "access"
_FRESH: Final = "asks_anew"


class Needs(StrEnum):
    """What it takes to open a page."""

    NOTHING = "nothing"
    HALF = "half"
    STAFF = "staff"
    AREA = "area"
    CASE = "case"
    COMPLAINANT = "complainant"


@dataclass(frozen=True)
class Access:
    """What a view has declared."""

    needs: Needs
    area: Permission | None = None
    action: Action | None = None


def declared(view: Callable[..., object]) -> Access | None:
    """Return what a view has declared, for the guard and for the tests of the house."""
    access: Access | None = getattr(view, _MARK, None)
    return access


def _marked(view: View, access: Access) -> View:
    setattr(view, _MARK, access)
    return view


def public(view: View) -> View:
    """Open a page to everybody."""
    return _marked(view, Access(Needs.NOTHING))


def requires_half(view: View) -> View:
    """Open a page to whoever has signed in, also half, for the second step; it takes `login`.

    Who is half signed in has ten minutes for the other half.
    """

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        login = sessions.sign_in()
        if login is None or (sessions.staff() is None and not sessions.is_fresh()):
            return _to_sign_in()
        return view(login=login, **values)

    return _marked(guarded, Access(Needs.HALF))


def requires_staff(view: View) -> View:
    """Open a page to whoever is signed in; the view takes `actor`."""

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        actor = current_actor()
        return view(actor=actor, **values) if actor else _to_sign_in()

    return _marked(guarded, Access(Needs.STAFF))


def requires(area: Permission) -> Callable[[View], View]:
    """Open a page to staff who may enter an area; the view takes `actor`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            actor = current_actor()
            if actor is None:
                return _to_sign_in()
            if not areas.may_enter(actor, area):
                watching.refuse(actor)
            return view(actor=actor, **values)

        return _marked(guarded, Access(Needs.AREA, area=area))

    return decorate


def requires_case(
    action: Action | None = None, *, emergency: bool = False
) -> Callable[[View], View]:
    """Open a page to staff who may see the case `reference` in the address, and may do `action`.

    The view takes `actor` and `case` instead of the reference. With `emergency` the page is also
    open to whoever has opened the case in an emergency: it must do nothing to the case.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(reference: str, **values: Any) -> ResponseReturnValue:
            actor = current_actor()
            if actor is None:
                return _to_sign_in()
            asked = wanted.find(reference, actor)
            if asked is None:
                watching.refuse(actor)
            reader: Actor | None = actor
            if not _permits(actor, asked.case, action):
                reader = _in_emergency(actor, asked) if emergency else None
            if reader is None:
                watching.refuse(actor, asked.case.id)
            return watching.shown(view, reader, asked.case, values, noted=asked.noted)

        return _marked(guarded, Access(Needs.CASE, action=action))

    return decorate


def _in_emergency(actor: Actor, asked: Wanted) -> Actor | None:
    """Return the actor with the case, where they have opened it in an emergency."""
    opened = replace(actor, opened=frozenset({asked.case.id} if asked.opened else ()))
    case_facts = facts.case_facts(db.session(), asked.case)
    return opened if permissions.may_read(opened, case_facts) else None


def requires_complainant(
    action: Action | None = None, *, shared: bool = False
) -> Callable[[View], View]:
    """Open a page to whoever opened a case with its code at this browser, and may do `action`.

    The view takes `actor` and `case`. Anybody else is asked for the code first. While a member of
    staff knows the code, only pages that are `shared` open: the code is changed before the rest.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            case = wanted.opened()
            if case is None:
                return redirect(url_for(TRACK))
            actor = facts.complainant_actor(case)
            if not _permits(actor, case, action):
                abort(404)
            if case.code_is_shared and not shared:
                return redirect(url_for(CODE))
            return view(actor=actor, case=case, **values)

        return _marked(guarded, Access(Needs.COMPLAINANT, action=action))

    return decorate


def fresh(view: View) -> View:
    """Ask for a new proof of who somebody is when the last is older than ten minutes.

    It stands below the mark that says who may open the page. Who was about to post something
    comes back to the page of that address, or one above it, and does it again.
    """
    return _asking(view, in_full=False)


def fresh_in_full(view: View) -> View:
    """Ask as `fresh` does, for all that an account is asked at sign-in: a code is not enough.

    It is for what changes by what the owner of an account is known.
    """
    return _asking(view, in_full=True)


def _asking(view: View, *, in_full: bool) -> View:
    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        if sessions.is_fresh(in_full=in_full):
            return view(**values)
        return redirect(url_for(CONFIRM, next=_readable(), full="1" if in_full else None))

    setattr(guarded, _FRESH, True)
    return guarded


def asks_anew(view: Callable[..., object]) -> bool:
    """Tell whether a view asks for a new proof, for the tests of the house."""
    return bool(getattr(view, _FRESH, False))


def _readable() -> str | None:
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    adapter, page = request_ctx.url_adapter, request.path
    while page and adapter is not None and not adapter.test(page, "GET"):
        page = page.rpartition("/")[0]
    return page or None


def _permits(actor: Actor, case: Case, action: Action | None) -> bool:
    case_facts = facts.case_facts(db.session(), case)
    if action is None:
        return permissions.may_see(actor, case_facts)
    return permissions.allowed(actor, case_facts, action, clock.now())


def current_actor() -> Actor | None:
    """Return the member of staff who is signed in, as the rules see them."""
    staff = sessions.staff()
    return facts.staff_actor(staff) if staff else None


def safe_next(target: str | None) -> str | None:
    """Return the path to go to after signing in, or None when it would lead anywhere else."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    leads_away = parts.scheme or parts.netloc or not target.isprintable()
    return None if leads_away else target


def _to_sign_in() -> Response:
    # What was posted is not repeated after signing in: only a page that was read comes back.
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    login, page = sessions.sign_in(), SIGN_IN
    if login is not None and login.staff_id is not None and sessions.is_fresh():
        page = STEPS[second_factor.asked(db.session(), login.staff_id)]
    return redirect(url_for(page, next=wanted))


def init_app(app: Flask) -> None:
    """Let no request through to a view that has declared nothing."""
    app.before_request(_deny_undeclared)


def _deny_undeclared() -> None:
    if request.endpoint is None:
        return
    if declared(current_app.view_functions[request.endpoint]) is None:
        abort(404)
