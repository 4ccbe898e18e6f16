"""One's own account: name, language and password."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh

from casework.db import transaction
from casework.domain.facts import Actor
from casework.domain.languages import ENABLED
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import accounts, logins
from casework.services.accounts import WrongSignIn
from casework.services.passwords import WeakPassword
from casework.web import clock, sessions
from casework.web.access import requires_staff
from casework.web.auth import passwords
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, PasswordField, SelectField, TextField, choice, required
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
    del actor
    staff = own()
    form = ProfileForm(obj=staff, prefix="profile")
    if not form.validate_on_submit():
        return _page(staff, form, NewPasswordForm(formdata=None, prefix="password"))
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
    staff = own()
    form = NewPasswordForm(prefix="password")
    if form.validate_on_submit() and _change_password(staff, form):
        flash(gettext("Your password is changed. All other places are signed out."))
        return redirect(url_for("auth.account"))
    return _page(staff, ProfileForm(formdata=None, obj=staff, prefix="profile"), form)


def _change_password(staff: Staff, form: NewPasswordForm) -> bool:
    factor = sessions.has_factor()
    try:
        with transaction() as work:
            now = clock.now()
            accounts.change_password(work, now, staff, form.old.data or "", form.new.data or "")
            token = logins.begin_for_staff(work, now, staff, factor=factor)
    except WrongSignIn:
        form.old.errors = [gettext("This is not the password you use now.")]
        return False
    except WeakPassword as weak:
        form.new.errors = [passwords.weak(weak)]
        return False
    sessions.begin(Visitor.STAFF, token)
    return True


def _page(staff: Staff, profile: ProfileForm, new_password: NewPasswordForm) -> ResponseReturnValue:
    page = render_template(
        "auth/account.html", staff=staff, profile=profile, new_password=new_password
    )
    return page, WRONG if profile.errors or new_password.errors else 200


def own() -> Staff:
    """Return the account of whoever is signed in."""
    staff = sessions.staff()
    if staff is None:
        abort(404)
    return staff
