"""The history of cases: written in the same transaction as what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

# Somebody opened the case page. Kept with the rest, and told apart where moves are shown.
READ = "read"


def record(
    session: Session, case: Case | None, actor: Actor, now: datetime, action: str, **data: Any
) -> Event:
    """Add one line. `data` holds codes, ids, instants as ISO text and numbers, never words."""
    event = Event(
        case_id=case.id if case else None,
        at=now,
        actor_kind=actor.kind.value,
        staff_id=actor.staff_id,
        office_id=actor.office_id,
        action=str(action),
        data=data,
    )
    session.add(event)
    return event


def of_case(session: Session, case: Case) -> Sequence[Event]:
    """Return the events of a case, newest first."""
    query = select(Event).where(Event.case_id == case.id).order_by(Event.at.desc(), Event.id.desc())
    return session.scalars(query).all()
