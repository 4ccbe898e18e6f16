"""Giving the code: it opens a case, or a complaint that was left for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import tracking_code
from casework.domain.marks import N_
from casework.domain.tracking_code import BadTrackingCode
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import drafts, logins, tracking
from casework.web import clock, pace, sessions
from casework.web.access import public as open_to_all
from casework.web.fields import Form, TextField, required
from casework.web.pace import Later
from casework.web.public import drafting, pages
from casework.web.public.blueprint import WRONG, public
from casework.web.public.steps import Way
from casework.web.public.telling import Telling
from casework.web.sessions import Visitor

if TYPE_CHECKING:
    from casework.models import Draft

UNKNOWN: Final = N_("We do not know this code. Look at it again, digit by digit.")
SLIPS: Final[dict[str, str]] = {
    "length": N_("The code has 20 digits. Count what you wrote."),
    "digits": N_("The code has digits only. Write the 20 digits."),
    "check": N_("One of the digits is not right. Look at the code again, digit by digit."),
}


class CodeForm(Form):
    """The tracking code, in any script's digits."""

    code = TextField(
        _l("Your secret code"),
        required(_l("Write the 20 digits of your code.")),
        description=_l("20 digits. Spaces do not matter."),
    )


@public.route("/case", methods=["GET", "POST"])
@open_to_all
def track() -> ResponseReturnValue:
    """Ask for the code and open what it opens; it never stands in an address."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            opened = _open(form)
        except Later as later:
            form.code.errors = [pace.words(later)]
            return pace.answer(render_template("public/track.html", form=form), later)
        if opened is not None:
            return opened
    elif not form.is_submitted() and sessions.opened_case() is not None:
        return redirect(url_for("public.status"))
    return render_template("public/track.html", form=form), WRONG if form.errors else 200


def _open(form: CodeForm) -> ResponseReturnValue | None:
    try:
        code = tracking_code.parse(form.code.data or "")
    except BadTrackingCode as slip:
        form.code.errors = [gettext(SLIPS[slip.reason])]
        return None
    with pace.tracking_code():
        found = tracking.find(db.session(), clock.now(), code)
    if found is None:
        pace.tracking_code_failed()
        form.code.errors = [gettext(UNKNOWN)]
        return None
    return _enter(found) if isinstance(found, Case) else _go_on(found)


def _enter(case: Case) -> ResponseReturnValue:
    with transaction() as session:
        token = logins.begin_for_case(session, clock.now(), case)
    sessions.begin(Visitor.COMPLAINANT, token)
    return redirect(url_for("public.status"))


def _go_on(draft: Draft) -> ResponseReturnValue:
    with transaction():
        token = drafts.resume(draft)
    way = Way(Telling(db.session(), drafting.answers(draft)))
    return drafting.hold(redirect(pages.address(way)), token)
