"""Signing in with a password, and signing out."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from casework.db import transaction
from casework.domain.languages import CODES
from casework.i18n import gettext, refresh
from casework.i18n import lazy as _l
from casework.services import sign_ins
from casework.services.accounts import WrongSignIn
from casework.services.sign_ins import Way
from casework.web import clock, context, pace, sessions, signing
from casework.web.access import public
from casework.web.auth import proofs
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, PasswordField, TextField, required
from casework.web.pace import Later
from casework.web.sessions import Visitor


class SignInForm(Form):
    """E-mail address and password."""

    email = TextField(_l("E-mail address"), required(_l("Write your e-mail address.")))
    password = PasswordField(_l("Password"), required(_l("Write your password.")))


@auth.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Let a member of staff in; the page can be read in any enabled language."""
    if request.args.get("language") in CODES:
        session[context.LANGUAGE] = request.args["language"]
        refresh()
    form = SignInForm()
    if form.validate_on_submit():
        try:
            return _let_in(form)
        except WrongSignIn:
            form.password.errors = [gettext("E-mail address and password do not go together.")]
        except Later as later:
            form.password.errors = [pace.words(later)]
            return pace.answer(render_template("auth/sign_in.html", form=form), later)
    elif request.method == "GET" and (staff := sessions.staff()) is not None:
        return redirect(context.home(staff))
    return render_template("auth/sign_in.html", form=form), WRONG if form.errors else 200


def _let_in(form: SignInForm) -> ResponseReturnValue:
    staff = proofs.by_password(form.email.data or "", form.password.data or "")
    return signing.welcome(staff, Way.PASSWORD, factor=False, then=signing.wanted())


@auth.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session; whoever is not signed in is simply shown the same page."""
    login = sessions.sign_in()
    if login is not None and login.staff is not None:
        with transaction() as work:
            sign_ins.end(work, clock.now(), login.staff)
    sessions.forget(Visitor.STAFF)
    response = redirect(url_for("auth.sign_in"))
    # Not the cookies: a worker may be telling a complaint at the same browser.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
