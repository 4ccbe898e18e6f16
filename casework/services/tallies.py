"""How many cases each view holds: counted anew when a case has changed, not at every look.

Whatever happens to a case stands in the history, so nothing is out of date: what was counted is
shown again only while the newest change is the one that it was counted after. A process remembers
for itself, and for a minute: what is late or due today changes with the clock alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select

from casework.models import Event
from casework.services import queue, supervision
from casework.services.history import NO_MOVES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.queue import View, Whose

T = TypeVar("T")
LASTS: Final = timedelta(minutes=1)
# How many readers a process remembers.
_READERS: Final = 1000
# A change further back than so many lines, most of which tell of readings, is not looked for.
_LINES: Final = 200


@dataclass(frozen=True)
class Counted:
    """What was counted: at which instant, after which change."""

    at: datetime
    after: Hashable
    counts: Any

    def holds(self, now: datetime, change: Hashable) -> bool:
        """Tell whether it is so still, where `change` is the newest one."""
        return self.after == change and timedelta(0) <= now - self.at < LASTS


class Remembered:
    """What this process has counted, the readers it was counted for last kept."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()

    def get(self, key: Hashable) -> Counted | None:
        """Return what was counted for a reader, if anything was."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, counted: Counted) -> None:
        """Remember what was counted for a reader."""
        with self._lock:
            self._kept[key] = counted
            self._kept.move_to_end(key)
            while len(self._kept) > _READERS:
                self._kept.popitem(last=False)


_REMEMBERED: Final = Remembered()


def of_list(session: Session, actor: Actor, now: datetime, whose: Whose) -> Mapping[View, int]:
    """Return what `queue.counts` does, counted at most a minute ago and after the newest change."""
    # A new day changes what is due today.
    key = (queue.counts, actor, whose, queue.day_end(session, actor, now))
    return _remembered(session, now, key, lambda: queue.counts(session, actor, now, whose))


def of_escalations(session: Session, actor: Actor, now: datetime) -> supervision.Counts:
    """Return what `supervision.counts` does, in the same way."""
    key = (supervision.counts, actor)
    return _remembered(session, now, key, lambda: supervision.counts(session, actor, now))


def _remembered(session: Session, now: datetime, key: Hashable, count: Callable[[], T]) -> T:
    change, kept = _newest_change(session), _REMEMBERED.get(key)
    if kept is not None and change is not None and kept.holds(now, change):
        found: T = kept.counts
        return found
    counts = count()
    _REMEMBERED.put(key, Counted(now, change, counts))
    return counts


def _newest_change(session: Session) -> Hashable:
    """Return which line of the history tells of the newest change; None when it is far back.

    Lines are numbered as they are committed; the seal tells a line from that of another database.
    """
    newest = (
        select(Event.seq, Event.action, Event.mac)
        .where(Event.seq.is_not(None))
        .order_by(Event.seq.desc())
        .limit(_LINES)
        .subquery()
    )
    found = session.execute(
        select(newest.c.seq, newest.c.mac)
        .where(newest.c.action.not_in(NO_MOVES))
        .order_by(newest.c.seq.desc())
        .limit(1)
    ).first()
    return tuple(found) if found else None
