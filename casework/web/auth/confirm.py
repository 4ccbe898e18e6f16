"""Proving again who one is, before a page that needs a new proof."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import logins, passwords, second_factor
from casework.web import clock, sessions, signing
from casework.web.access import requires_staff
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, PasswordField, TextField, required


class ConfirmForm(Form):
    """The proof of somebody without a second factor: the password."""

    password = PasswordField(_l("Password"), required(_l("Write your password.")))


class ConfirmByCodeForm(Form):
    """The proof of somebody with a second factor: its code."""

    code = TextField(
        _l("Code"),
        required(_l("Write the 6 digits that your app shows.")),
        description=_l("The 6 digits that the app on your telephone shows for Casework now."),
    )


@auth.route("/confirm", methods=["GET", "POST"])
@requires_staff
def confirm(actor: Actor) -> ResponseReturnValue:
    """Ask who somebody is, and go on to what they wanted."""
    del actor
    staff = own()
    form = _form(staff)
    if form.validate_on_submit() and _proven(staff, form):
        return signing.onward(staff, signing.wanted())
    return render_template("auth/confirm.html", form=form), WRONG if form.errors else 200


def _form(staff: Staff) -> Form:
    by_code = second_factor.has(db.session(), staff.id)
    return ConfirmByCodeForm() if by_code else ConfirmForm()


def _proven(staff: Staff, form: Form) -> bool:
    """Check the proof and write down that it was given; else say what is wrong with it."""
    if isinstance(form, ConfirmForm):
        right = passwords.matches(staff.password_hash, form.password.data or "")
        if not right:
            form.password.errors = [gettext("This is not your password.")]
    elif isinstance(form, ConfirmByCodeForm):
        with transaction() as work:
            right = second_factor.accept(work, clock.now(), staff.id, form.code.data or "")
        if not right:
            form.code.errors = [gettext("This code is not right, or was used before.")]
    login = sessions.sign_in()
    if right and login is not None:
        with transaction() as work:
            logins.refresh(work, clock.now(), login.id)
    return right
