"""The second step of signing in: the code of an app, or a recovery code."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Login, Staff
from casework.services import second_factor, sign_ins
from casework.services.second_factor import Asked
from casework.web import clock, pace, sessions, signing
from casework.web.access import STEPS, requires_half, safe_next
from casework.web.auth import proofs
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, TextField, required
from casework.web.pace import Later


class CodeForm(Form):
    """The code that the app shows."""

    code = TextField(
        _l("Code"),
        required(_l("Write the 6 digits that your app shows.")),
        description=_l("The 6 digits that the app on your telephone shows for Casework now."),
    )


class RecoveryForm(Form):
    """One of the recovery codes."""

    code = TextField(
        _l("Recovery code"),
        required(_l("Write one of your recovery codes.")),
        description=_l("The letters and digits from the page you printed. Each code works once."),
    )


@auth.route("/second-step", methods=["GET", "POST"])
@requires_half
def second_step(login: Login) -> ResponseReturnValue:
    """Ask for the code of the app."""
    return _step(login, CodeForm(), "auth/second_step.html")


@auth.route("/second-step/recovery", methods=["GET", "POST"])
@requires_half
def recovery_step(login: Login) -> ResponseReturnValue:
    """Ask for a recovery code, when the app is not at hand."""
    return _step(login, RecoveryForm(), "auth/recovery_step.html")


def _step(login: Login, form: CodeForm | RecoveryForm, template: str) -> ResponseReturnValue:
    staff, then = of(login), signing.wanted()
    if sessions.staff() is not None:
        return signing.onward(staff, then)
    asked = second_factor.asked(db.session(), staff.id)
    if asked is not Asked.CODE:
        return redirect(url_for(STEPS[asked], next=safe_next(then)))
    if request.method == "POST" and form.validate():
        try:
            token = _shown(login, staff, form)
        except Later as later:
            form.code.errors = [pace.words(later)]
            return pace.answer(render_template(template, form=form), later)
        if token is not None:
            return signing.through(staff, token, then)
        form.code.errors = [gettext("This code is not right, or was used before.")]
    return render_template(template, form=form), WRONG if form.errors else 200


def _shown(login: Login, staff: Staff, form: CodeForm | RecoveryForm) -> str | None:
    code = form.code.data or ""
    if isinstance(form, CodeForm):
        proofs.may_try_factor(staff)
        with transaction() as work:
            return sign_ins.show_code(work, clock.now(), login, staff, code)
    with transaction() as work:
        return sign_ins.show_recovery_code(work, clock.now(), login, staff, code)


def of(login: Login) -> Staff:
    """Return whose session it is."""
    if login.staff is None:
        abort(404)
    return login.staff
