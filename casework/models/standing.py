"""Where a case stands in lists, kept on the case, so that lists need not work it out row by row.

What is kept repeats what clocks, messages, dispatches and history say. Whatever is written to
those through a session is followed at the very flush that writes it: no service has to think of
it, and nothing that is read later in the transaction is out of date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy import event as events
from sqlalchemy.orm import Session, UOWTransaction, aliased
from sqlalchemy.orm.attributes import get_history

from casework.domain.escalation import TOP_LEVEL, ClockKind
from casework.domain.facts import LIVE
from casework.domain.workflow import ENDED, Action, Status
from casework.models import lying
from casework.models.case import NEVER, Case
from casework.models.clock import Clock
from casework.models.event import Event
from casework.models.message import Message
from casework.models.referral import Referral
from casework.models.repeated import Repeated

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_UNTAKEN: Final = [Status.RECEIVED.value, Status.TRIAGE.value, Status.REFERRED.value]
_ENDED: Final = [status.value for status in ENDED]
_LIVE: Final = [state.value for state in LIVE]
_WATCHED: Final = (Clock, Event, Message, Referral)
_AT_ONCE: Final = 500


def late_since() -> ColumnElement[datetime | None]:
    """Return when the case fell behind: a clock ran out, and what it waited for has not come.

    A clock that ran out moves the case up the ladder, to an office with clocks of its own.
    To the worker it stays late until somebody takes it, answers, or offers a result.
    """
    answered = exists().where(
        Message.case_id == Clock.case_id,
        Message.from_complainant.is_(False),
        Message.at >= Clock.due_at,
    )
    unmet = or_(
        and_(Clock.kind == ClockKind.RESOLVE.value, Case.status != Status.OUTCOME_PROPOSED.value),
        and_(Clock.kind == ClockKind.ACKNOWLEDGE.value, Case.status.in_(_UNTAKEN)),
        and_(Clock.kind == ClockKind.FIRST_ANSWER.value, ~answered),
    )
    return (
        select(func.min(Clock.lapsed_at))
        .where(Clock.case_id == Case.id, Clock.lapsed_at.is_not(None), unmet)
        .correlate(Case)
        .scalar_subquery()
    )


def pressing_at() -> ColumnElement[datetime]:
    """Return since when the case is late, or when its next clock ends; NEVER without a clock."""
    return func.coalesce(late_since(), Case.next_due_at, literal(NEVER, Case.filed_at.type))


def unanswered() -> ColumnElement[bool]:
    """Return whether the complainant wrote last."""
    later = aliased(Message)
    return exists().where(
        Message.case_id == Case.id,
        Message.from_complainant.is_(True),
        ~exists().where(
            later.case_id == Message.case_id,
            later.from_complainant.is_(False),
            later.at >= Message.at,
        ),
    )


def lead_office() -> ColumnElement[str | None]:
    """Return the id of the office that leads, while one does."""
    return (
        select(func.max(Referral.office_id))
        .where(Referral.case_id == Case.id, Referral.lead, Referral.state.in_(_LIVE))
        .correlate(Case)
        .scalar_subquery()
    )


def disputed() -> ColumnElement[bool]:
    """Return whether the complainant has ever disputed a result."""
    return exists().where(Event.case_id == Case.id, Event.action == Action.DISPUTE.value)


def ended_at() -> ColumnElement[datetime | None]:
    """Return when the case ended; nothing while it goes on."""
    return case((Case.status.in_(_ENDED), func.coalesce(Case.closed_at, Case.moved_at)))


def worked_out() -> dict[str, ColumnElement[Any]]:
    """Return what is kept of a case, by the name of its column, as it is worked out."""
    return {
        "pressing_at": pressing_at(),
        "steps_left": TOP_LEVEL - Case.level,
        "unanswered": unanswered(),
        "lead_office_id": lead_office(),
        "disputed": disputed(),
        "ended": Case.status.in_(_ENDED),
        "ended_at": ended_at(),
    }


def keep(session: Session, case_ids: Collection[int]) -> None:
    """Make what is kept of these cases, and of their dispatches, true, where it is not."""
    _kept().make_true(session.connection(), case_ids)
    lying.keep(session, case_ids)


@cache
def _kept() -> Repeated:
    # Worded once, when all tables are known: every flush asks.
    return Repeated(Case, worked_out(), Case.id)


def _touched(session: Session) -> Iterator[int | None]:
    """Return the cases whose standing may be another after what a session has just written."""
    rows: Iterable[Any] = (*session.new, *session.dirty, *session.deleted)
    for row in rows:
        if isinstance(row, Case):
            yield row.id
        elif isinstance(row, _WATCHED) and not _says_nothing(row):
            # Where a row has changed its case, both are meant.
            yield from get_history(row, "case_id").sum()


def _says_nothing(row: Any) -> bool:
    return isinstance(row, Event) and row.action != Action.DISPUTE.value


def _follow(session: Session, _context: UOWTransaction) -> None:
    touched = sorted(each for each in set(_touched(session)) if each is not None)
    for first in range(0, len(touched), _AT_ONCE):
        keep(session, touched[first : first + _AT_ONCE])


events.listen(Session, "after_flush", _follow)
