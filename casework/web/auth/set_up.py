"""Setting a second factor up: a picture for the app, its first code, the recovery codes."""

from __future__ import annotations

import io

import segno
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Login
from casework.services import recovery, second_factor, sign_ins
from casework.services.second_factor import Asked
from casework.web import clock, context, sessions, signing
from casework.web.access import STEPS, fresh_in_full, requires_half, requires_staff, safe_next
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.auth.second_step import of
from casework.web.fields import Form, TextField, required
from casework.web.sessions import Visitor

_BLOCK = 4


class FirstCodeForm(Form):
    """The first code, which shows that the app has the secret."""

    code = TextField(
        _l("Code"),
        required(_l("Write the 6 digits that your app shows.")),
        description=_l("The 6 digits that the app shows after it has read the picture."),
    )


class NewCodesForm(Form):
    """A button."""


@auth.route("/second-step/set-up", methods=["GET", "POST"])
@requires_half
@fresh_in_full
def set_up(login: Login) -> ResponseReturnValue:
    """Show the secret to its owner, and take it into use by its first code."""
    staff, then = of(login), signing.wanted()
    asked = second_factor.asked(db.session(), staff.id)
    if sessions.staff() is None and asked is not Asked.SET_UP:
        # The password alone does not replace a second factor that is there.
        return redirect(url_for(STEPS[asked], next=safe_next(then)))
    form = FirstCodeForm()
    if form.validate_on_submit():
        with transaction() as work:
            done = sign_ins.set_up(work, clock.now(), login, staff, form.code.data or "")
        if done is not None:
            sessions.begin(Visitor.STAFF, done.token)
            return _codes(done.codes, safe_next(then) or context.home(staff))
        form.code.errors = [gettext("This code is not right. Wait for the next one and try it.")]
    return _page(login, form)


def _page(login: Login, form: FirstCodeForm) -> ResponseReturnValue:
    staff = of(login)
    with transaction() as work:
        secret = second_factor.offered(work, login, staff)
    address = second_factor.address(secret, staff.email)
    page = render_template(
        "auth/set_up.html",
        form=form,
        picture=_picture(address),
        address=address,
        secret=" ".join(secret[at : at + _BLOCK] for at in range(0, len(secret), _BLOCK)),
        again=second_factor.has(db.session(), staff.id),
        whole=sessions.staff() is not None,
    )
    return page, WRONG if form.errors else 200


def _picture(address: str) -> Markup:
    """Return the address as a QR code: SVG with attributes only, as the content policy asks."""
    file = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(file, kind="svg", xmldecl=False, svgns=False, omitsize=True, light="#fff", border=4)
    return Markup(file.getvalue().decode())  # noqa: S704 - made here, of squares only.


@auth.route("/account/recovery-codes", methods=["GET", "POST"])
@requires_staff
@fresh_in_full
def recovery_codes(actor: Actor) -> ResponseReturnValue:
    """Say how many codes are left, and make new ones in their place."""
    del actor
    staff, form = own(), NewCodesForm()
    if not second_factor.has(db.session(), staff.id):
        return redirect(url_for("auth.set_up"))
    if form.validate_on_submit():
        with transaction() as work:
            codes = sign_ins.new_recovery_codes(work, clock.now(), staff)
        return _codes(codes, url_for("auth.account"))
    left = recovery.left(db.session(), staff.id)
    return render_template("auth/recovery_codes.html", form=form, left=left)


def _codes(codes: list[str], onward: str) -> ResponseReturnValue:
    """Show new recovery codes. They are not kept in plain anywhere, so they are shown only now."""
    return render_template("auth/codes.html", codes=codes, onward=onward)
