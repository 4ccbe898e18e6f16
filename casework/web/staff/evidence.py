"""Files on the page of a case: looked at, taken along, added.

Each address names the case and the file, and both are checked: the file has to be one of this
very case that this very reader may have. A file is only ever handed out to be kept, never to be
shown or run by the browser.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, Final

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import lazyload

from casework import storage
from casework.crypto import SealBroken
from casework.db import aside, db, transaction
from casework.domain.facts import Actor
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.media.kinds import JPEG
from casework.models import Case
from casework.services import at_hand, casefile, preview
from casework.services.casefile import NotAllowed
from casework.services.evidence import keeping, showing
from casework.services.evidence.taking import ORIGINAL, PREVIEW, SHARED
from casework.web import clock, headers, reporting, uploading
from casework.web.access import fresh, requires_case
from casework.web.staff.blueprint import staff
from casework.web.uploading import takes_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from casework.models import Evidence
    from casework.services.evidence.showing import Found
    from casework.services.sight import Sight

_ANCHOR: Final = "evidence"


def beside(session: Session, case: Case, actor: Actor, sight: Sight) -> dict[str, Any]:
    """Return what the page of a case shows of files: those its reader may have."""
    return {
        "files": showing.shown(session, case, actor.office, sight.items),
        "accept": uploading.accepted(),
        "most_files": keeping.MOST,
    }


def _found(actor: Actor, case: Case, file_id: int) -> Found:
    """Return the file, or answer as if there were none."""
    session = db.session()
    items = preview.items_of(session, case, actor)
    return showing.find(session, case, actor, items, file_id) or abort(404)


def _pieces(actor: Actor, case: Case, row: Evidence, part: str) -> Iterator[bytes]:
    """Return the bytes, or answer that something is broken: whoever asked may not know what."""
    row_id = row.id
    try:
        return _watched(showing.read(uploading.store(), row, part))
    except SealBroken as broken:
        reporting.report("The seal of a file is broken", broken)
        with transaction() as session:
            showing.broken(session, case, actor, clock.now(), row_id=row_id, part=part)
    except (storage.Missing, storage.StoreDown) as away:
        reporting.report("A file cannot be read", away)
    return abort(500)


def _watched(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give out the pieces; where one is broken, the browser is left with a download cut short."""
    try:
        yield from pieces
    except (storage.Missing, storage.StoreDown, SealBroken) as broken:
        reporting.report("A file broke off", broken)
        # What the server is told is that the line was cut: it would log the address otherwise.
        raise ConnectionResetError(errno.ECONNRESET, "a file broke off") from None


def _handed_out(pieces: Iterator[bytes], media_type: str, name: str, size: int) -> Response:
    response = Response(pieces, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.content_length = size
    headers.of_file()
    return response


@staff.get("/cases/<reference>/files/<int:file_id>")
@requires_case(emergency=True)
def evidence_copy(actor: Actor, case: Case, file_id: int) -> ResponseReturnValue:
    """Hand out the shared copy of a file; that it was taken is recorded."""
    found = _found(actor, case, file_id)
    pieces, name = _pieces(actor, case, found.row, SHARED), showing.copy_name(case, found)
    media_type, size = found.row.shared_type, found.row.shared_size
    with aside() as session:
        showing.opened(session, case, actor, clock.now(), file_id)
    return _handed_out(pieces, media_type, name, size)


@staff.get("/cases/<reference>/files/<int:file_id>/preview")
@requires_case(emergency=True)
def evidence_preview(actor: Actor, case: Case, file_id: int) -> ResponseReturnValue:
    """Hand out the small picture of a file; the page of the case that shows it is recorded."""
    found = _found(actor, case, file_id)
    if not found.row.has_preview:
        abort(404)
    picture = b"".join(_pieces(actor, case, found.row, PREVIEW))
    name = showing.copy_name(case, found)
    return _handed_out(iter([picture]), JPEG.media_type, name, len(picture))


@staff.get("/cases/<reference>/files/<int:file_id>/original")
@requires_case(Action.OPEN_ORIGINAL)
@fresh
def evidence_original(actor: Actor, case: Case, file_id: int) -> ResponseReturnValue:
    """Hand out a file as it was sent, to the desk that keeps the case; this is recorded."""
    row = _found(actor, case, file_id).row
    pieces, name = _pieces(actor, case, row, ORIGINAL), showing.original_name(row)
    media_type, size, case_id = row.media_type, row.size, case.id
    with transaction() as session:
        # What the rules look at may be another than when the guard asked them.
        at_hand.read(session, session.get_one(Case, case_id, options=[lazyload("*")]))
        showing.opened_original(session, case, actor, clock.now(), row)
    return _handed_out(pieces, media_type, name, size)


@staff.post("/cases/<reference>/files")
@requires_case(Action.EVIDENCE)
@takes_files
def add_evidence(actor: Actor, case: Case) -> ResponseReturnValue:
    """Take a file that staff add."""
    case_id, reference, now = case.id, case.reference, clock.now()
    try:
        problems = uploading.take(
            lambda session, row: keeping.add_to_case(
                session, casefile.lock(session, case_id), actor, now, row
            )
        )
    except NotAllowed:
        abort(404)
    for words in problems or [gettext("The file was added.")]:
        flash(words)
    return redirect(url_for("staff.case", reference=reference, _anchor=_ANCHOR))
