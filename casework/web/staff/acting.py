"""Doing something to a case: one view for the whole table of deeds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import permissions
from casework.domain.facts import Actor
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.models import Case
from casework.services import casefile, names, notebook, timeline
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.referrals import OfficeUnable
from casework.services.triage import NotDeskStaff
from casework.web import clock
from casework.web.access import requires_case
from casework.web.staff import deeds, referring
from casework.web.staff.asking import Asking
from casework.web.staff.blueprint import WRONG, labels, staff, zone_of
from casework.web.staff.deed_forms import DeedForm, ReferForm

if TYPE_CHECKING:
    from casework.services.timeline import Entry
    from casework.web.staff.deeds import Deed

_CONFLICT = 409
_LONGEST_VERSION = 9


@staff.route("/cases/<reference>/<slug>", methods=["GET", "POST"])
@requires_case()
def act(actor: Actor, case: Case, slug: str) -> ResponseReturnValue:
    """Show the form of a deed and what will happen; do it when it is posted."""
    deed = deeds.BY_SLUG.get(slug) or abort(404)
    if not any(permissions.ever(actor, action) for action in deed.actions):
        abort(404)
    asking = Asking(db.session(), case, actor, clock.now())
    form: DeedForm = deed.form(asking)
    if request.method == "GET" and asking.actions.isdisjoint(deed.actions):
        abort(404)
    if form.validate_on_submit():
        try:
            return _done(deed, case.id, actor, form)
        except (StaleCase, OfficeUnable, NotDeskStaff):
            return _stale(deed, case.id, actor, form)
        except NotAllowed:
            abort(404)
    status = WRONG if form.errors else 200
    return _page(deed, asking, form), status


def _done(deed: Deed, case_id: int, actor: Actor, form: DeedForm) -> ResponseReturnValue:
    now = clock.now()
    with transaction() as session:
        case = casefile.lock(session, case_id)
        reference = case.reference
        _check(deed, Asking(session, case, actor, now), form)
        deed.do(session, case, actor, now, form)
        sees = permissions.may_see(actor, case_facts(session, case))
    flash(gettext(deed.done))
    # What was done may have taken the case from whoever did it.
    goes_to = url_for("staff.case", reference=reference) if sees else url_for("staff.cases")
    return redirect(goes_to)


def _check(deed: Deed, asking: Asking, form: DeedForm) -> None:
    """Refuse an older version first, then what the rules do not allow."""
    allowed = [action for action in deed.actions if action in asking.actions]
    action = allowed[0] if allowed else deed.actions[0]
    version = _version(form) if deed.lasting else None
    casefile.check(asking.session, asking.case, asking.actor, action, asking.now, version=version)


def _version(form: DeedForm) -> int:
    typed = form.version.data or ""
    return int(typed[:_LONGEST_VERSION]) if typed.isascii() and typed.isdigit() else 0


def _stale(deed: Deed, case_id: int, actor: Actor, form: DeedForm) -> ResponseReturnValue:
    """Show the form again with what was typed, and what has happened in the meantime."""
    session = db.session()
    case = session.get_one(Case, case_id)
    asking = Asking(session, case, actor, clock.now())
    if not permissions.may_see(actor, asking.facts):
        abort(404)
    since = _since(form)
    changed = [
        entry for entry in timeline.of(session, case, actor) if since is None or entry.at > since
    ]
    form.version.data = None
    return _page(deed, asking, form, changed=changed), _CONFLICT


def _since(form: DeedForm) -> datetime | None:
    try:
        found = datetime.fromisoformat(form.since.data or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def _page(deed: Deed, asking: Asking, form: DeedForm, *, changed: list[Entry] | None = None) -> str:
    case, actor = asking.case, asking.actor
    form.version.data = form.version.data or str(case.version)
    if changed is not None or not form.since.data:
        form.since.data = asking.now.isoformat()
    more: dict[str, Any] = referring.page(asking, form) if isinstance(form, ReferForm) else {}
    return render_template(
        deed.template,
        deed=deed,
        form=form,
        case_reference=case.reference,
        actor=actor,
        zone=zone_of(actor),
        labels=labels(case.taxonomy_version),
        ahead=deed.ahead(asking),
        possible=not asking.actions.isdisjoint(deed.actions),
        changed=changed,
        names=_names(asking, changed or []),
        **more,
    )


def _names(asking: Asking, entries: list[Entry]) -> names.Names:
    return names.of(
        asking.session,
        [*(entry.office_id for entry in entries), *(e.data.get("office") for e in entries)],
        [*(entry.staff_id for entry in entries), *(e.data.get("staff") for e in entries)],
        [entry.data.get("rule") for entry in entries],
    )


@staff.post("/cases/<reference>/tasks/<int:task_id>")
@requires_case(Action.TASK)
def finish_task(actor: Actor, case: Case, task_id: int) -> ResponseReturnValue:
    """Mark a task of one's own office as done."""
    reference = case.reference
    with transaction() as session:
        locked = casefile.lock(session, case.id)
        notebook.finish_task(session, locked, actor, clock.now(), task_id)
    return redirect(url_for("staff.case", reference=reference))
