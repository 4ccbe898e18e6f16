"""Legal holds: cases that nothing may delete for now, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.retention import Ground
from casework.domain.workflow import Action
from casework.models import LegalHold
from casework.services import casefile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case


def running(session: Session, case: Case) -> LegalHold | None:
    """Return the hold that a case is under now, if it is."""
    query = select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.released_at.is_(None))
    return session.scalars(query).first()


def held(session: Session, case_ids: Iterable[int]) -> set[int]:
    """Return which of these cases are under a hold."""
    query = select(LegalHold.case_id).where(LegalHold.released_at.is_(None))
    return set(session.scalars(query)) & set(case_ids)


def put(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    ground: Ground,
    reason: str,
    version: int | None = None,
) -> None:
    """Keep a case from being deleted until the hold is released; a second hold changes nothing."""
    casefile.move(session, case, actor, Action.HOLD, now, version=version, ground=ground.value)
    if running(session, case) is None:
        session.add(
            LegalHold(
                case=case, ground=ground.value, staff_id=actor.staff_id, at=now, reason=reason
            )
        )
    casefile.settle(session, case, now)


def release(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Let a case be deleted again when its time comes."""
    casefile.move(session, case, actor, Action.HOLD, now, version=version, cause="released")
    hold = running(session, case)
    if hold is not None:
        hold.released_at, hold.released_by_id = now, actor.staff_id
    casefile.settle(session, case, now)
