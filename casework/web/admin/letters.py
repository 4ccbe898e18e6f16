"""Messages that did not go: by which way, since when, and why; never to whom or of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.letters import Channel, Trouble
from casework.domain.marks import N_
from casework.i18n import gettext, ngettext
from casework.services import dead_letters, history, names, news, outbox, staff_letters
from casework.web import clock
from casework.web.access import requires
from casework.web.admin.blueprint import admin
from casework.web.fields import Form
from casework.web.staff import words as staff_words
from casework.web.staff.blueprint import zone_of

if TYPE_CHECKING:
    from casework.models import Letter

CHANNEL: Final[staff_words.Words] = {
    Channel.EMAIL: N_("e-mail"),
    Channel.SMS: N_("short message"),
    Channel.WEBHOOK: N_("system of an office"),
}
TROUBLE: Final[staff_words.Words] = {
    Trouble.DOWN: N_("The server could not be reached, or dropped the line."),
    Trouble.LATE: N_("The server did not answer in time."),
    Trouble.BUSY: N_("The server said: later."),
    Trouble.REFUSED: N_("The server refused. Look at its settings and password."),
    Trouble.ADDRESS: N_("There is no such address."),
    Trouble.FAULT: N_("It could not be made. The log of the server says why."),
}


class AgainForm(Form):
    """A button."""


@admin.get("/messages")
@requires(Permission.SETTINGS)
def letters(actor: Actor) -> ResponseReturnValue:
    """Show what did not go, and since when the oldest waits."""
    session = db.session()
    found = dead_letters.newest(session)
    return render_template(
        "admin/letters.html",
        letters=[(each, _kind(each)) for each in found],
        offices=names.of(session, [each.office_id for each in found]),
        oldest=outbox.oldest_waiting(session, clock.now()),
        form=AgainForm(),
        channel=CHANNEL,
        trouble=TROUBLE,
        zone=zone_of(actor),
    )


def _kind(letter: Letter) -> str:
    if letter.kind == staff_letters.ACCOUNT:
        return gettext("Something happened to your account")
    if letter.kind == news.KIND:
        return gettext("There is news for you")
    return staff_words.say(staff_words.NOTICE, letter.kind)


@admin.post("/messages/again")
@requires(Permission.SETTINGS)
def send_all_again(actor: Actor) -> ResponseReturnValue:
    """Try everything again that did not go."""
    return _again(actor)


@admin.post("/messages/<int:letter_id>/again")
@requires(Permission.SETTINGS)
def send_again(actor: Actor, letter_id: int) -> ResponseReturnValue:
    """Try one again."""
    return _again(actor, letter_id)


def _again(actor: Actor, letter_id: int | None = None) -> ResponseReturnValue:
    if AgainForm().validate_on_submit():
        now = clock.now()
        with transaction() as session:
            tried = dead_letters.retry(session, now, letter_id)
            history.record(session, None, actor, now, "settings:messages", count=tried)
        flash(
            ngettext(
                "%(count)s message is tried again.",
                "%(count)s messages are tried again.",
                tried,
                count=i18n.number(tried),
            )
        )
    return redirect(url_for("admin.letters"))
