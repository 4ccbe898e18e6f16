"""The page of a case for the person who has its code: where it is, and what they can do.

It never repeats the story, the answers or a name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.db import db, transaction
from casework.domain import permissions
from casework.domain.facts import Actor, Said
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import casefile, escalation, messages, news, outcome
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.news import News
from casework.web import clock, sessions
from casework.web.access import requires_complainant
from casework.web.fields import (
    ChecksField,
    Form,
    RadioField,
    TextAreaField,
    WholeNumberField,
    choice,
    chosen,
    required,
)
from casework.web.public import view
from casework.web.public.blueprint import WRONG, public
from casework.web.sessions import Visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

LONGEST_MESSAGE: Final = 5000
_BIGGEST: Final = 2**31


class ActForm(Form):
    """A button: it carries which state of the case it was made for."""

    version = WholeNumberField(most=_BIGGEST)


class ReplyForm(Form):
    """A message; with a mark the office that has the case may read it too."""

    body = TextAreaField(
        _l("Write a message"), required(_l("Write your message.")), longest=LONGEST_MESSAGE
    )
    to_office = ChecksField(
        _l("Who may read it?"),
        description=_l("The person helping you reads every message."),
        choices=[choice("yes", _l("The office that has my case may read it too"))],
    )


class StopForm(ActForm):
    """Whether somebody pressed the person to stop."""

    pressed = RadioField(
        _l("Did somebody press or threaten you to stop?"),
        chosen(_l("Choose one answer. It stays between you and us.")),
        choices=[
            choice(Said.NO, _l("No, I want it myself")),
            choice(Said.YES, _l("Yes, somebody pressed me")),
            choice(Said.UNSURE, _l("I prefer not to say")),
        ],
    )


@public.get("/case/status")
@requires_complainant()
def status(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show where the case is."""
    return _page(actor, case, ReplyForm())


def _page(actor: Actor, case: Case, form: ReplyForm) -> Response:
    page = view.of(db.session(), case, actor)
    if not page.may_tell_office:
        del form.to_office
    return make_response(
        render_template(
            "public/status.html",
            page=page,
            form=form,
            deletes=case.delete_after,
            hears=news.wished(case) is not News.NO,
        )
    )


@public.post("/case/reply")
@requires_complainant()
def reply(actor: Actor, case: Case) -> ResponseReturnValue:
    """Send a message; the same one sent twice in a row is one."""
    form = ReplyForm()
    if not form.validate_on_submit():
        return _page(actor, case, form), WRONG
    body = form.body.data or ""
    office_id = view.office_to_tell(db.session(), case, marked=bool(form.to_office.data))

    def write(session: Session, locked: Case) -> None:
        if view.said_last(session, locked, actor) != body:
            messages.reply(session, locked, actor, clock.now(), body=body, office_id=office_id)

    return _act(case, write, gettext("Your message is sent."))


@public.post("/case/outcome")
@requires_complainant()
def answer_outcome(actor: Actor, case: Case) -> ResponseReturnValue:
    """Take the person's word on the result that was offered."""
    form = ActForm()
    right = request.form.get("answer") == "right"
    verb = outcome.confirm if right else outcome.dispute
    if request.form.get("answer") not in {"right", "wrong"} or not form.validate_on_submit():
        return redirect(url_for("public.status"))

    def say(session: Session, locked: Case) -> None:
        verb(session, locked, actor, clock.now(), version=form.version.data)

    if right:
        return _act(case, say, gettext("Thank you. Your case is closed now."))
    return _act(case, say, gettext("Thank you. Your case goes on, to a higher office."))


@public.route("/case/higher", methods=["GET", "POST"])
@requires_complainant()
def higher(actor: Actor, case: Case) -> ResponseReturnValue:
    """Ask a higher office, once for each level."""
    form = ActForm()
    if form.validate_on_submit():

        def ask(session: Session, locked: Case) -> None:
            escalation.ask(session, locked, actor, clock.now(), version=form.version.data)

        return _act(case, ask, gettext("We ask a higher office now."))
    return _form_page("public/higher_office.html", actor, case, Action.ASK_ESCALATION, form)


@public.route("/case/stop", methods=["GET", "POST"])
@requires_complainant()
def stop(actor: Actor, case: Case) -> ResponseReturnValue:
    """Withdraw the complaint, after asking whether somebody pressed for it."""
    form = StopForm()
    if form.validate_on_submit():
        pressed = {Said.YES: True, Said.NO: False}.get(Said(form.pressed.data))

        def withdraw(session: Session, locked: Case) -> None:
            version = form.version.data
            outcome.withdraw(
                session, locked, actor, clock.now(), under_pressure=pressed, version=version
            )

        return _act(case, withdraw, gettext("Your complaint is withdrawn."))
    return _form_page("public/stop.html", actor, case, Action.WITHDRAW, form)


@public.post("/case/open-again")
@requires_complainant()
def open_again(actor: Actor, case: Case) -> ResponseReturnValue:
    """Take an ended case up again."""
    form = ActForm()

    def reopen(session: Session, locked: Case) -> None:
        outcome.reopen(session, locked, actor, clock.now(), version=form.version.data)

    if form.validate_on_submit():
        return _act(case, reopen, gettext("Your case is open again."))
    return redirect(url_for("public.status"))


@public.post("/case/no-news")
@requires_complainant()
def stop_news(actor: Actor, case: Case) -> ResponseReturnValue:
    """Send the person no more messages that there is news."""

    def stop_telling(session: Session, locked: Case) -> None:
        news.stop(session, locked, actor, clock.now())

    if ActForm().validate_on_submit():
        return _act(case, stop_telling, gettext("We send you no more messages."))
    return redirect(url_for("public.status"))


@public.post("/case/leave")
@requires_complainant(shared=True)
def leave_case(actor: Actor, case: Case) -> ResponseReturnValue:
    """Close the case at this browser and clear up."""
    del actor, case
    sessions.forget(Visitor.COMPLAINANT)
    response = redirect(url_for("public.home"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _form_page(
    template: str, actor: Actor, case: Case, action: Action, form: ActForm
) -> ResponseReturnValue:
    facts = case_facts(db.session(), case)
    if not permissions.allowed(actor, facts, action, clock.now()):
        return redirect(url_for("public.status"))
    page = render_template(template, case=case, form=form)
    return page, WRONG if form.errors else 200


def _act(case: Case, work: Callable[[Session, Case], None], done: str) -> ResponseReturnValue:
    """Do something to the case as it is now, and show it; a second tap changes nothing."""
    try:
        with transaction() as session:
            work(session, casefile.lock(session, case.id))
    except (StaleCase, NotAllowed):
        flash(gettext("Your case has moved on in the meantime. Look at it again here."))
    else:
        flash(done)
    return redirect(url_for("public.status"))
