"""The first password, by invitation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import accounts
from casework.services.accounts import InvitationUnknown
from casework.services.passwords import WeakPassword
from casework.web import clock
from casework.web.access import public
from casework.web.auth import passwords
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, PasswordField, required


class FirstPasswordForm(Form):
    """The password that an invited person chooses."""

    password = PasswordField(
        _l("Password"),
        required(_l("Choose a password.")),
        description=_l("12 characters or more. Four words that do not belong together are good."),
    )


@auth.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Let an invited person choose a password, once."""
    try:
        staff = accounts.invited(db.session(), clock.now(), token)
    except InvitationUnknown:
        return render_template("auth/invitation_unknown.html"), 404
    form = FirstPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as work:
                accounts.accept_invitation(work, clock.now(), token, form.password.data or "")
        except WeakPassword as weak:
            form.password.errors = [passwords.weak(weak)]
        else:
            flash(gettext("Your password is set. Sign in with it."))
            return redirect(url_for("auth.sign_in"))
    page = render_template("auth/invitation.html", form=form, staff=staff)
    return page, WRONG if form.errors else 200
