"""Where one is signed in: the list of sessions, and ending them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.services import logins
from casework.web import clock, sessions
from casework.web.access import fresh, requires_staff
from casework.web.auth import reading
from casework.web.auth.account import own
from casework.web.auth.blueprint import auth


@auth.get("/account/sessions")
@requires_staff
def places(actor: Actor) -> ResponseReturnValue:
    """Show every place where the account is signed in."""
    found = logins.of_staff(db.session(), clock.now(), own().id)
    return render_template(
        "auth/places.html", places=found, here=sessions.sign_in(), zone=reading.zone(actor)
    )


@auth.post("/account/sessions/<int:login_id>/end")
@requires_staff
@fresh
def end_place(actor: Actor, login_id: int) -> ResponseReturnValue:
    """End one of one's own sessions; of anybody else's it is not told that they exist."""
    del actor
    with transaction() as work:
        ended = logins.end_one_of_staff(work, own().id, login_id)
    if not ended:
        abort(404)
    flash(gettext("That place is signed out."))
    return redirect(url_for("auth.places"))


@auth.post("/account/sessions/end-others")
@requires_staff
@fresh
def end_other_places(actor: Actor) -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    del actor
    login = sessions.sign_in()
    if login is not None:
        with transaction() as work:
            logins.end_others_of_staff(work, login)
    flash(gettext("All other places are signed out."))
    return redirect(url_for("auth.places"))
