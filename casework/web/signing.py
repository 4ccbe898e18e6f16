"""What follows a proof of who somebody is: the session, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from casework.db import db, transaction
from casework.i18n import gettext
from casework.services import own_notices, second_factor, sign_ins
from casework.services.second_factor import Asked
from casework.web import clock, context, sessions
from casework.web.access import STEPS, safe_next
from casework.web.sessions import Visitor

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.models import Staff
    from casework.services.sign_ins import Way


def welcome(staff: Staff, way: Way, *, factor: bool, then: str | None) -> ResponseReturnValue:
    """Begin a session of somebody who has proved who they are, and send them on.

    `factor` says that the way of signing in has shown a second factor too. `then` is the page
    that was wanted, as the browser gave it. Without a second factor the way leads to where it is
    shown, or set up.
    """
    with transaction() as work:
        token = sign_ins.begin(work, clock.now(), staff, way, factor=factor)
    sessions.begin(Visitor.STAFF, token)
    asked = Asked.NOTHING if factor else second_factor.asked(db.session(), staff.id)
    if asked is Asked.NOTHING:
        tell_news(staff)
        return onward(staff, then)
    return redirect(url_for(STEPS[asked], next=safe_next(then)))


def through(staff: Staff, token: str, then: str | None) -> ResponseReturnValue:
    """Give the browser a session that has just become whole, and send its owner on."""
    sessions.begin(Visitor.STAFF, token)
    tell_news(staff)
    return onward(staff, then)


def tell_news(staff: Staff) -> None:
    """Tell somebody who comes in that something happened to the account, or to those of others."""
    news = {notice.kind for notice in own_notices.unseen(db.session(), staff.id)}
    if news & own_notices.OF_OTHERS:
        flash(gettext("An administrator changed somebody's account. Read it on the account page."))
    if news - own_notices.OF_OTHERS:
        flash(gettext("There is something new about your account. Read it on the account page."))


def onward(staff: Staff, then: str | None) -> ResponseReturnValue:
    """Send somebody who is signed in to the page that was wanted, or to where the day begins."""
    return redirect(safe_next(then) or context.home(staff))


def wanted() -> str | None:
    """Return the page that was wanted, as the address of this one names it."""
    return request.args.get("next")
