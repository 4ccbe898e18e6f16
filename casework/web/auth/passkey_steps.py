"""Showing a passkey: to sign in, as the second step, and as a new proof."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.models import Login, Staff
from casework.services import passkeys, second_factor, sign_ins
from casework.services.handshakes import Purpose
from casework.services.second_factor import Asked
from casework.services.sign_ins import Way
from casework.services.throttles import Deed
from casework.web import clock, pace, sessions, signing
from casework.web.access import STEPS, public, requires_half, requires_staff, safe_next
from casework.web.auth import passkey_site, waiting
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.auth.confirm import remember
from casework.web.fields import Form


class PasskeyForm(Form):
    """The answer of a passkey, which a script puts in."""


@auth.context_processor
def _offered() -> dict[str, object]:
    return {"passkey_site": passkey_site.here, "has_passkey": _has_passkey}


def _has_passkey() -> bool:
    """Tell whether whoever is signed in here, also half, can show a passkey here."""
    login = sessions.sign_in()
    if login is None or login.staff_id is None or passkey_site.here() is None:
        return False
    return bool(passkeys.of_staff(db.session(), login.staff_id))


@auth.post("/passkey/question")
@public
def passkey_question() -> ResponseReturnValue:
    """Ask for any passkey; of whoever has given the password, for one of theirs."""
    pace.count(Deed.QUESTION)
    site, login = passkey_site.needed(), sessions.sign_in()
    staff_id = login.staff_id if login else None
    with transaction() as work:
        question = passkeys.begin_showing(work, clock.now(), site, Purpose.PASSKEY, staff_id)
    return passkey_site.ask(question)


@auth.post("/passkey")
@public
def passkey() -> ResponseReturnValue:
    """Sign in with a passkey: it is both factors at once."""
    form = PasskeyForm()
    staff = _shown(Purpose.PASSKEY) if form.validate_on_submit() else None
    if staff is not None:
        return signing.welcome(staff, Way.PASSKEY, factor=True, then=signing.wanted())
    back = "auth.passkey_step" if sessions.sign_in() else "auth.sign_in"
    return _refused(url_for(back, next=safe_next(signing.wanted())))


@auth.get("/second-step/passkey")
@requires_half
def passkey_step(login: Login) -> ResponseReturnValue:
    """Ask for a passkey, where an account has no other second factor."""
    then = signing.wanted()
    if (staff := sessions.staff()) is not None:
        return signing.onward(staff, then)
    asked = second_factor.asked(db.session(), login.staff_id or 0)
    if asked is not Asked.PASSKEY:
        return redirect(url_for(STEPS[asked], next=safe_next(then)))
    return render_template("auth/passkey_step.html", form=PasskeyForm())


@auth.post("/confirm/passkey/question")
@requires_staff
def confirm_question(actor: Actor) -> ResponseReturnValue:
    """Ask whoever is signed in for one of their passkeys."""
    site, purpose = passkey_site.needed(), Purpose.CONFIRM_BY_PASSKEY
    with transaction() as work:
        question = passkeys.begin_showing(work, clock.now(), site, purpose, actor.staff_id)
    return passkey_site.ask(question)


@auth.post("/confirm/passkey")
@requires_staff
def confirm_by_passkey(actor: Actor) -> ResponseReturnValue:
    """Take a passkey as the new proof of who somebody is."""
    form, staff = PasskeyForm(), own()
    shown = _shown(Purpose.CONFIRM_BY_PASSKEY) if form.validate_on_submit() else None
    if shown is None or shown.id != actor.staff_id:
        return _refused(url_for("auth.confirm", next=safe_next(signing.wanted())))
    remember(Way.PASSKEY, in_full=True)
    return signing.onward(staff, signing.wanted())


def _shown(purpose: Purpose) -> Staff | None:
    token, answer = waiting.token(), request.form.get("credential", "")
    with transaction() as work:
        now, site = clock.now(), passkey_site.needed()
        staff = passkeys.finish_showing(work, now, site, purpose, token, answer=answer)
        # Whoever was not even asked leaves no line: that would be a flood.
        if staff is None and token:
            sign_ins.refused(work, now, Way.PASSKEY)
    return staff


def _refused(back: str) -> ResponseReturnValue:
    """Say that it did not work; why is not told to somebody who may be a stranger."""
    title = gettext("This passkey was not accepted")
    return render_template("auth/passkey_refused.html", title=title, back=back), WRONG
