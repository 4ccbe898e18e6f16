"""Working time of each country: zone, weekend, office hours, and the holidays of a year."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import available_timezones

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.digits import to_latin_in_number
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import CountrySetting
from casework.services import directory
from casework.services.settings import holidays as service
from casework.services.settings.holidays import Hours
from casework.services.settings.refused import Refused
from casework.web import clock
from casework.web.access import requires
from casework.web.admin import words
from casework.web.admin.blueprint import WRONG, admin
from casework.web.fields import (
    ChecksField,
    DayField,
    Form,
    SelectField,
    TextField,
    choice,
    required,
)

# How far back and ahead of this year holidays can be looked at.
_YEARS: Final = (-1, 3)


class HoursForm(Form):
    """The working week of a country."""

    timezone = SelectField(_l("Time zone"))
    weekend = ChecksField(_l("Days on which offices are closed each week"), coerce=int)
    opens = TextField(_l("Opens at"), required(_l("Write a time like 09:00.")), longest=5)
    closes = TextField(_l("Closes at"), required(_l("Write a time like 17:00.")), longest=5)


class HolidayForm(Form):
    """One more day on which offices are closed."""

    day = DayField(
        _l("Day"), required(_l("Write the day, the month and the year, like 28-11-2026."))
    )
    name = TextField(_l("Name of the holiday"), required(_l("Write the name.")), longest=120)


@admin.get("/countries")
@requires(Permission.SETTINGS)
def countries(actor: Actor) -> ResponseReturnValue:
    """Show the working week of all countries."""
    del actor
    rows = directory.countries(db.session()).values()
    return render_template(
        "admin/countries.html",
        countries=sorted(rows, key=lambda row: i18n.country(row.code)),
        weekday=i18n.weekday,
    )


@admin.route("/countries/<code>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def country(actor: Actor, code: str) -> ResponseReturnValue:
    """Show a country's working week and holidays; change the week."""
    form = _hours_form(_found(code))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                kept = session.get_one(CountrySetting, code)
                service.set_hours(session, actor, clock.now(), kept, _said(form))
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("Working time is changed, for clocks that begin from now on."))
            return redirect(_to(code))
    return _page(code, form, HolidayForm(formdata=None, prefix="new"))


@admin.post("/countries/<code>/holidays")
@requires(Permission.SETTINGS)
def add_holiday(actor: Actor, code: str) -> ResponseReturnValue:
    """Let offices of a country be closed on a day."""
    form = HolidayForm(prefix="new")
    row = _found(code)
    if form.validate_on_submit() and form.day.data:
        day, name = form.day.data, form.name.data or ""
        try:
            with transaction() as session:
                service.add(session, actor, clock.now(), code, day=day, name=name)
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("The day is added."))
            return redirect(_to(code, day.year))
    return _page(code, _hours_form(row, posted=False), form)


@admin.post("/countries/<code>/holidays/<day>/<any(work, back):turn>")
@requires(Permission.SETTINGS)
def turn_holiday(actor: Actor, code: str, day: str, turn: str) -> ResponseReturnValue:
    """Let offices work on a published holiday, or drop what was said of a day here."""
    _found(code)
    try:
        which = date.fromisoformat(day)
    except ValueError:
        abort(404)
    do = service.work if turn == "work" else service.put_back
    try:
        with transaction() as session:
            do(session, actor, clock.now(), code, day=which)
    except Refused:
        abort(404)
    flash(gettext("The day is changed."))
    return redirect(_to(code, which.year))


def _found(code: str) -> CountrySetting:
    return db.session().get(CountrySetting, code) or abort(404)


def _to(code: str, year: int | None = None) -> str:
    return url_for("admin.country", code=code, year=year, _anchor="holidays" if year else None)


def _hours_form(row: CountrySetting, *, posted: bool = True) -> HoursForm:
    form = HoursForm(obj=row) if posted else HoursForm(formdata=None, obj=row)
    form.timezone.choices = [choice(each, each) for each in sorted(available_timezones())]
    form.weekend.choices = [(day, i18n.weekday(day)) for day in service.WEEK]
    return form


def _said(form: HoursForm) -> Hours:
    opens, closes = (to_latin_in_number(f.data or "") for f in (form.opens, form.closes))
    return Hours(form.timezone.data, form.weekend.data or [], opens, closes)


def _page(code: str, hours: HoursForm, holiday: HolidayForm) -> ResponseReturnValue:
    this = clock.now().year
    years = range(this + _YEARS[0], this + _YEARS[1])
    asked = request.args.get("year", "")
    year = int(asked) if asked in {str(each) for each in years} else this
    page = render_template(
        "admin/country.html",
        country=_found(code),
        hours=hours,
        holiday=holiday,
        days=service.year(db.session(), code, year),
        years=years,
        year=year,
    )
    return page, WRONG if hours.errors or holiday.errors else 200
