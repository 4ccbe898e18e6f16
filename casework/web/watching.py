"""Who looked at which case, and who was refused: noted by the guard of the pages, not by each page.

What could not be noted is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from casework.db import aside, db, transaction
from casework.models import Case
from casework.services import at_hand, history
from casework.web import clock

if TYPE_CHECKING:
    from casework.domain.facts import Actor

_REDIRECTS: Final = range(300, 400)


def refuse(actor: Actor, case_id: int | None = None) -> NoReturn:
    """Answer that there is no such page, after noting who asked for it.

    A case that is hidden and one that there is not go the same way, and take the same time.
    """
    with transaction() as session:
        history.refused(session, case_id, actor, clock.now(), asked=str(request.endpoint))
    abort(404)


def shown(
    view: Callable[..., ResponseReturnValue],
    actor: Actor,
    case: Case,
    values: dict[str, Any],
    *,
    noted: bool,
) -> ResponseReturnValue:
    """Show a page of a case, and note that it was read, unless that is `noted` already.

    What is posted is noted by what it does; it was read only when it ends in a page.
    """
    case_id = case.id
    if request.method in {"GET", "HEAD"}:
        if not noted:
            _note_beside(actor, case)
        return view(actor=actor, case=case, **values)
    response = current_app.make_response(view(actor=actor, case=case, **values))
    if response.status_code not in _REDIRECTS:
        _note(actor, case_id)
    return response


def _note_beside(actor: Actor, case: Case) -> None:
    """Note that a case is read; what the guard has read of it stays good for the page."""
    held = at_hand.taken(db.session())
    with aside() as session:
        history.record(session, case, actor, clock.now(), history.READ)
    at_hand.put_back(db.session(), held)


def _note(actor: Actor, case_id: int) -> None:
    with transaction() as session:
        case = session.get(Case, case_id)
        # What was posted may have joined the case to another, or ended it for good.
        if case is not None:
            history.opened(session, case, actor, clock.now())
