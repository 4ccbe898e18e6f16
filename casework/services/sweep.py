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
from casework.services import batch, casefile, clocks, escalation, history, news, notices, outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.models import Case


def due_cases(
    session: Session, now: datetime, limit: int = 500, without: Collection[int] = ()
) -> Sequence[int]:
    """Return the ids of cases with a clock to look at, longest waiting first."""
    return list(dict.fromkeys(session.scalars(_due(now, limit, without))))


def _due(now: datetime, limit: int, without: Collection[int]) -> Select[int]:
    return (
        select(Clock.case_id)
        .where(Clock.next_at <= now, Clock.case_id.not_in(without))
        .order_by(Clock.next_at, Clock.id)
        .limit(limit)
    )


def act_on_some(
    session: Session, now: datetime, limit: int, without: Collection[int] = ()
) -> dict[int, list[str]]:
    """Do what is due on up to `limit` cases at once; return for each what was done, as codes.

    Cases that somebody else holds are left to them, and nothing is done; those of `without`
    are not looked at. Returns nothing when nothing was due. When one case of the batch fails,
    the transaction has failed: its cases are then for `act_on`, one by one.
    """
    claimed = _claim(session, now, limit, without)
    if not claimed:
        return {}
    with batch.opened(session, claimed) as held:
        done = {each: _act_on(session, batch.case(session, each), now) for each in held}
    return {each: done.get(each, []) for each in claimed}


def _claim(session: Session, now: datetime, limit: int, without: Collection[int]) -> Sequence[int]:
    """Return the cases of the longest waiting clocks that nobody else has claimed.

    On PostgreSQL the clocks are held until the transaction ends, so that several workers each
    take others; on SQLite there is one writer at a time anyway.
    """
    query = _due(now, limit, without).with_for_update(of=Clock, skip_locked=True)
    return list(dict.fromkeys(session.scalars(query)))


def act_on(session: Session, case_id: int, now: datetime) -> list[str]:
    """Do what the clocks of one case ask for; return what was done, as codes.

    The case is locked and its clocks read afresh: another worker may have been here.
    """
    return _act_on(session, casefile.lock(session, case_id), now)


def _act_on(session: Session, case: Case, now: datetime) -> list[str]:
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
        history.REMINDED,
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
