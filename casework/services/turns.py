"""Turns of the workers: who does what, and when it was last done.

Several workers may run, each with a clock of its own. A shared task they all do, taking its
pieces one by one; any other task one of them does at a time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.db import new_id
from casework.models import WorkerTurn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
DONE: Final = "done"
FAILED: Final = "failed"
# Two workers whose clocks differ a little begin one and the same turn within this time.
APART: Final = timedelta(seconds=50)
# So long a task is left to a worker that does not say that it has ended: it may have died.
LOST_AFTER: Final = timedelta(minutes=50)
# A worker that has not turned for so long runs no more.
FORGOTTEN_AFTER: Final = timedelta(days=1)


def begin(session: Session, now: datetime, *, task: str, worker: str, shared: bool) -> bool:
    """Begin a turn of a task; tell whether it is this worker's to do."""
    place = worker if shared else ""
    first = {"task": task, "place": place, "worker": worker, "begun_at": now, "outcome": ""}
    if _added(session, {"id": new_id(), **first}):
        return True
    mine = update(WorkerTurn).where(WorkerTurn.task == task, WorkerTurn.place == place)
    if not shared:
        free = or_(WorkerTurn.ended_at.is_not(None), WorkerTurn.begun_at <= now - LOST_AFTER)
        # A clock that was set back must not keep a task waiting until its time comes again.
        apart = or_(WorkerTurn.begun_at <= now - APART, WorkerTurn.begun_at > now + APART)
        mine = mine.where(free, apart)
    begun = mine.values(worker=worker, begun_at=now, ended_at=None, outcome="")
    return bool(session.connection().execute(begun).rowcount)


def _added(session: Session, turn: dict[str, Any]) -> bool:
    """Add the row of a turn unless there is one; tell whether it was added."""
    connection = session.connection()
    insert = _INSERT[connection.dialect.name]
    added = insert(WorkerTurn).values(turn).on_conflict_do_nothing()
    return connection.scalar(added.returning(WorkerTurn.task)) is not None


def end(session: Session, now: datetime, *, task: str, worker: str, outcome: str) -> None:
    """End this worker's turn of a task; `outcome` is DONE or FAILED."""
    mine = WorkerTurn.task == task, WorkerTurn.worker == worker
    session.execute(update(WorkerTurn).where(*mine).values(ended_at=now, outcome=outcome))
    old = WorkerTurn.place != "", WorkerTurn.begun_at < now - FORGOTTEN_AFTER
    session.execute(delete(WorkerTurn).where(*old))


def last(session: Session) -> datetime | None:
    """Return when a worker last ended a turn, whatever came of it."""
    return session.scalar(select(func.max(WorkerTurn.ended_at)))
