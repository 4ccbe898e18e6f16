"""Exports: asked for with a reason, decided on by a second person where names leave, taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Export
from casework.services import exports
from casework.services.exports import Form as FileForm
from casework.services.exports import NotForYou, TooMany
from casework.web import access, clock
from casework.web.access import requires
from casework.web.fields import Form, RadioField, TextField, choice, chosen, required
from casework.web.staff import cases, export_words, listing
from casework.web.staff.blueprint import WRONG, labels, staff, zone_of

if TYPE_CHECKING:
    from casework.services.queue import Wish

_CONFLICT: Final = 409


class ExportForm(Form):
    """Why, as which file, and whether names leave."""

    reason = TextField(
        _l("What is it for?"),
        required(_l("Write in a few words what it is for.")),
        description=_l("It is kept, sealed, with your name. A supervisor reads it."),
        longest=exports.LONGEST_REASON,
    )
    kind = RadioField(
        _l("As which file?"),
        chosen(_l("Choose a kind of file.")),
        choices=[choice("xlsx", _l("Excel")), choice("csv", _l("CSV"))],
    )
    identity = RadioField(
        _l("Names and telephone numbers"),
        chosen(_l("Choose whether names leave.")),
        choices=[
            choice("no", _l("Without them")),
            choice("yes", _l("With them: a second person must agree first")),
        ],
    )


@staff.route("/export", methods=["GET", "POST"])
@requires(Permission.EXPORT)
@access.fresh
def export(actor: Actor) -> ResponseReturnValue:
    """Ask for an export of a list, with its filters; show what has been exported before."""
    form = ExportForm(kind="xlsx", identity="no")
    if not areas.may_export_names(actor):
        del form.identity
    wanted = listing.wish(request.args, actor)
    if form.validate_on_submit():
        try:
            return _ask(actor, wanted, form)
        except TooMany:
            return _page(actor, wanted, form), _CONFLICT
    return _page(actor, wanted, form), WRONG if form.errors else 200


def _ask(actor: Actor, wanted: Wish, form: ExportForm) -> ResponseReturnValue:
    with transaction() as session:
        row = exports.ask(
            session,
            actor,
            clock.now(),
            wish=wanted,
            reason=form.reason.data or "",
            form=FileForm(form.kind.data),
            identity="identity" in form and form.identity.data == "yes",
        )
        export_id = row.id
    return redirect(url_for("staff.export_page", export_id=export_id))


def _page(actor: Actor, wanted: Wish, form: ExportForm) -> str:
    session, now = db.session(), clock.now()
    try:
        count, most = exports.count(session, actor, now, wanted), None
    except TooMany as error:
        count, most = None, error.most
    known = exports.known(session, actor)
    return render_template(
        "staff/export.html",
        form=form,
        count=count,
        most=most,
        said=listing.query(wanted, actor),
        wish=wanted,
        views=[(view, gettext(label)) for view, label in cases.VIEWS.items()],
        filters=cases.filters(actor),
        chosen=cases.chosen(wanted),
        known=[(row, exports.state(row, now)) for row in known],
        state_words=export_words.STATE,
        actor=actor,
        zone=zone_of(actor),
    )


@staff.get("/export/<int:export_id>")
@requires(Permission.EXPORT)
@access.fresh
def export_page(actor: Actor, export_id: int) -> ResponseReturnValue:
    """Show one export: who asked for what and why, and what can be done with it now."""
    now = clock.now()
    with transaction():
        exports.look_at(_locked(actor, export_id), actor, now)
    row = db.session().get_one(Export, export_id)
    return render_template(
        "staff/export_page.html",
        row=row,
        state=exports.state(row, now),
        state_words=export_words.STATE,
        form_words=export_words.FORM,
        filters=export_words.filters(cases.filters(actor)[:-1], row.wanted),
        view=gettext(cases.VIEWS.get(row.wanted["view"], "")),
        may_take=exports.may_take(row, actor, now),
        may_decide=exports.may_decide(row, actor, now),
        own=row.staff_id == actor.staff_id,
        actor=actor,
        zone=zone_of(actor),
    )


def _locked(actor: Actor, export_id: int) -> Export:
    """Return an export that the actor may know of; to others there is none."""
    row = exports.lock(db.session(), export_id)
    if row is None or not exports.may_see(row, actor):
        abort(404)
    return row


@staff.post("/export/<int:export_id>/decide")
@requires(Permission.EXPORT_DECISION)
@access.fresh
def decide_export(actor: Actor, export_id: int) -> ResponseReturnValue:
    """Let names leave, or not: the word of a second person."""
    yes = request.form.get("answer") == "yes"
    try:
        with transaction() as session:
            row = _locked(actor, export_id)
            exports.decide(session, row, actor, clock.now(), yes=yes)
    except NotForYou:
        abort(404)
    flash(
        gettext("You agreed. It can be taken once, within a day.") if yes else gettext("Refused.")
    )
    return redirect(url_for("staff.export_page", export_id=export_id))


@staff.post("/export/<int:export_id>/take")
@requires(Permission.EXPORT)
@access.fresh
def take_export(actor: Actor, export_id: int) -> ResponseReturnValue:
    """Hand the file over, once; that it was taken is written down with it."""
    try:
        with transaction() as session:
            row = _locked(actor, export_id)
            lines = exports.take(session, row, actor, clock.now())
            content = export_words.file(session, row, lines, labels())
            name, kind = f"casework-{row.number}.{row.form}", export_words.TYPES[row.form]
    except NotForYou:
        abort(404)
    except TooMany as error:
        flash(gettext("More than %(most)s cases fit now. Ask for fewer.", most=error.most))
        return redirect(url_for("staff.export_page", export_id=export_id))
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
