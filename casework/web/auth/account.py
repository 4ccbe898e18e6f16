"""One's own account: name, language, password, and how it stands."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.domain.languages import ENABLED
from casework.i18n import gettext, refresh
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import accounts, logins, own_notices, recovery, second_factor
from casework.services.accounts import WrongSignIn
from casework.services.passwords import WeakPassword
from casework.web import clock, pace, sessions
from casework.web.access import requires_staff
from casework.web.auth import passwords, proofs, reading, words
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, PasswordField, SelectField, TextField, choice, required
from casework.web.pace import Later
from casework.web.sessions import Visitor


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


@auth.route("/account", methods=["GET", "POST"])
@requires_staff
def account(actor: Actor) -> ResponseReturnValue:
    """Show one's own account and change name and language."""
    staff = own()
    form = ProfileForm(obj=staff, prefix="profile")
    if not form.validate_on_submit():
        return _page(actor, form, NewPasswordForm(formdata=None, prefix="password"))
    with transaction() as work:
        name, language = form.name.data or "", form.language.data
        accounts.change_profile(work, actor, clock.now(), staff, name=name, language=language)
    refresh()
    flash(gettext("Your account is changed."))
    return redirect(url_for("auth.account"))


@auth.post("/account/password")
@requires_staff
def password(actor: Actor) -> ResponseReturnValue:
    """Change one's own password; every other session of the account ends."""
    staff = own()
    form = NewPasswordForm(prefix="password")
    profile = ProfileForm(formdata=None, obj=staff, prefix="profile")
    try:
        if form.validate_on_submit() and _change_password(staff, form):
            flash(gettext("Your password is changed. All other places are signed out."))
            return redirect(url_for("auth.account"))
    except Later as later:
        form.old.errors = [pace.words(later)]
        return pace.answer(_page(actor, profile, form)[0], later)
    return _page(actor, profile, form)


def _change_password(staff: Staff, form: NewPasswordForm) -> bool:
    factor, old, new = sessions.has_factor(), form.old.data or "", form.new.data or ""
    try:
        proofs.by_password(staff.email, old)
        with transaction() as work:
            accounts.change_password(work, clock.now(), staff, old, new)
            token = logins.begin_for_staff(work, clock.now(), staff, factor=factor)
    except WrongSignIn:
        form.old.errors = [gettext("This is not the password you use now.")]
        return False
    except WeakPassword as weak:
        form.new.errors = [passwords.weak(weak)]
        return False
    sessions.begin(Visitor.STAFF, token)
    return True


@auth.post("/account/notices")
@requires_staff
def put_away(actor: Actor) -> ResponseReturnValue:
    """Put away what the owner was told about the account; the account page still shows it."""
    del actor
    with transaction() as work:
        own_notices.put_away(work, clock.now(), own().id)
    return redirect(url_for("auth.account"))


def _page(actor: Actor, profile: ProfileForm, new_password: NewPasswordForm) -> tuple[str, int]:
    session, staff = db.session(), own()
    page = render_template(
        "auth/account.html",
        staff=staff,
        profile=profile,
        new_password=new_password,
        has_factor=second_factor.has(session, staff.id),
        codes_left=recovery.left(session, staff.id),
        places=len(logins.of_staff(session, clock.now(), staff.id)),
        notices=own_notices.newest(session, staff.id),
        words=words,
        zone=reading.zone(actor),
    )
    return page, WRONG if profile.errors or new_password.errors else 200


def own() -> Staff:
    """Return the account of whoever is signed in."""
    staff = sessions.staff()
    if staff is None:
        abort(404)
    return staff
