"""Proving again who one is, before a page that needs a new proof."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import logins, second_factor, sign_ins
from casework.services.accounts import WrongSignIn
from casework.web import clock, pace, sessions, signing
from casework.web.access import requires_staff
from casework.web.auth import proofs
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.auth.second_step import CodeForm
from casework.web.fields import Form, PasswordField, required
from casework.web.pace import Later

_PAGE = "auth/confirm.html"


class PasswordForm(Form):
    """The proof of somebody without a second factor."""

    password = PasswordField(_l("Password"), required(_l("Write your password.")))


@auth.route("/confirm", methods=["GET", "POST"])
@requires_staff
def confirm(actor: Actor) -> ResponseReturnValue:
    """Ask who somebody is, and go on to what they wanted."""
    del actor
    staff = own()
    form: Form = CodeForm() if second_factor.has(db.session(), staff.id) else PasswordForm()
    try:
        if form.validate_on_submit() and _proven(staff, form):
            return signing.onward(staff, signing.wanted())
    except Later as later:
        form.form_errors.append(pace.words(later))
        return pace.answer(render_template(_PAGE, form=form), later)
    return render_template(_PAGE, form=form), WRONG if form.errors else 200


def _proven(staff: Staff, form: Form) -> bool:
    """Check the proof and write down that it was given; else say what is wrong with it."""
    right = _by_code(staff, form) if isinstance(form, CodeForm) else _by_password(staff, form)
    if right:
        remember()
    return right


def _by_code(staff: Staff, form: CodeForm) -> bool:
    proofs.may_try_factor(staff)
    with transaction() as work:
        right = sign_ins.prove_by_code(work, clock.now(), staff, form.code.data or "")
    if not right:
        form.code.errors = [gettext("This code is not right, or was used before.")]
    return right


def _by_password(staff: Staff, form: Form) -> bool:
    try:
        proofs.by_password(staff.email, form["password"].data or "")
    except WrongSignIn:
        form["password"].errors = [gettext("This is not your password.")]
        return False
    return True


def remember() -> None:
    """Write down that whoever is signed in at this browser has just proved who they are."""
    login = sessions.sign_in()
    if login is not None:
        with transaction() as work:
            logins.refresh(work, clock.now(), login.id)
