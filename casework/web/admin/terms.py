"""Time limits and reminders, each limit with where it comes from."""

from __future__ import annotations

from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.digits import to_latin_in_number
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import TermRow
from casework.services import directory
from casework.services.settings import terms as service
from casework.services.settings.refused import Refused
from casework.services.settings.terms import TermData
from casework.web import clock
from casework.web.access import requires
from casework.web.admin import choices, words
from casework.web.admin.blueprint import WRONG, admin
from casework.web.fields import (
    Form,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
    chosen,
    required,
)
from casework.web.staff import words as staff_words

_MOST: Final = 10_000
# What the reference data says where no law does; shown in words.
JUDGEMENT: Final = "judgement"


class TermForm(Form):
    """How long something may take, and where that comes from."""

    amount = WholeNumberField(
        _l("How long"), chosen(_l("Write a number with digits only.")), least=1, most=_MOST
    )
    unit = SelectField(_l("Counted in"), chosen(_l("Choose a unit.")))
    source = TextAreaField(
        _l("Where that comes from"),
        required(_l("Name the law, or say that it is your own decision.")),
        longest=1000,
    )


class NewTermForm(TermForm):
    """A limit for a severity, or for the offices of a country."""

    kind = SelectField(_l("For what"), chosen(_l("Choose what the limit is for.")))
    severity = SelectField(_l("Severity"))
    country = SelectField(_l("Offices of"))


class RemindersForm(Form):
    """At which parts of a time an office is reminded."""

    percents = TextField(
        _l("Reminders at, in percent of the time"),
        required(_l("Write numbers from 1 to 100.")),
        description=_l("Like 50, 75, 100. At 100 the time is over and the case climbs."),
    )


@admin.route("/terms", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def terms(actor: Actor) -> ResponseReturnValue:
    """Show all limits; change when offices are reminded."""
    session = db.session()
    percents = ", ".join(str(each) for each in directory.reminder_percents(session))
    form = RemindersForm(percents=percents)
    if form.validate_on_submit():
        try:
            with transaction() as work:
                service.set_reminders(work, actor, clock.now(), _numbers(form.percents.data or ""))
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("Reminders are changed, for clocks that begin from now on."))
            return redirect(url_for("admin.terms"))
    page = render_template(
        "admin/terms.html", terms=service.table(db.session()), form=form, judgement=JUDGEMENT
    )
    return page, WRONG if form.errors else 200


def _numbers(text: str) -> list[int]:
    """Return the numbers of a list in any script's digits; what is none makes it out of range."""
    parts = to_latin_in_number(text).replace("%", " ").replace(",", " ").split()
    return [int(part) if part.isascii() and part.isdigit() else 0 for part in parts]


@admin.route("/terms/new", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def new_term(actor: Actor) -> ResponseReturnValue:
    """Add a limit for a severity or a country."""
    form = NewTermForm()
    form.kind.choices = choices.of(staff_words.CLOCK)
    form.severity.choices = choices.of(staff_words.SEVERITY, empty=gettext("Every severity"))
    known = directory.countries(db.session())
    form.country.choices = choices.ends(known, empty=gettext("Every country"))
    _units(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.add(session, actor, clock.now(), _said(form, form.kind.data, form))
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("The time limit is saved. It counts for clocks that begin from now on."))
            return redirect(url_for("admin.terms"))
    return render_template("admin/term.html", form=form, term=None), WRONG if form.errors else 200


def _units(form: TermForm) -> None:
    form.unit.choices = choices.of(words.UNIT)


def _said(form: TermForm, kind: str, of: NewTermForm | None = None) -> TermData:
    return TermData(
        kind=kind,
        amount=form.amount.data or 0,
        unit=form.unit.data,
        source=form.source.data or "",
        severity=of.severity.data if of else "",
        country=of.country.data if of else "",
    )


@admin.route("/terms/<int:term_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def term(actor: Actor, term_id: int) -> ResponseReturnValue:
    """Show a limit and change it."""
    row = _found(term_id)
    form = TermForm(obj=row)
    _units(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                kept = session.get_one(TermRow, term_id)
                service.change(session, actor, clock.now(), kept, _said(form, kept.kind))
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("The time limit is saved. It counts for clocks that begin from now on."))
            return redirect(url_for("admin.terms"))
    row = _found(term_id)
    general = service.is_general(row)
    page = render_template("admin/term.html", form=form, term=row, general=general)
    return page, WRONG if form.errors else 200


@admin.post("/terms/<int:term_id>/remove")
@requires(Permission.SETTINGS)
def remove_term(actor: Actor, term_id: int) -> ResponseReturnValue:
    """Take a particular limit away."""
    _found(term_id)
    try:
        with transaction() as session:
            service.remove(session, actor, clock.now(), session.get_one(TermRow, term_id))
    except Refused as refused:
        flash(words.refusal(refused))
        return redirect(url_for("admin.term", term_id=term_id))
    flash(gettext("The time limit is gone. The general one counts."))
    return redirect(url_for("admin.terms"))


def _found(term_id: int) -> TermRow:
    return db.session().get(TermRow, term_id) or abort(404)
