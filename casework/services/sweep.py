"""The sweep: looks at every clock that is due and does what it asks for.

`due_cases` finds what is due, `act_on` deals with one case in the caller's transaction: a
sweep of many cases is many short transactions. A level is climbed once, because the level
is unique per case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain import escalation as rules
from casework.domain.escalation import ClockKind, Due
from casework.domain.facts import SYSTEM
from casework.domain.workflow import Action, Status
from casework.models import Clock
from casework.services import casefile, clocks, escalation, history, news, notices, outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.models import Case


def due_cases(session: Session, now: datetime, limit: int = 500) -> Sequence[int]:
    """Return the ids of cases with a clock to look at, longest waiting first."""
    query = (
        select(Clock.case_id)
        .where(Clock.next_at <= now)
        .order_by(Clock.next_at, Clock.id)
        .limit(limit)
    )
    return list(dict.fromkeys(session.scalars(query)))


def act_on(session: Session, case_id: int, now: datetime) -> list[str]:
    """Do what the clocks of one case ask for; return what was done, as codes.

    The case is locked and its clocks read afresh: another worker may have been here.
    """
    case = casefile.lock(session, case_id)
    # A climb stops other clocks of the same case, so each is asked again when its turn comes.
    return [
        _act(session, case, clock, now)
        for clock in clocks.running(clocks.of_case(session, case))
        if clock.stopped_at is None and clock.next_at is not None and clock.next_at <= now
    ]


def _act(session: Session, case: Case, clock: Clock, now: datetime) -> str:
    schedule = clocks.schedule(clock)
    told = rules.reminded(schedule, now)
    clocks.write(clock, told)
    if rules.due(schedule, now) is not Due.LAPSE:
        return _remind(session, case, clock, now)
    clocks.lapse(clock, now)
    if clock.kind == ClockKind.SILENCE:
        return _complainant_silent(session, case, now)
    notices.tell(session, case, clock.office_id, "lapsed", now)
    notices.tell_desk(session, case, "lapsed", now)
    silent = next((r for r in case.referrals if r.id == clock.referral_id), None)
    escalation.climb(session, case, now, clock.kind, clock=clock, silent=silent)
    return "climbed"


def _remind(session: Session, case: Case, clock: Clock, now: datetime) -> str:
    kind = "reminder" if clock.kind != ClockKind.SILENCE else "complainant_silent_soon"
    notices.tell(session, case, clock.office_id, kind, now)
    if clock.kind == ClockKind.SILENCE:
        # The worker, whose answer is awaited, has a date to keep as well.
        news.tell(session, case, now)
    history.record(
        session,
        case,
        SYSTEM,
        now,
        "reminded",
        office=clock.office_id,
        clock=clock.kind,
        part=clock.reminded,
    )
    return "reminded"


def _complainant_silent(session: Session, case: Case, now: datetime) -> str:
    """The worker's own silence: it ends a proposed outcome, and ends a wait, never a case."""
    if case.status == Status.OUTCOME_PROPOSED:
        outcome.close_unconfirmed(session, case, SYSTEM, now)
        return "closed_unconfirmed"
    casefile.move(session, case, SYSTEM, Action.RESUME, now, cause="silence")
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "complainant_silent", now)
    return "resumed"
