"""Budgets of failed attempts: who has used one up waits until a part of it has grown back.

A budget is kept as one instant (the generic cell rate algorithm, ITU-T I.371): every failure
moves it on, time catches up with it. All processes share it, and no subject is readable in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, Update, case, delete, select, update
from sqlalchemy.exc import IntegrityError

from casework import crypto
from casework.models import Attempt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOTHING: Final = timedelta(0)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Budget:
    """How many failures are free at first, and how long one takes to be free again."""

    name: str
    free: int
    every: timedelta


def wait(session: Session, now: datetime, budget: Budget, subject: str) -> timedelta:
    """Return how long it is until the subject may try again; nothing while some tries are left."""
    held = _held(session, now, budget, subject)
    return max(held - budget.every * (budget.free - 1), NOTHING)


def failed_before(session: Session, now: datetime, budget: Budget, subject: str) -> bool:
    """Tell whether any failure is still held against the subject."""
    return _held(session, now, budget, subject) > NOTHING


def fail(session: Session, now: datetime, budget: Budget, subject: str) -> None:
    """Count one failure of the subject."""
    key, moment = _key(budget, subject), _milliseconds(now)
    cost = budget.every // _MILLISECOND
    counted = (
        update(Attempt)
        .where(Attempt.key == key)
        .values(due=case((Attempt.due > moment, Attempt.due), else_=moment) + cost)
    )
    if _changed(session, counted):
        return
    try:
        with session.begin_nested():
            session.add(Attempt(key=key, due=moment + cost))
    except IntegrityError:
        # Another process was the first to count a failure of the same subject.
        session.execute(counted)


def forgive(session: Session, budget: Budget, subject: str) -> None:
    """Hold nothing against the subject any more."""
    session.execute(delete(Attempt).where(Attempt.key == _key(budget, subject)))


def purge(session: Session, now: datetime) -> int:
    """Delete what is held against nobody any more; return how many there were."""
    gone = session.execute(delete(Attempt).where(Attempt.due <= _milliseconds(now)))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _held(session: Session, now: datetime, budget: Budget, subject: str) -> timedelta:
    due = session.scalar(select(Attempt.due).where(Attempt.key == _key(budget, subject)))
    return NOTHING if due is None else max((due - _milliseconds(now)) * _MILLISECOND, NOTHING)


def _key(budget: Budget, subject: str) -> bytes:
    return crypto.blind_index(f"attempt|{budget.name}", subject)


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _changed(session: Session, statement: Update) -> bool:
    done = session.execute(statement)
    return isinstance(done, CursorResult) and done.rowcount > 0
