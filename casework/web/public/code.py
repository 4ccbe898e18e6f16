"""Changing the code, for whoever fears that somebody else knows it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import tracking_code
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.models import Case
from casework.services import casefile, drafts, intake, tracking
from casework.services.casefile import NotAllowed, StaleCase
from casework.web import clock, sessions
from casework.web.access import requires_complainant
from casework.web.public.blueprint import public
from casework.web.public.status import ActForm


@public.get("/case/code")
@requires_complainant(shared=True)
def code(actor: Actor, case: Case) -> ResponseReturnValue:
    """Say what changing the code does."""
    del actor
    return render_template("public/code.html", case=case)


@public.post("/case/code")
@requires_complainant(shared=True)
def change_code(actor: Actor, case: Case) -> ResponseReturnValue:
    """Change the code; a second tap leads to the same new one."""
    form = ActForm()
    kept = sessions.visit()
    if kept is not None and form.validate_on_submit():
        fresh = intake.secret()
        try:
            with transaction() as session:
                locked, version = casefile.lock(session, case.id), form.version.data
                tracking.change_code(
                    *(session, locked, actor, clock.now()),
                    keep=kept,
                    given=fresh,
                    version=version,
                )
        except (StaleCase, NotAllowed):
            flash(gettext("Your case has moved on in the meantime. Look at it again here."))
    return redirect(url_for("public.new_code"))


@public.get("/case/code/new")
@requires_complainant()
def new_code(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show the new code until the person has written it down, at most for an hour."""
    del actor
    fresh = tracking.new_code(db.session(), clock.now(), case)
    if fresh is None:
        return redirect(url_for("public.status"))
    return render_template("public/new_code.html", code=tracking_code.grouped(fresh))


@public.post("/case/code/new")
@requires_complainant()
def code_kept(actor: Actor, case: Case) -> ResponseReturnValue:
    """Stop showing the code."""
    del actor
    with transaction() as session:
        drafts.forget_receipt(session, case.id)
    return redirect(url_for("public.status"))
