"""How pressing a case is to the one who looks at it, as SQL: for lists, counts and orders.

A desk looks at the whole case. An office looks at its own clocks only: how long another
office takes is not its business.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from casework.domain.escalation import ClockKind
from casework.domain.facts import LIVE, ReferralState, Role
from casework.domain.workflow import Status
from casework.models import Case, Clock, Message, Referral
from casework.services.directory import COORDINATOR

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from casework.domain.facts import Actor

# Where no clock runs, a case stands behind all that have one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_UNTAKEN: Final = [Status.RECEIVED.value, Status.TRIAGE.value, Status.REFERRED.value]


class Rank(IntEnum):
    """The groups of a list, the most pressing first."""

    LATE = 0
    TODAY = 1
    MINE = 2
    OTHERS = 3


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


def _own_clock(actor: Actor) -> ColumnElement[datetime]:
    return (
        select(func.min(Clock.due_at))
        .where(
            Clock.case_id == Case.id,
            Clock.office_id == actor.office_id,
            Clock.stopped_at.is_(None),
            Clock.remaining.is_(None),
        )
        .correlate(Case)
        .scalar_subquery()
    )


def due(actor: Actor) -> ColumnElement[datetime]:
    """Return the instant that counts: since when the case is late, or when its next clock ends."""
    if actor.government:
        return func.coalesce(_own_clock(actor), literal(NEVER, Case.filed_at.type))
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


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Return whether the next move is the actor's own."""
    if actor.government:
        return exists().where(
            Referral.case_id == Case.id,
            Referral.office_id == actor.office_id,
            or_(
                Referral.state == ReferralState.OFFERED.value,
                and_(
                    Referral.state == ReferralState.ACCEPTED.value,
                    Referral.lead,
                    Case.waits_for == "office",
                ),
            ),
        )
    at_desk: ColumnElement[bool] = Case.desk_office_id == actor.office_id
    if actor.role is Role.CASEWORKER:
        at_desk &= or_(Case.caseworker_id == actor.staff_id, Case.caseworker_id.is_(None))
    if actor.office_id == COORDINATOR:
        # Above the first level the coordination desk answers for a case that no office holds.
        at_desk |= Case.level > 0
    return and_(at_desk, or_(Case.waits_for == "desk", unanswered()))


def lead_office() -> ColumnElement[str | None]:
    """Return the id of the office that leads, while one does."""
    return (
        select(Referral.office_id)
        .where(
            Referral.case_id == Case.id,
            Referral.lead,
            Referral.state.in_([state.value for state in LIVE]),
        )
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def rank(actor: Actor, now: datetime, day_end: datetime) -> ColumnElement[int]:
    """Return the group a case belongs to at `now`; while the worker's turn lasts nobody is late."""
    theirs = Case.waits_for == "complainant"
    ends = due(actor)
    return case(
        (and_(theirs, ~waits_for(actor)), int(Rank.OTHERS)),
        (and_(~theirs, ends <= now), int(Rank.LATE)),
        (and_(~theirs, ends < day_end), int(Rank.TODAY)),
        (waits_for(actor), int(Rank.MINE)),
        else_=int(Rank.OTHERS),
    )
