"""The history of cases: written in the same transaction as what it tells."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select

from casework.models import Event
from casework.services import at_hand, batch, batch_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

# Somebody opened the case page, took one of its files, or asked for it and may not see it.
READ: Final = "read"
READ_FILE: Final = "read_file"
DENIED: Final = "denied"
# A file was asked for whose seal is broken: somebody has changed what lies in the store.
BROKEN_FILE: Final = "broken_file"
# An office, or the desk, was told that its time runs.
REMINDED: Final = batch_rows.REMINDED
# Kept with the rest, and told apart where it is shown what was done to a case.
NO_MOVES: Final = frozenset({READ, READ_FILE, DENIED, BROKEN_FILE})
# Who looks at a case for an hour has read it once a minute, not at every click.
ONCE_IN: Final = timedelta(minutes=1)


def record(
    session: Session, case: Case | None, actor: Actor, now: datetime, action: str, **data: Any
) -> Event:
    """Add one line. `data` holds codes, ids, instants as ISO text and numbers, never words."""
    return _add(session, case.id if case else None, actor, now, action=action, data=data)


def _add(
    session: Session,
    case_id: int | None,
    actor: Actor,
    now: datetime,
    *,
    action: str,
    data: dict[str, Any],
) -> Event:
    event = Event(
        case_id=case_id,
        at=now,
        actor_kind=actor.kind.value,
        staff_id=actor.staff_id,
        office_id=actor.office_id,
        action=str(action),
        data=data,
    )
    batch.add(session, event)
    return event


def opened(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Note that somebody read the case, unless they have just done so."""
    if not session.scalar(select(lately(case.id, actor.staff_id, now - ONCE_IN))):
        record(session, case, actor, now, READ)


def lately(case_id: Any, staff_id: Any, since: Any) -> ColumnElement[bool]:
    """Return the condition under which the reading of a case is noted already.

    Each may be a value, a column, or a parameter of a query that is worded once.
    """
    return exists().where(
        Event.case_id == case_id,
        Event.action == READ,
        Event.staff_id == staff_id,
        Event.at > since,
    )


def refused(
    session: Session, case_id: int | None, actor: Actor, now: datetime, *, asked: str
) -> None:
    """Note that somebody asked for what they may not see.

    `asked` is the code of the page; `case_id` the case, where there is one. Each time counts,
    so that the answer takes as long for a case that is hidden as for one that there is not.
    """
    _add(session, case_id, actor, now, action=DENIED, data={"asked": asked})


def of_case(session: Session, case: Case) -> Sequence[Event]:
    """Return the events of a case, newest first."""
    found = at_hand.rows(session, case, Event)
    if found is not None:
        return sorted(found, key=lambda event: (event.at, event.id), reverse=True)
    query = select(Event).where(Event.case_id == case.id).order_by(Event.at.desc(), Event.id.desc())
    return session.scalars(query).all()


def reminders(session: Session, case: Case) -> Sequence[Event]:
    """Return the lines that tell of a reminder, in no order."""
    held = batch.rows(session, case, Event)
    if held is not None:
        return [line for line in held if line.action == REMINDED]
    query = select(Event).where(Event.case_id == case.id, Event.action == REMINDED)
    return session.scalars(query).all()
