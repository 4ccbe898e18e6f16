"""No more e-mails: a link that works without signing in, for people and for mail programs.

A mail program posts to the same address as the button does (RFC 8058). The signed link is all
that it takes, and all that it can do: it shows nothing, and no other site gains by sending it.
"""

from __future__ import annotations

from typing import Final

from flask import abort, current_app, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from casework.db import db, transaction
from casework.models import Staff
from casework.services import letter_wishes
from casework.web import clock
from casework.web.access import public
from casework.web.auth.blueprint import auth

_SALT: Final = "letters"


def link(staff_id: int) -> str:
    """Return the address at which a member of staff stops their e-mails; it stays good."""
    return url_for("auth.unsubscribe", token=_signer().dumps(staff_id), _external=True)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)


def _owner(token: str) -> Staff:
    try:
        staff_id = _signer().loads(token)
    except BadSignature:
        abort(404)
    return db.session().get(Staff, staff_id) or abort(404)


@auth.get("/no-more-mail/<token>")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask with a button: programs that look at links must not stop anything."""
    _owner(token)
    return render_template("auth/unsubscribe.html", token=token, done=False)


@auth.post("/no-more-mail/<token>")
@public
def stop_mail(token: str) -> ResponseReturnValue:
    """Send no more e-mails, but about the account itself."""
    staff_id = _owner(token).id
    with transaction() as session:
        letter_wishes.stop(session, clock.now(), session.get_one(Staff, staff_id))
    return render_template("auth/unsubscribe.html", token=token, done=True)


@auth.record_once
def _let_mail_programs_post(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(stop_mail)
