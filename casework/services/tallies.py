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
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.models import Event
from casework.services import queue
from casework.services.history import NO_MOVES

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.queue import View, Whose

Counts = dict["View", int]
LASTS: Final = timedelta(minutes=1)
# How many readers a process remembers.
_READERS: Final = 1000
# A change further back than so many lines, most of which tell of readings, is not looked for.
_LINES: Final = 200


@dataclass(frozen=True)
class Counted:
    """What was counted: at which instant, after which change, until when the day lasts."""

    at: datetime
    after: Hashable
    day_end: datetime
    counts: Mapping[View, int]


class Remembered:
    """What this process has counted, the readers asked for last kept."""

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


def counts(session: Session, actor: Actor, now: datetime, whose: Whose) -> Counts:
    """Return what `queue.counts` does, counted at most a minute ago and after the newest change."""
    change, ends = _newest_change(session), queue.day_end(session, actor, now)
    key = (actor, whose)
    kept = _REMEMBERED.get(key)
    if kept is not None and change is not None and _holds(kept, now, change, ends):
        return dict(kept.counts)
    found = queue.counts(session, actor, now, whose)
    _REMEMBERED.put(key, Counted(now, change, ends, found))
    return found


def _holds(kept: Counted, now: datetime, change: Hashable, ends: datetime) -> bool:
    fresh = timedelta(0) <= now - kept.at < LASTS
    return fresh and (kept.after, kept.day_end) == (change, ends)


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
