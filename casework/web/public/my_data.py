"""A person's own data: a copy of all they told, and the end of it, each for the code once more.

Who holds the phone while the page lies open does not have the code: nothing is given out and
nothing is deleted without it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from casework import crypto, i18n
from casework.db import db, transaction
from casework.domain import tracking_code
from casework.domain.consent import Item
from casework.domain.facts import Actor
from casework.domain.tracking_code import BadTrackingCode
from casework.domain.workflow import OPEN
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import casefile, directory, holds, messages, names, sight, wishes
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.web import clock, pace
from casework.web.access import requires_complainant
from casework.web.assets import STATIC
from casework.web.fields import Form, TextField, required
from casework.web.public import sharing
from casework.web.public.blueprint import WRONG, public
from casework.web.public.status import ActForm
from casework.web.public.track import SLIPS, UNKNOWN
from casework.web.staff import words
from casework.web.staff.blueprint import iso_day
from casework.web.staff.labels import Labels

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response

# A name that says nothing to whoever looks through the downloads of a phone.
FILE: Final = "page.html"
STYLE: Final = STATIC / "css" / "copy.css"


class CodeAgainForm(Form):
    """The code once more, before anything is given out or deleted."""

    code = TextField(
        _l("Your secret code"),
        required(_l("Write the 20 digits of your code.")),
        description=_l("20 digits. Spaces do not matter."),
    )


class EraseForm(ActForm, CodeAgainForm):
    """The code, for the case as it stood when the page was made."""


def _opens(form: CodeAgainForm, case: Case) -> bool:
    """Tell whether the code that was given is the one of this case; say it at the field if not."""
    try:
        code = tracking_code.parse(form.code.data or "")
    except BadTrackingCode as slip:
        form.code.errors = [gettext(SLIPS[slip.reason])]
        return False
    with pace.tracking_code():
        right = hmac.compare_digest(crypto.code_lookup(code), case.code_hash or b"")
    if right:
        return True
    pace.tracking_code_failed()
    form.code.errors = [gettext(UNKNOWN)]
    return False


@public.get("/case/my-data")
@requires_complainant()
def my_data(actor: Actor, case: Case) -> ResponseReturnValue:
    """Offer the copy and the deletion, or tell when everything is deleted."""
    del actor
    return render_template(
        "public/my_data.html", case=case, form=CodeAgainForm(), day=_day(case), kept=_kept(case)
    )


def _day(case: Case) -> str:
    """Return the day on which the person's wish is carried out; nothing when there is none."""
    return _written(case.delete_after, case) if case.delete_after else ""


def _written(moment: datetime, case: Case) -> str:
    known = directory.countries(db.session())
    zone = known.get(case.destination) or known.get(directory.DEFAULT_COUNTRY)
    return i18n.weekday_time(moment, zone.timezone if zone else "UTC")


def _kept(case: Case) -> str:
    """Return in plain words why the case may not be deleted for now; nothing when it may."""
    hold = holds.running(db.session(), case)
    return words.say(words.HOLD_GROUND, hold.ground) if hold else ""


@public.route("/case/my-data/copy", methods=["GET", "POST"])
@requires_complainant()
def my_copy(actor: Actor, case: Case) -> ResponseReturnValue:
    """Give the person all that they told, as one file."""
    form = CodeAgainForm()
    if form.validate_on_submit() and _opens(form, case):
        return _file(actor, case)
    return render_template("public/my_copy.html", form=form), WRONG if form.errors else 200


def _file(actor: Actor, case: Case) -> Response:
    session = db.session()
    page = render_template(
        "public/my_file.html",
        case=case,
        sight=sight.sight(session, case, frozenset(Item)),
        said=messages.readable(session, case, actor),
        shares=sharing.shares(session, case_facts(session, case)),
        labels=Labels(directory.taxonomy(session, case.taxonomy_version)),
        at=lambda moment: _written(moment, case),
        w=words,
        iso_day=iso_day,
        style=_style(),
    )
    response = make_response(page)
    response.headers.set("Content-Disposition", "attachment", filename=FILE)
    return response


def _style() -> Markup:
    """Return the look of the file: it lies on a phone alone, with nothing beside it."""
    return Markup("<style>\n{}</style>").format(Markup(STYLE.read_text("ascii")))  # noqa: S704 - ours.


@public.route("/case/my-data/delete", methods=["GET", "POST"])
@requires_complainant()
def erase(actor: Actor, case: Case) -> ResponseReturnValue:
    """Say what deleting means; do it for the code."""
    form = EraseForm()
    if form.validate_on_submit() and _opens(form, case):
        try:
            with transaction() as session:
                locked = casefile.lock(session, case.id)
                wishes.ask(session, locked, actor, clock.now(), version=form.version.data)
        except (StaleCase, NotAllowed):
            flash(gettext("Your case has moved on in the meantime. Look at it again here."))
        return redirect(url_for("public.my_data"))
    day = _written(clock.now() + wishes.WAIT, case)
    page = render_template(
        "public/erase.html",
        case=case,
        form=form,
        day=day,
        is_open=case.status in OPEN,
        kept=_kept(case),
        readers=_readers(case),
    )
    return page, WRONG if form.errors else 200


def _readers(case: Case) -> list[str]:
    """Return the names of the offices that were sent the case."""
    if case.safe_now == "no":
        return []
    offices = list(dict.fromkeys(each.office_id for each in case.referrals))
    known = names.of(db.session(), offices)
    return [known.office(each) for each in offices]


@public.post("/case/my-data/keep")
@requires_complainant()
def keep_all(actor: Actor, case: Case) -> ResponseReturnValue:
    """Undo the wish to have everything deleted."""
    form = ActForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                locked = casefile.lock(session, case.id)
                wishes.undo(session, locked, actor, clock.now(), version=form.version.data)
        except (StaleCase, NotAllowed):
            flash(gettext("Your case has moved on in the meantime. Look at it again here."))
        else:
            flash(gettext("Nothing is deleted. Your complaint stays withdrawn."))
    return redirect(url_for("public.my_data"))
