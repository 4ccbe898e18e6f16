"""The steps of the ladder: who is asked next, and what a supervisor may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import escalation as rules
from casework.domain.escalation import TOP_LEVEL
from casework.domain.facts import LIVE, SYSTEM, ReferralState
from casework.domain.routing import Assignment
from casework.domain.workflow import Action
from casework.models import Escalation
from casework.services import batch, casefile, clocks, directory, history, notices, referrals
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case, Clock, Referral

LADDER = "ladder"
RETALIATION = "retaliation"


def climb(
    session: Session,
    case: Case,
    now: datetime,
    cause: str,
    *,
    actor: Actor = SYSTEM,
    clock: Clock | None = None,
    silent: Referral | None = None,
    version: int | None = None,
) -> None:
    """Take the case one step up the ladder, and record who was silent for how long.

    At the top there is no further step: the lapse is recorded and the network told.
    """
    facts = case_facts(session, case)
    silent = silent or next((r for r in case.referrals if r.lead and r.state in LIVE), None)
    if case.level >= TOP_LEVEL:
        _stay_at_the_top(session, case, actor, now, cause)
        return
    step = rules.climb(
        facts,
        silent.office_id if silent else None,
        directory.ladder(session),
        directory.offices(session),
    )
    _record(session, case, now, cause=cause, step=step, clock=clock)
    leads = silent is None or silent.lead
    if leads:
        _move(session, case, actor, now, cause=cause, step=step, version=version)
    casefile.raise_level(case, step.level)
    if silent is not None:
        casefile.end(silent, ReferralState.SILENT if clock else ReferralState.ENDED, now)
    if step.office_id:
        assignment = Assignment(step.office_id, LADDER, step.passed_over)
        referrals.add(session, case, actor, now, assignment, lead=leads)
    casefile.settle(session, case, now)
    notices.tell(session, case, directory.COORDINATOR, "escalated", now)


def _stay_at_the_top(session: Session, case: Case, actor: Actor, now: datetime, cause: str) -> None:
    history.record(session, case, actor, now, "lapsed_at_top", cause=cause)
    notices.tell(session, case, directory.COORDINATOR, "lapsed_at_top", now)
    casefile.settle(session, case, now)


def _move(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    cause: str,
    step: rules.Climb,
    version: int | None,
) -> None:
    """Move the case to the office of the step; without one the system hands it to the desk."""
    casefile.move(
        session,
        case,
        actor if step.office_id else SYSTEM,
        Action.ESCALATE if step.office_id else Action.ESCALATE_TO_DESK,
        now,
        version=version,
        cause=cause,
        level=step.level,
        office=step.office_id or directory.COORDINATOR,
    )


def _record(
    session: Session,
    case: Case,
    now: datetime,
    *,
    cause: str,
    step: rules.Climb,
    clock: Clock | None,
) -> None:
    row = Escalation(
        case_id=case.id,
        level=step.level,
        at=now,
        cause=cause,
        # Only a clock that ran out proves a silence; a dispute or a wish does not.
        silent_office_id=clock.office_id if clock else None,
        silent_days=(now - clock.started_at).days if clock else 0,
        reminders=_reminders(session, case, clock) if clock else 0,
        to_office_id=step.office_id or directory.COORDINATOR,
    )
    batch.add(session, row)


def _reminders(session: Session, case: Case, clock: Clock) -> int:
    """Count the reminders that an office really got, the one at the end of its time included.

    A sweep that comes late sends one for several thresholds, so the clock's own count is no proof.
    """
    mine = {"clock": clock.kind, "office": clock.office_id}
    return 1 + sum(
        event.at >= clock.started_at and mine.items() <= event.data.items()
        for event in history.reminders(session, case)
    )


def flag_retaliation(session: Session, case: Case, now: datetime) -> None:
    """Put a case of retaliation into the supervisors' queue at once, without sending it on."""
    step = rules.Climb(case.level + 1, None)
    _record(session, case, now, cause=RETALIATION, step=step, clock=None)
    casefile.raise_level(case, case.level + 1)
    history.record(session, case, SYSTEM, now, "flagged", cause=RETALIATION, level=case.level)
    notices.tell(session, case, directory.COORDINATOR, "escalated", now)


def ask(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Climb on the complainant's wish, once per level."""
    casefile.move(session, case, actor, Action.ASK_ESCALATION, now, version=version)
    case.escalation_asked_at_level = case.level
    climb(session, case, now, "asked")


def push(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Climb on the word of a caseworker or supervisor."""
    casefile.check(session, case, actor, Action.ESCALATE, now, version=version)
    climb(session, case, now, "pushed", actor=actor)


def take_over(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Take the case to the supervisor's own desk; the office keeps sight of it."""
    casefile.move(session, case, actor, Action.TAKE_OVER, now, version=version)
    for referral in case.referrals:
        if ReferralState(referral.state) in LIVE:
            casefile.end(referral, ReferralState.ENDED, now)
    casefile.assign(case, actor.office_id or case.desk_office_id, actor.staff_id)
    casefile.settle(session, case, now)


def extend(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    due_at: datetime,
    version: int | None = None,
) -> None:
    """Move the end of every running clock of the case that ends before `due_at`."""
    casefile.move(
        session, case, actor, Action.EXTEND, now, version=version, until=due_at.isoformat()
    )
    for clock in clocks.running(clocks.of_case(session, case)):
        if clock.remaining is None and clock.due_at < due_at:
            clocks.write(clock, rules.extend(clocks.schedule(clock), due_at))
    casefile.settle(session, case, now)
