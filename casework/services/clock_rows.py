"""The clocks of a case as its page shows them: how much is left, or how they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from casework.domain import countdown
from casework.domain.countdown import Countdown, State
from casework.domain.escalation import ClockKind, Unit
from casework.domain.workflow import Action
from casework.services import clocks
from casework.services.next_steps import Running

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Clock, Event

_MET_BY: Mapping[str, frozenset[str]] = {
    ClockKind.ACKNOWLEDGE: frozenset({Action.ACCEPT, Action.DECLINE, Action.TAKE_ON, Action.REFER}),
    ClockKind.FIRST_ANSWER: frozenset({Action.ANSWER}),
    ClockKind.RESOLVE: frozenset({Action.PROPOSE_OUTCOME, Action.CLOSE}),
    ClockKind.SILENCE: frozenset({Action.REPLY, Action.CONFIRM, Action.DISPUTE}),
}


@dataclass(frozen=True)
class ClockRow:
    """A clock of the case, running or ended, with the source of its term."""

    kind: ClockKind
    office_id: str
    due_at: datetime
    countdown: Countdown
    source: str

    @property
    def running(self) -> bool:
        """Whether somebody still has to act."""
        return self.countdown.state not in {State.MET, State.MISSED, State.STOPPED}


def _left(session: Session, row: Clock, now: datetime) -> Countdown:
    calendar = clocks.calendar_of(session, row.office_id, now)
    paused = row.remaining is not None
    return countdown.left(Unit(row.unit), row.due_at, calendar, now, paused=paused)


def running(session: Session, row: Clock, now: datetime) -> Running:
    """Return a clock that runs, for the steps of whoever has to act."""
    return Running(ClockKind(row.kind), row.office_id, row.referral_id, _left(session, row, now))


def ended_or_running(
    session: Session, row: Clock, events: Sequence[Event], now: datetime
) -> ClockRow:
    """Return a clock as the page shows it; the history tells how one ended."""
    if row.stopped_at is None:
        state = _left(session, row, now)
    else:
        calendar = clocks.calendar_of(session, row.office_id, now)
        state = countdown.ended(_ended(row, events), row.lapsed_at or row.stopped_at, calendar)
    return ClockRow(ClockKind(row.kind), row.office_id, row.due_at, state, row.source)


def _ended(row: Clock, events: Sequence[Event]) -> State:
    """Return how a clock ended: missed, met by what it waited for, or no longer needed."""
    if row.lapsed_at is not None:
        return State.MISSED
    if row.met_at is not None:
        return State.MET
    done = {event.action for event in events if event.at == row.stopped_at}
    return State.STOPPED if done.isdisjoint(_MET_BY[row.kind]) else State.MET
