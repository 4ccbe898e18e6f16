"""Proving again who one is, before a page that needs a new proof."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import second_factor, sign_ins
from casework.services.accounts import WrongSignIn
from casework.services.second_factor import Asked
from casework.services.sign_ins import Way
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


class FullForm(Form):
    """The proof of somebody with a second factor, before their factors change."""

    password = PasswordField(_l("Password"), required(_l("Write your password.")))
    code = CodeForm.code


@auth.route("/confirm", methods=["GET", "POST"])
@requires_staff
def confirm(actor: Actor) -> ResponseReturnValue:
    """Ask who somebody is, and go on to what they wanted."""
    del actor
    staff = own()
    form = _form(staff)
    try:
        if form.validate_on_submit() and _proven(staff, form):
            return signing.onward(staff, signing.wanted())
    except Later as later:
        form.form_errors.append(pace.words(later))
        return pace.answer(_page(staff, form), later)
    return _page(staff, form), WRONG if form.errors else 200


def _wants_full() -> bool:
    return "full" in request.args


def _form(staff: Staff) -> Form:
    if not second_factor.has(db.session(), staff.id):
        return PasswordForm()
    return FullForm() if _wants_full() else CodeForm()


def _page(staff: Staff, form: Form) -> str:
    # Where a passkey is the second factor, a password alone would only lead back here.
    by_passkey = second_factor.asked(db.session(), staff.id) is Asked.PASSKEY
    return render_template(_PAGE, form=form, only_passkey=by_passkey and _wants_full())


def _proven(staff: Staff, form: Form) -> bool:
    """Check the proof and write down that it was given; else say what is wrong with it."""
    if "password" in form and not _by_password(staff, form):
        return False
    if "code" in form and not _by_code(staff, form):
        return False
    if "password" not in form:
        remember(Way.CODE, in_full=False)
    elif "code" in form:
        remember(Way.PASSWORD_AND_CODE, in_full=True)
    else:
        asked = second_factor.asked(db.session(), staff.id)
        remember(Way.PASSWORD, in_full=asked is not Asked.PASSKEY)
    return True


def _by_code(staff: Staff, form: Form) -> bool:
    proofs.may_try_factor(staff)
    with transaction() as work:
        right = sign_ins.prove_by_code(work, clock.now(), staff, form["code"].data or "")
    if not right:
        form["code"].errors = [gettext("This code is not right, or was used before.")]
    return right


def _by_password(staff: Staff, form: Form) -> bool:
    try:
        proofs.by_password(staff.email, form["password"].data or "")
    except WrongSignIn:
        form["password"].errors = [gettext("This is not your password.")]
        return False
    return True


def remember(way: Way, *, in_full: bool) -> None:
    """Write down that whoever is signed in at this browser has just proved who they are."""
    login = sessions.sign_in()
    if login is None or login.staff is None:
        return
    with transaction() as work:
        token = sign_ins.proved(work, clock.now(), login, login.staff, way, in_full=in_full)
    sessions.renew(token)
