"""One's own passkeys: the list, a new one, another name, and taking one away."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Passkey
from casework.services import logins, sign_ins
from casework.services import passkeys as services
from casework.services.passkeys import LONGEST_NAME, LastFactor, UnknownPasskey
from casework.web import clock, sessions
from casework.web.access import fresh_in_full, requires_staff
from casework.web.auth import passkey_site, waiting
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, TextField
from casework.web.sessions import Visitor
from casework.web.staff.blueprint import zone_of


class NameForm(Form):
    """What the owner calls a passkey."""

    name = TextField(
        _l("Name of the passkey"),
        longest=LONGEST_NAME,
        description=_l("So that you know it again, such as: my telephone."),
    )


class RemoveForm(Form):
    """A button."""


@auth.get("/account/passkeys")
@requires_staff
def passkeys(actor: Actor) -> ResponseReturnValue:
    """Show one's passkeys."""
    session, staff = db.session(), own()
    return render_template(
        "auth/passkeys.html",
        passkeys=services.of_staff(session, staff.id),
        may_add=services.may_add(session, staff.id),
        places=len(logins.of_staff(session, clock.now(), staff.id)),
        zone=zone_of(actor),
    )


@auth.route("/account/passkeys/new", methods=["GET", "POST"])
@requires_staff
@fresh_in_full
def new_passkey(actor: Actor) -> ResponseReturnValue:
    """Keep the passkey that the device has just made."""
    del actor
    form, failed = NameForm(), False
    if form.validate_on_submit():
        if _added(form.name.data or ""):
            flash(gettext("The passkey is added. You can sign in with it from now on."))
            return redirect(url_for("auth.passkeys"))
        failed = True
    page = render_template("auth/passkey_new.html", form=form, failed=failed)
    return page, WRONG if failed or form.errors else 200


def _added(name: str) -> bool:
    site, staff, login = passkey_site.needed(), own(), sessions.sign_in()
    token, answer = waiting.token(), request.form.get("credential", "")
    with transaction() as work:
        now = clock.now()
        made = services.finish_adding(work, now, site, staff, token, answer=answer, name=name)
        if made is None or login is None or login.factor_at is not None:
            return made is not None
        # From now on a second factor is asked for: whoever has just made one has shown it.
        whole = sign_ins.instead(work, now, login, staff, "passkey-first")
    sessions.begin(Visitor.STAFF, whole)
    return True


@auth.post("/account/passkeys/question")
@requires_staff
@fresh_in_full
def new_passkey_question(actor: Actor) -> ResponseReturnValue:
    """Ask the device for a new passkey."""
    del actor
    with transaction() as work:
        question = services.begin_adding(work, clock.now(), passkey_site.needed(), own())
    return passkey_site.ask(question)


@auth.route("/account/passkeys/<int:passkey_id>", methods=["GET", "POST"])
@requires_staff
@fresh_in_full
def one_passkey(actor: Actor, passkey_id: int) -> ResponseReturnValue:
    """Give one of one's passkeys another name."""
    passkey = _own(passkey_id)
    form = NameForm(obj=passkey)
    if form.validate_on_submit():
        with transaction() as work:
            services.rename(work, clock.now(), own(), passkey_id, form.name.data or "")
        flash(gettext("The passkey has its new name."))
        return redirect(url_for("auth.passkeys"))
    page = render_template(
        "auth/passkey.html", form=form, button=RemoveForm(), passkey=passkey, zone=zone_of(actor)
    )
    return page, WRONG if form.errors else 200


@auth.post("/account/passkeys/<int:passkey_id>/remove")
@requires_staff
@fresh_in_full
def remove_passkey(actor: Actor, passkey_id: int) -> ResponseReturnValue:
    """Take one of one's passkeys away, unless nothing else would be left."""
    del actor
    _own(passkey_id)
    try:
        with transaction() as work:
            services.remove(work, clock.now(), own(), passkey_id)
    except LastFactor:
        flash(gettext("This is your only second step. Set up another one first."))
    else:
        flash(gettext("The passkey is taken away. Delete it on the device too."))
    return redirect(url_for("auth.passkeys"))


def _own(passkey_id: int) -> Passkey:
    try:
        return services.own(db.session(), own(), passkey_id)
    except UnknownPasskey:
        abort(404)
