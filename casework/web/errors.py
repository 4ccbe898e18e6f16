"""Pages that say what went wrong and what to do, in the reader's language.

Who may not do a thing is told the same as if it were not there.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from werkzeug.exceptions import Conflict, HTTPException, SecurityError, ServiceUnavailable

from casework.db import db, passes
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services.casefile import NotAllowed, StaleCase
from casework.web import context, pace, sessions, uploading
from casework.web.pace import Later
from casework.web.reporting import report

_CLIENT_ERRORS: Final = 400
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_TOO_LARGE: Final = 413
_BROKEN: Final = 500
_UNAVAILABLE: Final = 503
_BACK_IN: Final = 60  # seconds.


@dataclass(frozen=True)
class Fault:
    """What a page of error says: a title and a sentence or two."""

    title: str
    text: str


FAULTS: Final[dict[int, Fault]] = {
    400: Fault(
        N_("This did not work"),
        N_("Something was wrong with what was sent. Go back and try again."),
    ),
    404: Fault(
        N_("This page is not here"),
        N_("Check the address, or begin again from the first page."),
    ),
    405: Fault(
        N_("This page cannot be opened like this"),
        N_("Go back and use the button on the page."),
    ),
    409: Fault(
        N_("This has changed in the meantime"),
        N_("Somebody else was quicker. Nothing was saved. Open the page again and look."),
    ),
    413: Fault(
        N_("This is too big"),
        N_("What you sent is too big, and was not saved. Go back and send less at once."),
    ),
    429: Fault(
        N_("Please wait a little"),
        N_("There were too many tries. Nothing is lost. Try again in a few minutes."),
    ),
    503: Fault(
        N_("Not saved"),
        N_(
            "There is no room or no answer on our side at this moment. What you sent is not saved."
            " Wait a few minutes, then load this page again: it is sent once more."
        ),
    ),
    500: Fault(
        N_("Something is broken on our side"),
        N_("It is not your fault. Wait a few minutes, then go back and try again."),
    ),
}
TOO_LONG_OPEN: Final = Fault(
    N_("This page was open too long"),
    N_("Nothing was lost. Go back and try again."),
)


def init_app(app: Flask) -> None:
    """Answer every error with one of the pages."""
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(StaleCase, _stale)
    app.register_error_handler(NotAllowed, _stale)
    app.register_error_handler(Later, _later)
    for kind in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.register_error_handler(kind, _not_saved)
    app.register_error_handler(OSError, _no_room)


def _later(later: Later) -> Response:
    fault = FAULTS[pace.TOO_MANY]
    return pace.answer(_page(gettext(fault.title), pace.words(later)), later)


def _page(title: str, text: str) -> str:
    return render_template(
        "errors/error.html", base=context.base_template(), title=title, text=text
    )


def _fault(code: int) -> Fault:
    """Return what is said of a code; who only wanted to read has nothing to be saved."""
    said = _BROKEN if code == _UNAVAILABLE and request.method == "GET" else code
    return FAULTS.get(said, FAULTS[400])


def _not_saved(error: exc.SQLAlchemyError) -> Response:
    """Say that nothing was kept: the disk is full, or the database is away or overrun.

    Why stands in the log, without what was being kept. It comes right by itself; what does not
    is raised, as every other fault.
    """
    if not passes(error):
        raise error
    report("The database failed", error)
    return _show(ServiceUnavailable(retry_after=_BACK_IN))


def _no_room(error: OSError) -> Response:
    """Say the same where the disk of what is being received is full; raise every other fault."""
    if error.errno != errno.ENOSPC:
        raise error
    report("The disk of temporary files is full", error)
    return _show(ServiceUnavailable(retry_after=_BACK_IN))


def _stale(_error: Exception) -> Response:
    # Whoever may not do it at all has been turned away before: the case has moved since.
    return _show(Conflict())


def _show(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # Asked under a name that is not ours: no address of a page can be made, and none is due.
        return Response("This site is not here.\n", 400, mimetype="text/plain")
    if error.code is None or error.code < _CLIENT_ERRORS or error.response is not None:
        return make_response(error.get_response())
    code = _NOT_FOUND if error.code == _FORBIDDEN else error.code
    if code == _TOO_LARGE:
        uploading.drain()
    fault = TOO_LONG_OPEN if isinstance(error, CSRFError) else _fault(code)
    if code >= _BROKEN:
        db.session.rollback()
        sessions.look_at_none()
    files_too_large = code == _TOO_LARGE and uploading.here()
    text = uploading.too_big() if files_too_large else gettext(fault.text)
    response = make_response(_page(gettext(fault.title), text), code)
    for name in ("Allow", "Retry-After"):
        value = dict(error.get_headers()).get(name)
        if value is not None:
            response.headers[name] = value
    return response
