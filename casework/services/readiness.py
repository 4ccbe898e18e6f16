"""Whether the installation can do its work, and the few figures by which it is watched.

Nothing here tells of a person or of a single case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from casework.domain.workflow import ENDED
from casework.models import Case, ChainHead, Clock
from casework.services import keys, outbox, turns

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# A worker turns every minute; a sweep after a long stop may last.
WORKER_WITHIN: Final = timedelta(minutes=10)
DELIVERED_WITHIN: Final = timedelta(hours=1)


def worker_turns(session: Session, now: datetime) -> bool:
    """Tell whether a worker has turned lately."""
    last = turns.last(session)
    return last is not None and now - last <= WORKER_WITHIN


def notices_leave(session: Session, now: datetime) -> bool:
    """Tell whether no notice has waited for long."""
    oldest = outbox.oldest_waiting(session, now)
    return oldest is None or now - oldest <= DELIVERED_WITHIN


def keys_belong(session: Session, now: datetime) -> bool:
    """Tell whether the installed keys are those of this database."""
    del now
    return keys.belong(session)


# A further check is one line here: its name stands in the answer.
CHECKS: Final[dict[str, Callable[[Session, datetime], bool]]] = {
    "worker": worker_turns,
    "notices": notices_leave,
    "keys": keys_belong,
}


def figures(session: Session, now: datetime) -> dict[str, float]:
    """Return the figures of the moment by name; times are in seconds."""
    waiting = Clock.stopped_at.is_(None), Clock.remaining.is_(None)
    counts = {
        "open_cases": select(func.count(Case.id)).where(Case.status.not_in(ENDED)),
        "due_clocks": select(func.count(Clock.id)).where(Clock.next_at <= now),
        "overdue_clocks": select(func.count(Clock.id)).where(Clock.due_at < now, *waiting),
        "history_lines": select(func.max(ChainHead.seq)),
    }
    found = {name: float(session.scalar(query) or 0) for name, query in counts.items()}
    last, oldest = turns.last(session), outbox.oldest_waiting(session, now)
    if last is not None:
        found["worker_turned_seconds_ago"] = (now - last).total_seconds()
    found["oldest_undelivered_seconds"] = (now - oldest).total_seconds() if oldest else 0.0
    return found
