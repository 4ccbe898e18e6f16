"""Routing rules: the ordered table, a trial on past cases before anything is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.domain.routing import Rule, RuleTrack
from casework.i18n import gettext
from casework.models import RoutingRule
from casework.services import directory, names
from casework.services.settings import rules as service
from casework.services.settings import trying
from casework.services.settings.refused import Refused
from casework.services.settings.trying import Trial
from casework.web import clock
from casework.web.access import requires
from casework.web.admin import rule_forms, rule_words, words
from casework.web.admin.blueprint import WRONG, admin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.web.admin.rule_forms import RuleForm

_TRY: Final = "try"
# Who acts on a case is asked more often than who keeps it.
_TRACKS: Final = (RuleTrack.OFFICE, RuleTrack.DESK)


@dataclass(frozen=True)
class Turn:
    """A change of one rule that needs no form: its words, and how it is done."""

    title: str
    done: str
    after: Callable[[RoutingRule], list[RoutingRule]]
    do: Callable[..., None]


def _moved(rule: RoutingRule, *, up: bool) -> list[RoutingRule]:
    return [row for row in service.moved(db.session(), rule, up=up) if row.active]


TURNS: Final = {
    "up": Turn(
        N_("Move the rule up"),
        N_("The rule stands one place higher."),
        lambda rule: _moved(rule, up=True),
        lambda *a: service.move(*a, up=True),
    ),
    "down": Turn(
        N_("Move the rule down"),
        N_("The rule stands one place lower."),
        lambda rule: _moved(rule, up=False),
        lambda *a: service.move(*a, up=False),
    ),
    "off": Turn(
        N_("Switch the rule off"),
        N_("The rule is off. It decides nothing any more."),
        lambda rule: service.switched(db.session(), rule, active=False),
        lambda *a: service.switch(*a, active=False),
    ),
    "on": Turn(
        N_("Switch the rule on"),
        N_("The rule is in use again."),
        lambda rule: service.switched(db.session(), rule, active=True),
        lambda *a: service.switch(*a, active=True),
    ),
}


@admin.get("/rules")
@requires(Permission.SETTINGS)
def rules(actor: Actor) -> ResponseReturnValue:
    """Show the rules of both tracks, in order."""
    del actor
    session = db.session()
    tables = {track: service.table(session, track) for track in _TRACKS}
    return render_template(
        "admin/rules.html",
        tables=tables,
        known=rule_words.offices_of(row for rows in tables.values() for row in rows),
        used=service.used(session, clock.now()),
        rw=rule_words,
    )


@admin.route("/rules/new/<any(office, desk):track>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def new_rule(actor: Actor, track: str) -> ResponseReturnValue:
    """Add a rule before the last one of a track."""
    return _form_page(actor, None, RuleTrack(track))


@admin.route("/rules/<code>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def rule(actor: Actor, code: str) -> ResponseReturnValue:
    """Show a rule and change it."""
    row = _found(code)
    return _form_page(actor, row, RuleTrack(row.track))


def _found(code: str) -> RoutingRule:
    return service.by_code(db.session(), code) or abort(404)


def _form_page(actor: Actor, row: RoutingRule | None, track: RuleTrack) -> ResponseReturnValue:
    """Show the form of a rule; try it, or save it."""
    form = rule_forms.filled(row, track)
    trial = None
    if form.validate_on_submit():
        try:
            if request.form.get("deed") != _TRY:
                return _saved(actor, row.code if row else None, form, track)
            trial = _try(form, row, track)
        except Refused as refused:
            words.mark(form, refused)
    session = db.session()
    row = service.by_code(session, row.code) if row else None
    page = render_template(
        "admin/rule.html",
        form=form,
        rule=row,
        track=track,
        last=row is not None and service.is_last(session, row),
        **_told(trial),
    )
    return page, WRONG if form.errors else 200


def _saved(actor: Actor, code: str | None, form: RuleForm, track: RuleTrack) -> ResponseReturnValue:
    with transaction() as session:
        row = service.by_code(session, code) if code else None
        data = rule_forms.said(form, row, track)
        if row is None:
            service.add(session, actor, clock.now(), data)
        else:
            service.change(session, actor, clock.now(), row, data)
    flash(gettext("The rule is saved. It decides from the next case on."))
    return redirect(url_for("admin.rules"))


def _try(form: RuleForm, row: RoutingRule | None, track: RuleTrack) -> Trial:
    """Route the cases that are there by the table with this rule in it, and write nothing."""
    session = db.session()
    data = rule_forms.said(form, row, track)
    service.check(session, data)
    written = service.as_row(data, row.code if row else "")
    rows = list(service.table(session, track))
    if row is None:
        rows.insert(max(len(rows) - 1, 0), written)
    else:
        rows[rows.index(row)] = written
    return _tried(track, [each for each in rows if each.active])


def _tried(track: RuleTrack, rows: Sequence[RoutingRule]) -> Trial:
    values: list[Rule] = [directory.rule(row) for row in rows]
    return trying.trial(db.session(), clock.now(), track=track, rules=values)


def _told(trial: Trial | None) -> dict[str, Any]:
    """Return a trial for its page: where most of the moved cases would go stands first."""
    if trial is None:
        return {"trial": None}
    to = sorted(trial.to.items(), key=lambda each: (-each[1], each[0]))
    return {
        "trial": trial,
        "to": to,
        "names": names.of(db.session(), trial.to),
        "most": trying.MOST,
    }


@admin.route("/rules/<code>/<any(up, down, off, on):turn>", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def turn_rule(actor: Actor, code: str, turn: str) -> ResponseReturnValue:
    """Say what a move or a switch would do to past cases; do it when it is posted."""
    row, chosen = _found(code), TURNS[turn]
    try:
        if request.method == "POST":
            with transaction() as session:
                kept = service.by_code(session, code) or abort(404)
                chosen.do(session, actor, clock.now(), kept)
            flash(gettext(chosen.done))
            return redirect(url_for("admin.rules"))
        trial = _tried(RuleTrack(row.track), chosen.after(row))
    except Refused as refused:
        flash(words.refusal(refused))
        return redirect(url_for("admin.rules"))
    return render_template(
        "admin/rule_turn.html",
        rule=row,
        turn=chosen,
        known=rule_words.offices_of([row]),
        rw=rule_words,
        **_told(trial),
    )
