"""How long ended cases are kept: the rules, a dry run, and the switch."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.domain.retention import EVERY, WITHDRAWN, Fate
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import RetentionRule
from casework.services import directory
from casework.services import retention as service
from casework.services.outcome import OUTCOMES
from casework.services.retention import NotConfirmed
from casework.services.settings import keeping
from casework.services.settings.keeping import RuleData
from casework.services.settings.refused import Refused
from casework.web import clock
from casework.web.access import fresh, requires
from casework.web.admin import choices, words
from casework.web.admin.blueprint import WRONG, admin
from casework.web.admin.terms import JUDGEMENT
from casework.web.fields import (
    Form,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
    WholeNumberField,
    choice,
    chosen,
    required,
)
from casework.web.staff.labels import Labels
from casework.web.staff.words import Words

FATE: Final[Words] = {
    Fate.ANONYMISE: N_("take away all that could name a person"),
    Fate.DESTROY: N_("delete everything"),
}
FATE_HINT: Final[Words] = {
    Fate.ANONYMISE: N_("Figures keep category, countries, months, sums and result."),
    Fate.DESTROY: N_("Only codes of the history stay. Figures lose the case."),
}
END: Final[Words] = {**OUTCOMES, WITHDRAWN: N_("The worker withdrew the complaint")}


class KeepForm(Form):
    """How long, and what then."""

    months = WholeNumberField(
        _l("Months after the case was closed"),
        chosen(_l("Write a number with digits only.")),
        least=1,
        most=keeping.MOST_MONTHS,
    )
    fate = RadioField(_l("What happens then"), chosen(_l("Choose one answer.")))
    source = TextAreaField(
        _l("Where that comes from"),
        required(_l("Name the law, or say that it is your own decision.")),
        longest=1000,
    )


class NewKeepForm(KeepForm):
    """A rule for a category, a result, or both."""

    category = SelectField(_l("Category"))
    outcome = SelectField(_l("Result"))


class SwitchForm(Form):
    """The mark of the dry run that is shown beside the button."""

    mark = HiddenField()


def _labels() -> Labels:
    return Labels(directory.taxonomy(db.session()))


@admin.get("/retention")
@requires(Permission.SETTINGS)
def retention(actor: Actor) -> ResponseReturnValue:
    """Show the rules, and what they would do now."""
    del actor
    session = db.session()
    plan = service.plan(session, clock.now())
    return render_template(
        "admin/retention.html",
        rules=keeping.table(session),
        plan=plan,
        on=service.is_on(session),
        form=SwitchForm(mark=plan.mark),
        labels=_labels(),
        fate=FATE,
        end=END,
        every=EVERY,
        judgement=JUDGEMENT,
    )


@admin.post("/retention/<any(on,off):turn>")
@requires(Permission.SETTINGS)
@fresh
def switch_retention(actor: Actor, turn: str) -> ResponseReturnValue:
    """Switch on what the dry run has shown, or off."""
    form = SwitchForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                if turn == "on":
                    service.switch_on(session, actor, clock.now(), form.mark.data or "")
                else:
                    service.switch_off(session, actor, clock.now())
        except NotConfirmed:
            flash(gettext("Something has changed in the meantime. Look at the dry run again."))
    return redirect(url_for("admin.retention"))


@admin.route("/retention/new", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
@fresh
def new_retention(actor: Actor) -> ResponseReturnValue:
    """Add a rule."""
    form, labels = NewKeepForm(), _labels()
    form.fate.choices = _fates()
    form.category.choices = [
        choice(EVERY, gettext("Every category")),
        *(choice(code, labels.category(code)) for code in labels.taxonomy.codes),
    ]
    ends = choices.of(END)
    form.outcome.choices = [choice(EVERY, gettext("Every result")), *ends]
    if form.validate_on_submit():
        data = _said(form, form.category.data, form.outcome.data)
        try:
            with transaction() as session:
                keeping.add(session, actor, clock.now(), data)
        except Refused as refused:
            words.mark(form, refused)
        else:
            return _saved()
    page = render_template("admin/retention_rule.html", form=form, rule=None)
    return page, WRONG if form.errors else 200


def _fates() -> list[Any]:
    return [choice(f, gettext(FATE[f]), hint=gettext(FATE_HINT[f])) for f in Fate]


def _said(form: KeepForm, category: str, outcome: str) -> RuleData:
    return RuleData(
        months=form.months.data or 0,
        fate=form.fate.data,
        source=form.source.data or "",
        category=category,
        outcome=outcome,
    )


def _saved() -> ResponseReturnValue:
    flash(gettext("The rule is saved. Look at the dry run, then switch deleting on."))
    return redirect(url_for("admin.retention"))


@admin.route("/retention/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
@fresh
def retention_rule(actor: Actor, rule_id: int) -> ResponseReturnValue:
    """Show a rule and change it."""
    form = KeepForm(obj=_found(rule_id))
    form.fate.choices = _fates()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                kept = session.get_one(RetentionRule, rule_id)
                data = _said(form, kept.category, kept.outcome)
                keeping.change(session, actor, clock.now(), kept, data)
        except Refused as refused:
            words.mark(form, refused)
        else:
            return _saved()
    page = render_template(
        "admin/retention_rule.html",
        form=form,
        rule=_found(rule_id),
        labels=_labels(),
        end=END,
        every=EVERY,
    )
    return page, WRONG if form.errors else 200


@admin.post("/retention/<int:rule_id>/remove")
@requires(Permission.SETTINGS)
@fresh
def remove_retention(actor: Actor, rule_id: int) -> ResponseReturnValue:
    """Take a rule away."""
    _found(rule_id)
    with transaction() as session:
        keeping.remove(session, actor, clock.now(), session.get_one(RetentionRule, rule_id))
    flash(gettext("The rule is gone. Look at the dry run, then switch deleting on."))
    return redirect(url_for("admin.retention"))


def _found(rule_id: int) -> RetentionRule:
    return db.session().get(RetentionRule, rule_id) or abort(404)
