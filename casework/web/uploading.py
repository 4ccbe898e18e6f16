"""Files that browsers send: held where nobody can read them, at the few addresses that take them.

A request of more than two megabytes is refused everywhere else. What is sent waits in a sealed
temporary file, is looked at and cleaned while no transaction is open, and is kept in a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, cast

from flask import Flask, Request, current_app, request
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.crypto import Spool
from casework.db import db, transaction
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.media.kinds import FORMS, LARGEST_FILE, Kind, Refused, Why
from casework.scanning import ScannerDown
from casework.services.evidence import taking
from casework.services.evidence.keeping import MOST, TooMany
from casework.services.evidence.taking import Sent
from casework.services.throttles import Deed
from casework.storage import Store, StoreDown
from casework.web import clock, pace, reporting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage

    from casework.config import Settings
    from casework.models import Evidence

_KILOBYTE: Final = 1024
_MEGABYTE: Final = 1024 * _KILOBYTE
# A file of the largest size and what a form sends around it.
LARGEST_REQUEST: Final = LARGEST_FILE + _MEGABYTE
# The names of the two inputs: any file, and a recording.
FILE: Final = "file"
VOICE: Final = "voice"
_MARK: Final = "takes_files"
# A browser shows its own page when the line is cut while it still sends: so much is let through.
_DRAINED: Final = 4 * LARGEST_REQUEST
_PIECE: Final = 256 * 1024

View = Callable[..., ResponseReturnValue]

KINDS: Final[Mapping[str, str]] = {
    Kind.PHOTO: N_("photo"),
    Kind.PDF: N_("paper"),
    Kind.DOCUMENT: N_("paper"),
    Kind.TEXT: N_("text"),
    Kind.VOICE: N_("voice or sound"),
    Kind.VIDEO: N_("video"),
}
REFUSED: Final[Mapping[Why, str]] = {
    Why.EMPTY: N_("This file is empty. Choose another one."),
    Why.TOO_BIG: N_(
        "This file is too big: %(most)s MB is the most. Take the photo again with a smaller size,"
        " or make the recording shorter."
    ),
    Why.UNKNOWN_KIND: N_(
        "We cannot take this kind of file. Send a photo, a PDF, a Word or Excel file, or a"
        " recording."
    ),
    Why.DAMAGED: N_("We cannot open this file. Take the photo again, or choose another file."),
    Why.ACTIVE_CONTENT: N_(
        "This file can start a program, so we do not take it. Take a photo of it instead."
    ),
    Why.ENCRYPTED: N_(
        "This file is locked with a password. Send it without the password, or take a photo of it."
    ),
    Why.BOMB: N_("We cannot open this file. Send a smaller one, or take a photo of it."),
    Why.TOO_SLOW: N_("We cannot open this file. Send a smaller one, or take a photo of it."),
    Why.INFECTED: N_(
        "There is a virus in this file, so we did not keep it. Take a photo of it instead."
    ),
    Why.BUSY: N_(
        "Many files are being looked at just now, so this one is not saved. Nothing else is lost."
        " Try again in a few seconds."
    ),
}
_NONE_CHOSEN: Final = N_("Choose a file first.")
_TOO_MANY: Final = N_("There are %(most)s files already. Remove one first.")
_BROKEN: Final = N_(
    "The file is not saved: something is broken on our side. Nothing else is lost. Try again in a"
    " few minutes."
)


class SealedRequest(Request):
    """A request whose files wait in temporary files that nobody can read."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return cast("IO[bytes]", Spool())


def takes_files(view: View) -> View:
    """Let a view take a file. The mark stands next to the view, below all others."""
    setattr(view, _MARK, True)
    return view


def here() -> bool:
    """Tell whether the address of the request takes files."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), _MARK, False))


def init_app(app: Flask) -> None:
    """Hold what is sent in sealed files, and let the addresses that take files have them."""
    app.request_class = SealedRequest
    app.url_value_preprocessor(_allow_large)


def _allow_large(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # This runs before the form's token is looked for, which reads the whole form.
    if here():
        request.max_content_length = LARGEST_REQUEST


def drain() -> None:
    """Read what a browser still sends, and keep nothing of it: then it can read the answer."""
    length, most = request.content_length or 0, request.max_content_length or 0
    # What was refused for another reason has been read in part: nobody knows how much is left.
    stream, left = request.environ["wsgi.input"], min(length, _DRAINED) if length > most else 0
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)


def store() -> Store:
    """Return the store of evidence files."""
    found: Store = current_app.config["STORE"]
    return found


def accepted() -> str:
    """Return what the input of a form offers to choose from, as its `accept`."""
    endings = sorted({f".{form.extension}" for form in FORMS})
    return ",".join(["image/*", "audio/*", "video/*", "application/pdf", *endings])


def kind(code: str) -> str:
    """Return what a kind of file is called."""
    return gettext(KINDS[code])


def size(number: int) -> str:
    """Return a number of bytes as it is read: megabytes with one decimal, else kilobytes."""
    if number >= _MEGABYTE:
        return gettext("%(size)s MB", size=i18n.number(Decimal(f"{number / _MEGABYTE:.1f}")))
    return gettext("%(size)s kB", size=i18n.number(max(1, number // _KILOBYTE)))


def too_big() -> str:
    """Return what is said about a file that is too big."""
    return refusal(Why.TOO_BIG)


def refusal(why: Why) -> str:
    """Return what is said about a file that is not taken."""
    return gettext(REFUSED[why], most=i18n.number(LARGEST_FILE // _MEGABYTE))


def chosen() -> list[FileStorage]:
    """Return the files that the form sent; an input in which nothing was chosen sends none."""
    return [each for name in (FILE, VOICE) for each in request.files.getlist(name) if each.filename]


def take(keep: Callable[[Session, Evidence], Evidence]) -> list[str]:
    """Take the files of the form in; return what is wrong, in words, for those not taken.

    `keep` puts a prepared row where it belongs, in the transaction that this opens for each.
    """
    files = chosen()
    if not files:
        return [gettext(_NONE_CHOSEN)]
    # Nothing is held in the database while files are looked at.
    db.session.rollback()
    return [problem for each in files if (problem := _take(each, keep))]


def _take(sent: FileStorage, keep: Callable[[Session, Evidence], Evidence]) -> str:
    pace.count(Deed.FILE)
    settings: Settings = current_app.config["SETTINGS"]
    note = request.form.get("note", "")
    form = Sent(cast("BinaryIO", sent.stream), sent.filename or "", note)
    try:
        row = taking.prepare(store(), settings.scanner, form, clock.now())
    except Refused as refused:
        return refusal(refused.why)
    except (StoreDown, ScannerDown) as down:
        reporting.report("A file could not be taken in", down)
        return gettext(_BROKEN)
    return _kept(row, keep)


def _kept(row: Evidence, keep: Callable[[Session, Evidence], Evidence]) -> str:
    row_id = row.id
    try:
        with transaction() as session:
            kept = _or_destroyed(session, row, keep)
    except TooMany:
        return gettext(_TOO_MANY, most=i18n.number(MOST))
    # A commit that broke may have been done: the bytes stay, and the sweep looks at them again.
    if kept != row_id:
        taking.destroy(store(), row_id)
    return ""


def _or_destroyed(
    session: Session, row: Evidence, keep: Callable[[Session, Evidence], Evidence]
) -> int:
    row_id = row.id
    try:
        return keep(session, row).id
    except BaseException:
        taking.destroy(store(), row_id)
        raise
