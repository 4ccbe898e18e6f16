"""Offices: the list, a new one, a changed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from casework import i18n
from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.search_text import clean
from casework.i18n import gettext, ngettext
from casework.i18n import lazy as _l
from casework.models import Office
from casework.services import names
from casework.services.settings import offices as service
from casework.services.settings.offices import OfficeData
from casework.services.settings.refused import Refused
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

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_SEARCH = 100
_MOST_DAYS = 1000
_LAST_RANK = 999


class OfficeForm(Form):
    """All that is said of an office."""

    name = TextField(_l("Name in English"), required(_l("Write the name.")), longest=200)
    name_local = TextField(_l("Its own name for itself"), longest=300)
    role = SelectField(_l("Kind of office"), chosen(_l("Choose the kind.")))
    country = SelectField(_l("State it belongs to"))
    host = SelectField(_l("Country it stands in"))
    place = TextField(_l("Town"), longest=120)
    parent_id = SelectField(_l("Part of"), description=_l("A consulate is part of an embassy."))
    escalates_to_id = SelectField(
        _l("Answers to"), description=_l("Who is asked first when this office stays silent.")
    )
    rank = WholeNumberField(
        _l("Order among offices of one kind in one place"),
        chosen(_l("Write a number with digits only.")),
        description=_l("The lowest number is asked first."),
        most=_LAST_RANK,
    )
    routable = BooleanField(_l("Rules may send cases here"))
    active = BooleanField(_l("Takes cases"))
    statutory_days = WholeNumberField(
        _l("Days the law gives it for the whole complaint"), least=1, most=_MOST_DAYS
    )
    statutory_kind = TextField(_l("Which law"), longest=200)
    deadline_source = TextAreaField(_l("Where that is written"), longest=1000)
    source_url = TextField(_l("Public page that names the office"), longest=1000)
    verified = BooleanField(_l("A public page names it"))
    note = TextAreaField(_l("Note"), longest=2000)


@admin.get("/offices")
@requires(Permission.SETTINGS)
def offices(actor: Actor) -> ResponseReturnValue:
    """Show the directory, searched and narrowed."""
    del actor
    typed = clean(request.args.get("q", ""))[:_LONGEST_SEARCH].strip()
    country, role = request.args.get("country", "")[:2], request.args.get("role", "")
    found = service.found(db.session(), text=typed, country=country, role=role)
    return render_template(
        "admin/offices.html",
        offices=found,
        above=_above(found),
        typed=typed,
        country=country,
        role=role,
        countries=choices.countries(empty=gettext("All")),
        roles=choices.roles(empty=gettext("All")),
        tongue=choices.tongue,
    )


def _above(found: Sequence[Office]) -> names.Names:
    """Return the names of the offices that these answer to."""
    return names.of(db.session(), [each.escalates_to_id or each.parent_id for each in found])


@admin.route("/offices/new", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def new_office(actor: Actor) -> ResponseReturnValue:
    """Add an office."""
    form = _with_choices(OfficeForm(rank=50, routable=True, active=True))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                office = service.add(session, actor, clock.now(), _said(form))
                name = office.name
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("%(office)s is in the directory now.", office=name))
            return redirect(url_for("admin.offices"))
    return render_template("admin/office.html", form=form, office=None), _status(form)


@admin.route("/offices/<office_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def office(actor: Actor, office_id: str) -> ResponseReturnValue:
    """Show an office and change it; what follows from it follows at once."""
    row = db.session().get(Office, office_id) or abort(404)
    form = _with_choices(OfficeForm(obj=row), row)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                kept = session.get_one(Office, office_id)
                looked_at = service.change(session, actor, clock.now(), kept, _said(form))
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(_changed(looked_at))
            return redirect(url_for("admin.office", office_id=office_id))
    row = db.session().get_one(Office, office_id)
    page = render_template("admin/office.html", form=form, office=row, tongue=choices.tongue)
    return page, _status(form)


def _changed(looked_at: int) -> str:
    if not looked_at:
        return gettext("The office is changed.")
    return ngettext(
        "The office is changed. Conflicts and sight were worked out anew in %(count)s case.",
        "The office is changed. Conflicts and sight were worked out anew in %(count)s cases.",
        looked_at,
        count=i18n.number(looked_at),
    )


def _status(form: OfficeForm) -> int:
    return WRONG if form.errors else 200


def _said(form: OfficeForm) -> OfficeData:
    """Return what the form says; an empty choice of an office is none."""
    said: dict[str, Any] = {
        name: form[name].data for name in OfficeData.__dataclass_fields__ if name in form
    }
    for name in ("parent_id", "escalates_to_id"):
        said[name] = said[name] or None
    return OfficeData(**said)


def _with_choices(form: OfficeForm, row: Office | None = None) -> OfficeForm:
    form.role.choices = choices.roles()
    form.country.choices = choices.countries(empty=gettext("None"))
    form.host.choices = choices.countries(empty=gettext("None"))
    but = row.id if row else ""
    linked = [row.parent_id, row.escalates_to_id] if row else []
    found = choices.offices(empty=gettext("None"), but=but, keep=linked)
    form.parent_id.choices = form.escalates_to_id.choices = found
    # What an office says of itself may have been coerced to text: None is no choice.
    for field in (form.parent_id, form.escalates_to_id):
        field.data = "" if field.data in {None, "None"} else field.data
    return form
