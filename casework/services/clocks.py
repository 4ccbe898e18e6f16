"""Clock rows: kept in step with where a case stands.

`sync` compares the clocks that should run with those that do. Nothing else starts, stops,
pauses or resumes a clock, so that the rules can be read in `wanted`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain import escalation
from casework.domain.escalation import TOP_LEVEL, ClockKind, Schedule, Unit
from casework.domain.facts import LIVE, ReferralState, Severity
from casework.domain.workflow import ENDED, Status
from casework.models import Clock, Escalation
from casework.services import at_hand, batch, directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from casework.domain.calendars import Calendar
    from casework.domain.facts import CaseFacts
    from casework.models import Case

Key = tuple[int | None, ClockKind]
_ALL: tuple[ClockKind, ...] = (ClockKind.ACKNOWLEDGE, ClockKind.FIRST_ANSWER, ClockKind.RESOLVE)


def schedule(clock: Clock) -> Schedule:
    """Return the row as the value that domain arithmetic takes."""
    return Schedule(
        Unit(clock.unit),
        clock.due_at,
        tuple(datetime.fromisoformat(each) for each in clock.thresholds),
        clock.reminded,
        clock.remaining,
    )


def write(clock: Clock, value: Schedule) -> None:
    """Write a schedule back to its row."""
    clock.due_at = value.due_at
    clock.thresholds = [each.isoformat() for each in value.thresholds]
    clock.reminded = value.reminded
    clock.remaining = value.remaining
    clock.next_at = None if clock.stopped_at else escalation.next_check(value)


def of_case(session: Session, case: Case) -> Sequence[Clock]:
    """Return all clocks of a case, oldest first."""
    return at_hand.current_rows(session, case, Clock)


def running(clocks: Sequence[Clock]) -> list[Clock]:
    """Return the clocks that have neither stopped nor lapsed."""
    return [clock for clock in clocks if clock.stopped_at is None]


def calendar_of(session: Session, office_id: str, now: datetime) -> Calendar:
    """Return the calendar of the country an office stands in."""
    office = directory.offices(session)[office_id]
    return directory.calendar(session, office.host or directory.DEFAULT_COUNTRY, now.year)


def wanted(case: CaseFacts) -> dict[Key, str]:
    """Return the clocks that should run, each with the office that must act.

    The desk's own clocks have no referral; above level 0 the coordination desk answers for
    a case that no office holds. Silence of the complainant is a clock of the desk too.
    """
    if case.status in ENDED:
        return {}
    if case.status is Status.OUTCOME_PROPOSED:
        return {(None, ClockKind.SILENCE): case.desk}
    found: dict[Key, str] = {}
    for referral in case.referrals:
        if referral.state in LIVE:
            kinds = _ALL if referral.state is ReferralState.OFFERED else _ALL[1:]
            found |= {(referral.id, kind): referral.office_id for kind in kinds}
    if case.lead is None:
        holder = case.desk if case.level == 0 else directory.COORDINATOR
        at_work = case.status not in {Status.RECEIVED, Status.TRIAGE}
        kinds = _ALL[1:] if at_work else _ALL[:1]
        found |= {(None, kind): holder for kind in kinds}
    if case.status is Status.WAITING_COMPLAINANT:
        found[None, ClockKind.SILENCE] = case.desk
    return found


def sync(session: Session, case: Case, facts: CaseFacts, now: datetime) -> list[Clock]:
    """Start, stop, pause and resume so that the running clocks are the wanted ones."""
    clocks = list(of_case(session, case))
    want = wanted(facts)
    for clock in running(clocks):
        holder = want.get((clock.referral_id, ClockKind(clock.kind)))
        if holder is None:
            stop(clock, now)
        else:
            # A case that changes its desk takes the desk's clocks along.
            clock.office_id = holder
    top = _top(session, case)
    for key, office_id in want.items():
        if _should_start(clocks, key, top):
            clocks.append(_start(session, case, key, office_id, now))
    waiting = facts.status is Status.WAITING_COMPLAINANT
    for clock in running(clocks):
        _hold(session, clock, now, paused=waiting and clock.kind != ClockKind.SILENCE)
    return running(clocks)


def _top(session: Session, case: Case) -> datetime | None:
    """Return when the case reached the top of the ladder."""
    steps = batch.rows(session, case, Escalation)
    if steps is not None:
        return next((step.at for step in steps if step.level == TOP_LEVEL), None)
    return session.scalar(
        select(Escalation.at).where(Escalation.case_id == case.id, Escalation.level == TOP_LEVEL)
    )


def _should_start(clocks: Sequence[Clock], key: Key, top: datetime | None) -> bool:
    """Tell whether a wanted clock runs anew.

    A first answer that was given, or whose lack was noted, is not asked for again; nor is anything
    that ran out since the case has reached the top of the ladder.
    """
    same = [clock for clock in clocks if (clock.referral_id, clock.kind) == key]
    if any(clock.stopped_at is None for clock in same):
        return False
    if key[1] is ClockKind.FIRST_ANSWER:
        return not any(clock.met_at or clock.lapsed_at for clock in same)
    spent = top is not None and any(c.lapsed_at and c.started_at >= top for c in same)
    return not spent or key[1] is ClockKind.SILENCE


def _start(session: Session, case: Case, key: Key, office_id: str, now: datetime) -> Clock:
    referral_id, kind = key
    calendar = calendar_of(session, office_id, now)
    country = directory.offices(session)[office_id].country
    term = escalation.term_for(directory.terms(session), kind, Severity(case.severity), country)
    started = escalation.start(term, calendar, now, tuple(directory.reminder_percents(session)))
    clock = Clock(
        case_id=case.id,
        referral_id=referral_id,
        office_id=office_id,
        kind=kind.value,
        unit=term.unit.value,
        source=term.source,
        started_at=now,
    )
    write(clock, started)
    batch.add(session, clock)
    return clock


def _hold(session: Session, clock: Clock, now: datetime, *, paused: bool) -> None:
    if paused == (clock.remaining is not None):
        return
    turn = escalation.pause if paused else escalation.resume
    write(clock, turn(schedule(clock), calendar_of(session, clock.office_id, now), now))


def stop(clock: Clock, now: datetime) -> None:
    """Stop a clock that nobody waits for any more."""
    clock.stopped_at = now
    clock.next_at = None


def lapse(clock: Clock, now: datetime) -> None:
    """Stop a clock that ran out."""
    stop(clock, now)
    clock.lapsed_at = clock.due_at


def met(
    session: Session, case: Case, kind: ClockKind, office_id: str | None, now: datetime
) -> None:
    """Stop the clocks of a kind that an office has just met; without an office, the desk's own."""
    for clock in running(of_case(session, case)):
        own = clock.referral_id is None if office_id is None else clock.office_id == office_id
        if clock.kind == kind and own:
            stop(clock, now)
            clock.met_at = now
