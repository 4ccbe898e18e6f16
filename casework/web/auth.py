"""Signing in and out, the first password by invitation, and one's own account."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.domain.languages import CODES, ENABLED
from casework.domain.marks import N_
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import accounts, logins
from casework.services.accounts import InvitationUnknown, WrongSignIn
from casework.services.passwords import SHORTEST, Weakness, WeakPassword
from casework.web import clock, context, sessions
from casework.web.access import public, requires_staff, safe_next
from casework.web.fields import Form, PasswordField, SelectField, TextField, choice, required
from casework.web.sessions import Visitor

auth: Final = Blueprint("auth", __name__, url_prefix="/staff")
WRONG: Final = 422
WEAK: Final = {
    Weakness.SHORT: N_("Choose a password of %(least)d characters or more."),
    Weakness.LONG: N_("Choose a shorter password."),
    Weakness.COMMON: N_("Many people use this password. Choose another one."),
    Weakness.OWN_EMAIL: N_("Do not use your e-mail address as password."),
}


class SignInForm(Form):
    """E-mail address and password."""

    email = TextField(_l("E-mail address"), required(_l("Write your e-mail address.")))
    password = PasswordField(_l("Password"), required(_l("Write your password.")))


class FirstPasswordForm(Form):
    """The password that an invited person chooses."""

    password = PasswordField(
        _l("Password"),
        required(_l("Choose a password.")),
        description=_l("12 characters or more. Four words that do not belong together are good."),
    )


class ProfileForm(Form):
    """What everybody may change of their own account."""

    name = TextField(_l("Name"), required(_l("Write your name.")), longest=200)
    language = SelectField(
        _l("Language of the pages"), choices=[choice(each.code, each.name) for each in ENABLED]
    )


class NewPasswordForm(Form):
    """The old password and the new one."""

    old = PasswordField(_l("Your password now"), required(_l("Write the password you use now.")))
    new = PasswordField(
        _l("New password"),
        required(_l("Choose a password.")),
        description=_l("12 characters or more. Four words that do not belong together are good."),
    )


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
    elif request.method == "GET" and (staff := sessions.staff()) is not None:
        return redirect(context.home(staff))
    return render_template("auth/sign_in.html", form=form), WRONG if form.errors else 200


def _let_in(form: SignInForm) -> ResponseReturnValue:
    staff = accounts.authenticate(db.session(), form.email.data or "", form.password.data or "")
    with transaction() as work:
        token = accounts.sign_in(work, clock.now(), staff)
    sessions.begin(Visitor.STAFF, token)
    return redirect(safe_next(request.args.get("next")) or context.home(staff))


@auth.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session; whoever is not signed in is simply shown the same page."""
    sessions.forget(Visitor.STAFF)
    return redirect(url_for("auth.sign_in"))


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
            form.password.errors = [_weak(weak)]
        else:
            flash(gettext("Your password is set. Sign in with it."))
            return redirect(url_for("auth.sign_in"))
    page = render_template("auth/invitation.html", form=form, staff=staff)
    return page, WRONG if form.errors else 200


@auth.route("/account", methods=["GET", "POST"])
@requires_staff
def account(actor: Actor) -> ResponseReturnValue:
    """Show one's own account and change name and language."""
    del actor
    staff = _own()
    form = ProfileForm(obj=staff, prefix="profile")
    if not form.validate_on_submit():
        return _account_page(staff, form, NewPasswordForm(formdata=None, prefix="password"))
    with transaction() as work:
        accounts.change_profile(work, staff, name=form.name.data or "", language=form.language.data)
    refresh()
    flash(gettext("Your account is changed."))
    return redirect(url_for("auth.account"))


@auth.post("/account/password")
@requires_staff
def password(actor: Actor) -> ResponseReturnValue:
    """Change one's own password; every other session of the account ends."""
    del actor
    staff = _own()
    form = NewPasswordForm(prefix="password")
    if form.validate_on_submit() and _change_password(staff, form):
        flash(gettext("Your password is changed. All other places are signed out."))
        return redirect(url_for("auth.account"))
    return _account_page(staff, ProfileForm(formdata=None, obj=staff, prefix="profile"), form)


def _change_password(staff: Staff, form: NewPasswordForm) -> bool:
    try:
        with transaction() as work:
            now = clock.now()
            accounts.change_password(work, now, staff, form.old.data or "", form.new.data or "")
            token = logins.begin_for_staff(work, now, staff)
    except WrongSignIn:
        form.old.errors = [gettext("This is not the password you use now.")]
        return False
    except WeakPassword as weak:
        form.new.errors = [_weak(weak)]
        return False
    sessions.begin(Visitor.STAFF, token)
    return True


def _account_page(
    staff: Staff, profile: ProfileForm, new_password: NewPasswordForm
) -> ResponseReturnValue:
    page = render_template(
        "auth/account.html", staff=staff, profile=profile, new_password=new_password
    )
    return page, WRONG if profile.errors or new_password.errors else 200


def _own() -> Staff:
    staff = sessions.staff()
    if staff is None:
        abort(404)
    return staff


def _weak(weak: WeakPassword) -> str:
    return gettext(WEAK[weak.weakness], least=SHORTEST)
