"""Accounts of staff: the list, a new one, a changed one, an ended one."""

from __future__ import annotations

from typing import TypeVar

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.email_address import BadEmail
from casework.domain.facts import Actor, Role
from casework.domain.languages import ENABLED
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import accounts as service
from casework.services import second_factor
from casework.services.account_rules import LastAdministrator, OfficeNeeded, OwnAccount
from casework.services.accounts import EmailTaken, UnknownAccount
from casework.web import clock
from casework.web.access import fresh, requires
from casework.web.admin import choices, words
from casework.web.admin.blueprint import WRONG, admin
from casework.web.fields import Form, RadioField, SelectField, TextField, choice, chosen, required

F = TypeVar("F", bound="AccountForm")


class AccountForm(Form):
    """Who somebody is and what they are trusted with."""

    name = TextField(_l("Name"), required(_l("Write the name.")), longest=200)
    role = RadioField(_l("Role"), chosen(_l("Choose a role.")))
    office_id = SelectField(
        _l("Office"),
        description=_l("Administrators and analysts need none."),
    )
    language = SelectField(_l("Language of the pages"))


class NewAccountForm(AccountForm):
    """A new account, known by its e-mail address."""

    email = TextField(_l("E-mail address"), required(_l("Write the e-mail address.")), longest=200)


@admin.get("/accounts")
@requires(Permission.SETTINGS)
def accounts(actor: Actor) -> ResponseReturnValue:
    """Show all accounts."""
    del actor
    people = service.everyone(db.session())
    states = {each.id: _state(each) for each in people}
    return render_template("admin/accounts.html", people=people, states=states)


def _state(staff: Staff) -> str:
    """Return how an account stands: active, ended, or waiting for its first password."""
    if not staff.active:
        return "ended"
    if staff.password_hash:
        return "active"
    expires = staff.invite_expires_at
    return "invited" if expires and expires > clock.now() else "expired"


@admin.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
@fresh
def new_account(actor: Actor) -> ResponseReturnValue:
    """Make an account, and show its invitation once."""
    form = _with_choices(NewAccountForm())
    if form.validate_on_submit():
        try:
            return _made(actor, form)
        except BadEmail:
            form.email.errors = [gettext("Write an e-mail address, like name@office.example.")]
        except EmailTaken:
            form.email.errors = [gettext("There is an account with this e-mail address already.")]
        except OfficeNeeded:
            form.office_id.errors = [gettext("Choose the office where the person works.")]
    return render_template("admin/account_new.html", form=form), WRONG if form.errors else 200


def _made(actor: Actor, form: NewAccountForm) -> ResponseReturnValue:
    with transaction() as session:
        staff, token = service.create(
            session,
            actor,
            clock.now(),
            email=form.email.data or "",
            name=form.name.data or "",
            role=Role(form.role.data),
            office_id=form.office_id.data or None,
            language=form.language.data,
        )
        name = staff.name
    return _invitation(name, token)


def _invitation(name: str, token: str) -> ResponseReturnValue:
    """Show the link of an invitation. It is not kept anywhere, so it is shown only now."""
    return render_template(
        "admin/invitation.html",
        name=name,
        link=url_for("auth.invitation", token=token, _external=True),
        days=service.INVITATION_LASTS.days,
    )


@admin.route("/accounts/<int:staff_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
@fresh
def account(actor: Actor, staff_id: int) -> ResponseReturnValue:
    """Show an account and change it."""
    staff = _found(staff_id)
    form = _with_choices(AccountForm(obj=staff), staff.office_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                _change(actor, service.account(session, staff_id), form)
        except OfficeNeeded:
            form.office_id.errors = [gettext("Choose the office where the person works.")]
        except OwnAccount:
            form.role.errors = [gettext("Nobody changes their own role or office.")]
        except LastAdministrator:
            form.role.errors = [gettext("Somebody has to stay administrator.")]
        else:
            flash(gettext("The account is changed."))
            return redirect(url_for("admin.accounts"))
    return _page(actor, staff_id, form)


def _page(actor: Actor, staff_id: int, form: AccountForm) -> ResponseReturnValue:
    staff = _found(staff_id)
    page = render_template(
        "admin/account.html",
        staff=staff,
        form=form,
        state=_state(staff),
        own=actor.staff_id == staff_id,
        has_factor=second_factor.has(db.session(), staff_id),
    )
    return page, WRONG if form.errors else 200


def _change(actor: Actor, staff: Staff, form: AccountForm) -> None:
    session, role, office = db.session(), Role(form.role.data), form.office_id.data or None
    name, language, now = form.name.data or "", form.language.data, clock.now()
    service.change_profile(session, actor, now, staff, name=name, language=language)
    # Another role or office ends the sessions of the account: not without need.
    if (staff.role, staff.office_id) != (role.value, office):
        service.set_role(session, actor, now, staff, role=role, office_id=office)


@admin.post("/accounts/<int:staff_id>/invitation")
@requires(Permission.SETTINGS)
@fresh
def invite_again(actor: Actor, staff_id: int) -> ResponseReturnValue:
    """Make a new invitation: the password stops working, an ended account lives again."""
    _found(staff_id)
    try:
        with transaction() as session:
            staff = service.account(session, staff_id)
            token = service.reinvite(session, actor, clock.now(), staff)
            name = staff.name
    except OwnAccount:
        abort(404)
    return _invitation(name, token)


@admin.post("/accounts/<int:staff_id>/second-step")
@requires(Permission.SETTINGS)
@fresh
def reset_factor(actor: Actor, staff_id: int) -> ResponseReturnValue:
    """Take a lost second factor away; its owner is told, and sets up a new one."""
    _found(staff_id)
    try:
        with transaction() as session:
            service.reset_factor(session, actor, clock.now(), service.account(session, staff_id))
    except OwnAccount:
        abort(404)
    flash(gettext("The second step is taken away. It is set up anew at the next sign-in."))
    return redirect(url_for("admin.account", staff_id=staff_id))


@admin.post("/accounts/<int:staff_id>/end")
@requires(Permission.SETTINGS)
@fresh
def end_account(actor: Actor, staff_id: int) -> ResponseReturnValue:
    """End an account."""
    _found(staff_id)
    try:
        with transaction() as session:
            service.deactivate(session, actor, clock.now(), service.account(session, staff_id))
    except (OwnAccount, LastAdministrator):
        flash(gettext("Nobody ends their own account, and somebody has to stay administrator."))
        return redirect(url_for("admin.account", staff_id=staff_id))
    flash(gettext("The account has ended. Nobody can sign in with it."))
    return redirect(url_for("admin.accounts"))


def _found(staff_id: int) -> Staff:
    try:
        return service.account(db.session(), staff_id)
    except UnknownAccount:
        abort(404)


def _with_choices(form: F, office: str | None = None) -> F:
    form.role.choices = [
        choice(role.value, gettext(label), gettext(words.ROLE_HINT[role]))
        for role, label in ((Role(code), label) for code, label in words.ROLE.items())
    ]
    form.language.choices = [(each.code, i18n.language(each.code)) for each in ENABLED]
    form.office_id.choices = choices.offices(empty=gettext("None"), keep=[office])
    return form
