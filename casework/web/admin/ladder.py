"""The ladder: who is asked at each level when an office stays silent."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import FieldList

from casework import i18n
from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import DESK_ROLES, Actor
from casework.domain.routing import Where
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import LadderStepRow
from casework.services.settings import ladder as service
from casework.services.settings.refused import Refused
from casework.web import clock
from casework.web.access import requires
from casework.web.admin import choices, words
from casework.web.admin.blueprint import WRONG, admin
from casework.web.fields import Form, SelectField, TextField, choice, required

_ROLES: Final = 8
_PLACES: Final = 3


class StepForm(Form):
    """The offices of a level: kinds in their order, each at the places in their order."""

    title = TextField(_l("Name of the level"), required(_l("Write a name.")), longest=200)
    roles = FieldList(SelectField(_l("Kind of office")), min_entries=_ROLES, max_entries=_ROLES)
    where = FieldList(SelectField(_l("Place")), min_entries=_PLACES, max_entries=_PLACES)


@admin.get("/ladder")
@requires(Permission.SETTINGS)
def ladder(actor: Actor) -> ResponseReturnValue:
    """Show the ladder, the lowest level first."""
    del actor
    steps = service.steps(db.session())
    return render_template(
        "admin/ladder.html",
        steps=[(step, *service.parts(step)) for step in steps],
        changeable=service.CHANGEABLE,
    )


@admin.route("/ladder/<int:level>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def ladder_step(actor: Actor, level: int) -> ResponseReturnValue:
    """Show a level and change it."""
    if level not in service.CHANGEABLE:
        abort(404)
    step = _found(level)
    form = _form(step)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change(
                    session,
                    actor,
                    clock.now(),
                    _found(level),
                    title=_title(form, step.title),
                    roles=[entry.data for entry in form.roles if entry.data],
                    where=[entry.data for entry in form.where if entry.data],
                )
        except Refused as refused:
            words.mark(form, refused)
        else:
            flash(gettext("The ladder is changed. The next climb goes by it."))
            return redirect(url_for("admin.ladder"))
    page = render_template("admin/ladder_step.html", form=form, level=level)
    return page, WRONG if form.errors else 200


def _found(level: int) -> LadderStepRow:
    query = select(LadderStepRow).where(LadderStepRow.level == level)
    return db.session().scalar(query) or abort(404)


def _form(step: LadderStepRow) -> StepForm:
    roles, where = service.parts(step)
    form = StepForm(data={"title": gettext(step.title), "roles": roles, "where": where})
    kinds = [c for c in choices.roles() if c.value not in {role.value for role in DESK_ROLES}]
    places = [
        choice(each.value, gettext(words.WHERE[each]))
        for each in Where
        if each is not Where.NETWORK
    ]
    _offer(form.roles, [choice("", gettext("Nobody")), *kinds])
    _offer(form.where, [choice("", gettext("Nowhere")), *places])
    return form


def _offer(entries: FieldList[Any], found: list[Any]) -> None:
    """Number the rows of a list, and give each its choices."""
    for number, entry in enumerate(entries, start=1):
        entry.label.text = i18n.number(number)
        entry.choices = found


def _title(form: StepForm, kept: str) -> str:
    """Return the name of the level; a shipped one that nobody changed stays translatable."""
    written = form.title.data or ""
    return kept if written == gettext(kept) else written
