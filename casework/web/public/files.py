"""Photos, papers and recordings: added while the complaint is written, and from its page later.

Without a script a form sends one file at a time, and whichever button is pressed, a file that
was chosen is taken. What was added is listed by number and kind only: somebody may be forced to
show this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain import permissions
from casework.domain.facts import Actor
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.media.kinds import LARGEST_FILE
from casework.models import Case
from casework.services import casefile, clocks
from casework.services.casefile import NotAllowed
from casework.services.evidence import keeping, showing, taking
from casework.services.facts import case_facts
from casework.web import clock, context, headers, uploading
from casework.web.access import public as open_to_all
from casework.web.access import requires_complainant
from casework.web.fields import TextField
from casework.web.public import complaint, drafting, pages
from casework.web.public.blueprint import WRONG, public
from casework.web.public.forms import PageForm
from casework.web.uploading import takes_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from casework.models import Draft, Evidence

STEP: Final = "files"
ADD: Final = "add"
REMOVE: Final = "remove"
_LONGEST_NOTE: Final = 300
_DIGITS: Final = 19


class FileForm(PageForm):
    """What is said of a file; the file itself stands beside it."""

    note = TextField(
        _l("What does it show?"), longest=_LONGEST_NOTE, description=_l("You can leave this empty.")
    )


@dataclass(frozen=True)
class Added:
    """A file in the list: what a button names it by, and words that tell nothing of it."""

    id: int
    words: str


class _Gone(RuntimeError):
    """The draft was sent or deleted while a file was on its way."""


def listed(rows: Sequence[Evidence], days: Sequence[str] = ()) -> list[Added]:
    """Return the list of files, by number and kind, and the day where one is given."""
    found = []
    for place, row in enumerate(rows):
        parts = [
            gettext("File %(number)s", number=i18n.number(place + 1)),
            uploading.kind(row.kind),
            *days[place : place + 1],
        ]
        found.append(Added(row.id, ", ".join(parts)))
    return found


def around(added: list[Added], problems: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the templates of both pages take, and let them use the microphone."""
    headers.let_record()
    return {
        "added": added,
        "problems": problems,
        "file_form": FileForm(request.form),
        "accept": uploading.accepted(),
        "most_files": keeping.MOST,
        "largest": LARGEST_FILE,
        "too_big": uploading.too_big(),
    }


def _asked_to_remove() -> int | None:
    typed = request.form.get(REMOVE, "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > _DIGITS:
        return None
    return min(int(typed), context.LARGEST_NUMBER)


@public.get("/complaint/files")
@open_to_all
def complaint_files() -> ResponseReturnValue:
    """Show the files that were added so far, and take more."""
    if drafting.sent():
        return redirect(url_for("public.receipt"))
    draft = drafting.begun()
    way = complaint.way_of(drafting.answers(draft))
    here = way.find(STEP)
    if draft is None or here is None or not way.reachable(here):
        return redirect(pages.address(way))
    added = listed(keeping.of_draft(db.session(), draft))
    return pages.show(way, here, way.form(here), **around(added))


@public.post("/complaint/files")
@open_to_all
@takes_files
def add_to_complaint() -> ResponseReturnValue:
    """Take or remove a file of the complaint that is being written, and go where it leads."""
    draft, wish = drafting.begun(), request.form.get("do", complaint.GO)
    if draft is None:
        return redirect(url_for("public.receipt" if drafting.sent() else "public.home"))
    try:
        problems = _change_draft(wish)
    except _Gone:
        return redirect(url_for("public.receipt"))
    answers = drafting.answers(drafting.begun())
    way = complaint.way_of(answers)
    here = way.find(STEP)
    if here is None or request.form.get(REMOVE) or (wish == ADD and not problems):
        return redirect(url_for("public.step", step=STEP))
    if problems:
        files = keeping.of_draft(db.session(), _draft(db.session()))
        page = pages.show(way, here, way.form(here), **around(listed(files), problems))
        return page, WRONG
    return complaint.keep(answers, way, here, wish)


def _draft(session: Session, *, lock: bool = False) -> Draft:
    draft = drafting.current(session, lock=lock)
    if draft is None or draft.case_id is not None:
        raise _Gone
    return draft


def _change_draft(wish: str) -> list[str]:
    """Remove the file that a button names, or take the one that was chosen."""
    unwanted = _asked_to_remove()
    if unwanted is not None:
        with transaction() as session:
            gone = keeping.remove_from_draft(session, _draft(session, lock=True), unwanted)
        if gone:
            taking.destroy(uploading.store(), unwanted)
        return []
    if wish != ADD and not uploading.chosen():
        return []
    return uploading.take(
        lambda session, row: keeping.add_to_draft(session, _draft(session, lock=True), row)
    )


@public.get("/case/files")
@requires_complainant()
def case_files(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show the files that the person added, and take more while the case is open."""
    return _page(actor, case)


def _page(actor: Actor, case: Case, problems: Sequence[str] = ()) -> Response:
    session = db.session()
    zone = clocks.calendar_of(session, case.desk_office_id, clock.now()).timezone
    rows = showing.own(session, case)
    days = [i18n.long_date(row.at.astimezone(zone).date()) for row in rows]
    page = render_template(
        "public/case_files.html",
        may_add=permissions.allowed(actor, case_facts(session, case), Action.EVIDENCE, clock.now()),
        **around(listed(rows, days), problems),
    )
    return make_response(page)


@public.post("/case/files")
@requires_complainant()
@takes_files
def change_case_files(actor: Actor, case: Case) -> ResponseReturnValue:
    """Take a file, or remove one that the person added."""
    case_id, unwanted = case.id, _asked_to_remove()
    try:
        problems = _change_case(actor, case_id, unwanted)
    except NotAllowed:
        flash(gettext("Your case has moved on in the meantime. Look at it again here."))
        return redirect(url_for("public.status"))
    if problems:
        return _page(actor, db.session.get_one(Case, case_id), problems), WRONG
    flash(gettext("Removed.") if unwanted is not None else gettext("Added. Thank you."))
    return redirect(url_for("public.case_files"))


def _change_case(actor: Actor, case_id: int, unwanted: int | None) -> list[str]:
    now = clock.now()
    if unwanted is None:
        return uploading.take(
            lambda session, row: keeping.add_to_case(
                session, casefile.lock(session, case_id), actor, now, row
            )
        )
    with transaction() as session:
        locked = casefile.lock(session, case_id)
        gone = keeping.remove_from_case(session, locked, actor, now, unwanted)
    if gone:
        taking.destroy(uploading.store(), unwanted)
    return []
