"""Clocks and the ladder: when an office is late, and who is asked next.

Terms come from the administrator's table (domain card, "Clocks and ladder"). Everything
here is arithmetic on instants; calendars arrive as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from casework.domain import routing
from casework.domain.facts import DESK_ROLES, OfficeRole, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.calendars import Calendar
    from casework.domain.conflict import Offices
    from casework.domain.facts import CaseFacts

TOP_LEVEL = 5
WHOLE = 100


class ClockKind(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_ANSWER = "first_answer"
    RESOLVE = "resolve"
    SILENCE = "silence"


class Unit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True)
class Term:
    """How long something may take, and where that rule comes from."""

    kind: ClockKind
    amount: int
    unit: Unit
    severity: Severity | None = None
    country: str = ""
    source: str = ""


@dataclass(frozen=True)
class Schedule:
    """A running clock: when it ends, and the instants at which someone is reminded.

    `reminded` counts the thresholds already acted on. A paused clock keeps the time that
    is left, in seconds of the kind its unit counts.
    """

    unit: Unit
    due_at: datetime
    thresholds: tuple[datetime, ...]
    reminded: int = 0
    remaining: int | None = None


class Due(StrEnum):
    """What a sweep must do about a clock."""

    NOTHING = "nothing"
    REMIND = "remind"
    LAPSE = "lapse"


def term_for(terms: Sequence[Term], kind: ClockKind, severity: Severity, country: str) -> Term:
    """Return the most particular term: one for the severity outranks one for the country.

    Raises LookupError when the table holds no general row for the kind.
    """
    fitting = [
        term
        for term in terms
        if term.kind is kind and term.severity in {None, severity} and term.country in {"", country}
    ]
    if not fitting:
        msg = f"no term for {kind}"
        raise LookupError(msg)
    return max(fitting, key=lambda term: (term.severity is not None, term.country != ""))


def _office_time(unit: Unit) -> bool:
    return unit is Unit.WORKING_DAYS


def _span(unit: Unit, calendar: Calendar, start: datetime, end: datetime) -> int:
    if _office_time(unit):
        return calendar.working_seconds(start, end)
    return int((end - start).total_seconds())


def _forward(unit: Unit, calendar: Calendar, start: datetime, seconds: int) -> datetime:
    if _office_time(unit):
        return calendar.advance(start, seconds)
    return start + timedelta(seconds=seconds)


@lru_cache(maxsize=256)
def start(term: Term, calendar: Calendar, now: datetime, percents: tuple[int, ...]) -> Schedule:
    """Start a clock at `now`; thresholds stand at `percents` of its whole length.

    The last threshold is the due instant itself, to the second.
    """
    if term.unit is Unit.WORKING_DAYS:
        due_at = calendar.end_after(now, term.amount)
    elif term.unit is Unit.DAYS:
        due_at = calendar.days_after(now, term.amount)
    else:
        due_at = now + timedelta(hours=term.amount)
    return _schedule(term.unit, calendar, now, due_at, percents)


def _schedule(
    unit: Unit, calendar: Calendar, begin: datetime, due_at: datetime, percents: Sequence[int]
) -> Schedule:
    whole = _span(unit, calendar, begin, due_at)
    early = [_forward(unit, calendar, begin, whole * p // WHOLE) for p in percents if p < WHOLE]
    return Schedule(unit, due_at, (*early, due_at))


def due(schedule: Schedule, now: datetime) -> Due:
    """Say what a sweep must do at `now`; a paused clock never asks for anything."""
    if schedule.remaining is not None:
        return Due.NOTHING
    if now >= schedule.due_at:
        return Due.LAPSE
    passed = sum(now >= threshold for threshold in schedule.thresholds)
    return Due.REMIND if passed > schedule.reminded else Due.NOTHING


def reminded(schedule: Schedule, now: datetime) -> Schedule:
    """Note that everyone has been told of all thresholds passed by `now`."""
    passed = sum(now >= threshold for threshold in schedule.thresholds)
    return replace(schedule, reminded=max(passed, schedule.reminded))


def next_check(schedule: Schedule) -> datetime | None:
    """Return the next instant at which the clock must be looked at; None while paused."""
    if schedule.remaining is not None or schedule.reminded >= len(schedule.thresholds):
        return None
    return schedule.thresholds[schedule.reminded]


def pause(schedule: Schedule, calendar: Calendar, now: datetime) -> Schedule:
    """Stop the clock for the complainant's turn, keeping the time that is left."""
    if schedule.remaining is not None:
        return schedule
    left = _span(schedule.unit, calendar, now, max(now, schedule.due_at))
    return replace(schedule, remaining=left)


def resume(schedule: Schedule, calendar: Calendar, now: datetime) -> Schedule:
    """Let a paused clock run on; every threshold still ahead moves by the same time."""
    if schedule.remaining is None:
        return schedule
    due_at = _forward(schedule.unit, calendar, now, schedule.remaining)
    ahead = schedule.thresholds[schedule.reminded :]
    lead = [_span(schedule.unit, calendar, t, max(t, schedule.due_at)) for t in ahead]
    moved = [
        _forward(schedule.unit, calendar, now, max(0, schedule.remaining - seconds))
        for seconds in lead
    ]
    kept = schedule.thresholds[: schedule.reminded]
    return replace(schedule, due_at=due_at, thresholds=(*kept, *moved), remaining=None)


def extend(schedule: Schedule, due_at: datetime) -> Schedule:
    """Move the end of a clock; reminders already given stay given, the rest fall to the end."""
    kept = schedule.thresholds[: schedule.reminded]
    ahead = [min(t, due_at) for t in schedule.thresholds[schedule.reminded : -1]]
    return replace(schedule, due_at=due_at, thresholds=(*kept, *ahead, due_at))


@dataclass(frozen=True)
class LadderStep:
    """Who is asked at a level: roles and where they stand, best first."""

    level: int
    targets: tuple[routing.Target, ...]


@dataclass(frozen=True)
class Climb:
    """One step up: the new level, the office that takes over, and who was passed over.

    `office_id` is None when no office can take the case: then the coordination desk does.
    """

    level: int
    office_id: str | None
    passed_over: tuple[routing.PassedOver, ...] = ()


def climb(
    case: CaseFacts, silent: str | None, steps: Sequence[LadderStep], offices: Offices
) -> Climb:
    """Return the next step of the ladder for a case on which the office `silent` stayed silent.

    First those who answer for the silent office, nearest first; then the ladder's own
    steps upward. An office that had its chance already is not asked again.
    """
    level = min(case.level + 1, TOP_LEVEL)
    tried = {referral.office_id for referral in case.referrals}
    passed: list[routing.PassedOver] = []
    # One after the other: mostly the first can take the case, and the rest need not be looked for.
    ladder = (
        office
        for step in sorted(steps, key=lambda step: step.level)
        if step.level >= level
        for target in step.targets
        for office in routing.candidates(target, case, offices)
    )
    for office in chain(routing.chain(silent, offices), ladder):
        if office.id in tried or office.role in DESK_ROLES | {OfficeRole.AGENCY_ASSOCIATION}:
            continue
        tried.add(office.id)
        why = routing.obstacle(office, case)
        if why is None and office.routable:
            return Climb(level, office.id, tuple(passed))
        passed.append(
            routing.PassedOver("ladder", why or routing.Why.CLOSED, office.id, office.role)
        )
    return Climb(level, None, tuple(passed))
