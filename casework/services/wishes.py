"""A person's wish to have everything deleted: asked for, undone, carried out after a week.

The sight of all offices ends with the wish. What they have already read cannot be called back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from casework.domain.workflow import OPEN, Action
from casework.services import casefile, notices, outcome

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

# How long a person may undo their wish; whoever pressed them may be gone by then.
WAIT: Final = timedelta(days=7)


def ask(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> datetime:
    """Note the wish and return when it is carried out; a second wish leaves the day as it is.

    An open case is withdrawn first. Raises StaleCase or NotAllowed.
    """
    casefile.check(session, case, actor, Action.ERASE, now, version=version)
    if case.status in OPEN:
        outcome.withdraw(session, case, actor, now, under_pressure=None)
    due = case.delete_after or now + WAIT
    casefile.move(session, case, actor, Action.ERASE, now, until=due.isoformat())
    case.delete_after = due
    for row in case.consents:
        if row.given and row.withdrawn_at is None:
            row.withdrawn_at = now
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "erase", now)
    return due


def undo(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Take the wish back. The case stays withdrawn, and consents have to be given anew."""
    casefile.move(session, case, actor, Action.KEEP, now, version=version)
    case.delete_after = None
    casefile.settle(session, case, now)
