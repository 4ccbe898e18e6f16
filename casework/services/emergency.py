"""Emergency access: reading a case that is not one's own, for an hour, with a reason, told at once.

It is for people of a desk who hear of a danger in a case they may not see. They name the exact
case and say why; the desk that keeps it and the coordinator are told in the same moment, and a
supervisor looks at it afterwards. Nothing can be done to the case, and no list shows it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select

from casework.domain import permissions
from casework.domain.facts import Role
from casework.domain.reference import BadReference, parse
from casework.models import Case, EmergencyAccess, Staff
from casework.services import attempts, casefile, directory, history, notices
from casework.services.attempts import Budget
from casework.services.facts import case_facts
from casework.services.visibility import condition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

LASTS: Final = timedelta(minutes=60)
LEAST_REASON: Final = 20
LISTED: Final = 200
# References that do not open anything are either slips or guesses: ten at once are no slips.
BUDGET: Final = Budget("emergency", free=10, every=timedelta(minutes=10))
OPENED, REFUSED = "emergency_open", "emergency_refused"
REVIEWED, ENDED = "emergency_reviewed", "emergency_ended"
NOTICE: Final = "emergency"


class ReasonMissing(ValueError):
    """A reason of a few words is part of the access."""


class NoSuchAccess(LookupError):
    """No access that the actor could review: unknown, of another desk, or their own."""


def wait(session: Session, actor: Actor, now: datetime) -> timedelta:
    """Return how long the actor has to wait after too many references that opened nothing."""
    return attempts.wait(session, now, BUDGET, str(actor.staff_id))


def open_case(
    session: Session, actor: Actor, now: datetime, *, reference: str, reason: str
) -> Case | None:
    """Let the actor read a case for an hour; return it, or None where the answer is "not found".

    An unknown reference, one that was typed wrongly, and a case in which the actor has a
    conflict of interest get the same answer; each is recorded and counted. A case that the
    actor may see anyway is returned as it is. Raises ReasonMissing.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonMissing
    case = _find(session, reference)
    facts = case_facts(session, case) if case else None
    if case is None or facts is None or not permissions.may_open_in_emergency(actor, facts):
        history.record(session, case, actor, now, REFUSED)
        attempts.fail(session, now, BUDGET, str(actor.staff_id))
        return None
    held = permissions.may_read(with_opened(session, actor, now), facts)
    if not held:
        _open(session, case, actor, now, reason.strip())
    return case


def _find(session: Session, typed: str) -> Case | None:
    try:
        reference = parse(typed)
    except BadReference:
        return None
    case_id = session.scalar(select(Case.id).where(Case.reference == reference))
    return casefile.lock(session, case_id) if case_id is not None else None


def _open(session: Session, case: Case, actor: Actor, now: datetime, reason: str) -> None:
    until = now + LASTS
    session.add(
        EmergencyAccess(case=case, staff_id=actor.staff_id, at=now, until=until, reason=reason)
    )
    history.record(session, case, actor, now, OPENED, opened_until=until.isoformat())
    _alert(session, case, now)
    session.flush()


def _alert(session: Session, case: Case, now: datetime) -> None:
    """Tell the supervisors of the desk, the whole desk where it has none, and the coordinator."""
    desk = case.desk_office_id
    supervisors = session.scalars(
        select(Staff.id).where(
            Staff.office_id == desk, Staff.role == Role.SUPERVISOR.value, Staff.active
        )
    ).all()
    told: list[int | None] = [*supervisors] or [None]
    if desk != directory.COORDINATOR:
        for staff_id in told:
            notices.tell(session, case, desk, NOTICE, now, staff_id=staff_id)
    notices.tell(session, case, directory.COORDINATOR, NOTICE, now)


def with_opened(session: Session, actor: Actor, now: datetime) -> Actor:
    """Return the actor with the cases that they may read in an emergency at `now`."""
    return replace(actor, opened=frozenset(row.case_id for row in living(session, actor, now)))


def opens(case_id: Any, staff_id: Any, now: Any) -> ColumnElement[bool]:
    """Return the condition under which somebody has opened a case in an emergency at `now`.

    Each may be a value, a column, or a parameter of a query that is worded once.
    """
    return exists().where(
        EmergencyAccess.case_id == case_id,
        EmergencyAccess.staff_id == staff_id,
        EmergencyAccess.until > now,
    )


def living(session: Session, actor: Actor, now: datetime) -> Sequence[EmergencyAccess]:
    """Return the actor's own accesses that have not ended yet, newest first."""
    query = (
        select(EmergencyAccess)
        .where(EmergencyAccess.staff_id == actor.staff_id, EmergencyAccess.until > now)
        .order_by(EmergencyAccess.at.desc(), EmergencyAccess.id.desc())
    )
    return session.scalars(query).all()


def _reviewable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which the actor may look into an access afterwards.

    The case has to be one they may know, kept by their desk unless they are of the network;
    nobody looks into their own.
    """
    found = condition(actor) & (EmergencyAccess.staff_id != actor.staff_id)
    return found if actor.network else found & (Case.desk_office_id == actor.office_id)


def openings(session: Session, actor: Actor) -> Sequence[EmergencyAccess]:
    """Return the accesses that the actor may review, those not looked at yet first."""
    query = (
        select(EmergencyAccess)
        .join(Case, Case.id == EmergencyAccess.case_id)
        .where(_reviewable(actor))
        .order_by(
            EmergencyAccess.reviewed_at.is_not(None),
            EmergencyAccess.at.desc(),
            EmergencyAccess.id.desc(),
        )
        .limit(LISTED)
    )
    return session.scalars(query).all()


def _one(session: Session, actor: Actor, access_id: int) -> EmergencyAccess:
    query = (
        select(EmergencyAccess)
        .join(Case, Case.id == EmergencyAccess.case_id)
        .where(EmergencyAccess.id == access_id, _reviewable(actor))
    )
    found = session.scalars(query).first()
    if found is None:
        raise NoSuchAccess
    return found


def review(session: Session, actor: Actor, now: datetime, access_id: int) -> None:
    """Note that the actor has looked into an access; the first look counts. Raise NoSuchAccess."""
    access = _one(session, actor, access_id)
    if access.reviewed_at is None:
        access.reviewed_by, access.reviewed_at = actor.staff_id, now
        history.record(session, access.case, actor, now, REVIEWED, staff=access.staff_id)


def end(session: Session, actor: Actor, now: datetime, access_id: int) -> None:
    """End an access at once. Raise NoSuchAccess."""
    access = _one(session, actor, access_id)
    if access.until > now:
        access.until = now
        history.record(session, access.case, actor, now, ENDED, staff=access.staff_id)
