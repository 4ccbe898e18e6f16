"""What a member of staff is told by e-mail: of what, when, and at which hours not."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.digits import to_latin_in_number
from casework.domain.facts import Actor
from casework.domain.letters import About, How
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Staff
from casework.services import letter_wishes
from casework.services.letter_wishes import Quiet, Wish
from casework.web import clock
from casework.web.access import requires_staff
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.fields import Form, SelectField, TextField, ValidationError, choice, chosen
from casework.web.staff.blueprint import host_of

LABELS: Final = {
    About.NEW_CASE: N_("A case is new to you"),
    About.REMINDER: N_("A clock runs or has run out"),
    About.ESCALATION: N_("A case has climbed the ladder"),
    About.MESSAGE: N_("The worker wrote or added a file"),
    About.RESULT: N_("An office or the worker has decided"),
    About.SAFETY: N_("Something unusual, such as a case opened in an emergency"),
}
HOWS: Final = {
    How.NOW: N_("at once"),
    How.DIGEST: N_("once a day, in the morning"),
    How.NEVER: N_("never"),
}


class LettersForm(Form):
    """Hours in which nothing comes; the choices are added for each thing there is to tell."""

    quiet_from = TextField(
        _l("No e-mails from"), description=_l("A time like 22:00, or nothing."), longest=5
    )
    quiet_until = TextField(_l("until"), longest=5)

    def validate_quiet_from(self, field: TextField) -> None:
        """Take two different times, or none."""
        begin, end = _time(field.data), _time(self.quiet_until.data)
        typed = bool(field.data), bool(self.quiet_until.data)
        if any(typed) and (begin is None or end is None or begin == end):
            raise ValidationError(gettext("Write two times like 22:00 and 07:00, or none."))

    @property
    def quiet(self) -> Quiet | None:
        """The hours that were written; None where there are none."""
        begin, end = _time(self.quiet_from.data), _time(self.quiet_until.data)
        return (begin, end) if begin and end else None


def _time(typed: str | None) -> time | None:
    try:
        return time.fromisoformat(to_latin_in_number(typed or ""))
    except ValueError:
        return None


def _form(wish: Wish) -> Any:
    """Return the form with a choice for each thing there is to tell."""
    fields = {
        about.value: SelectField(
            _l(LABELS[about]),
            chosen(_l("Choose one answer.")),
            choices=[choice(how, _l(HOWS[how])) for how in How],
        )
        for about in About
    }
    made = type("LettersForm", (LettersForm,), fields)
    said: dict[str, str] = {about.value: how.value for about, how in wish.choices.items()}
    if wish.quiet:
        said |= {"quiet_from": f"{wish.quiet[0]:%H:%M}", "quiet_until": f"{wish.quiet[1]:%H:%M}"}
    return made(data=said)


@auth.route("/account/letters", methods=["GET", "POST"])
@requires_staff
def letters(actor: Actor) -> ResponseReturnValue:
    """Show what one is told by e-mail, and change it."""
    staff = own()
    form = _form(letter_wishes.of(db.session(), staff.id))
    if form.validate_on_submit():
        wish = Wish({about: How(form[about.value].data) for about in About}, form.quiet)
        with transaction() as work:
            letter_wishes.choose(work, clock.now(), work.get_one(Staff, staff.id), wish)
        flash(gettext("Your choice is saved."))
        return redirect(url_for("auth.letters"))
    page = render_template("auth/letters.html", form=form, abouts=list(About), host=host_of(actor))
    return page, WRONG if form.errors else 200
