"""Sending a case to an office, and how the office answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from casework.domain import routing
from casework.domain.facts import (
    DESK_ROLES,
    LIVE,
    SYSTEM,
    Actor,
    ReferralState,
    Track,
)
from casework.domain.marks import N_
from casework.domain.routing import Assignment, RuleTrack, Why
from casework.domain.workflow import Action
from casework.models import Referral
from casework.services import batch, casefile, directory, history, notices
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.models import Case

BY_HAND = "by-hand"
DECLINE_CODES = {
    "not_ours": N_("This is not for our office"),
    "more_needed": N_("We need more information first"),
    "already_handled": N_("Another office already handles it"),
    "not_possible": N_("We cannot do what is asked"),
}


class OfficeUnable(ValueError):
    """The office may not take this case."""

    def __init__(self, office_id: str, why: Why) -> None:
        """Keep why, for the page."""
        super().__init__(f"{office_id}: {why}")
        self.office_id = office_id
        self.why = why


def track_of(session: Session, case: Case, office_id: str) -> Track:
    """Return in which of the two countries an office works for this case."""
    office = directory.offices(session)[office_id]
    return Track.ORIGIN if office.country == case.origin else Track.DESTINATION


def decide(session: Session, case: Case) -> Assignment:
    """Ask the routing rules which office should have the case now."""
    return directory.decide(session, case_facts(session, case), RuleTrack.OFFICE)


def passed_over_rows(assignment: Assignment) -> list[dict[str, str | None]]:
    """Return who was passed over in the form that is stored and shown."""
    return [asdict(each) for each in assignment.passed_over]


def route(session: Session, case: Case, actor: Actor, now: datetime) -> Assignment:
    """Send the case where the rules say; without an office it waits for triage at the desk."""
    assignment = decide(session, case)
    office = directory.offices(session)[assignment.office_id]
    history.record(
        session,
        case,
        SYSTEM,
        now,
        "routed",
        office=assignment.office_id,
        rule=assignment.rule,
        passed_over=passed_over_rows(assignment),
    )
    if office.role not in DESK_ROLES:
        offer(session, case, actor, now, assignment=assignment)
        return assignment
    if case.status == "received":
        casefile.move(session, case, SYSTEM, Action.TRIAGE, now)
    casefile.settle(session, case, now)
    notices.tell(session, case, office.id, "triage", now)
    return assignment


def offer(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    assignment: Assignment,
    version: int | None = None,
    note: str | None = None,
) -> Referral:
    """Send the case to an office; a second office beside a leading one makes a second track.

    Raises OfficeUnable when conflict or consent forbid it, NotAllowed and StaleCase.
    """
    facts = case_facts(session, case)
    why = routing.obstacle(directory.offices(session)[assignment.office_id], facts)
    if why:
        raise OfficeUnable(assignment.office_id, why)
    action = Action.REFER_ALSO if facts.lead else Action.REFER
    casefile.move(
        session,
        case,
        actor,
        action,
        now,
        version=version,
        office=assignment.office_id,
        rule=assignment.rule,
    )
    referral = add(session, case, actor, now, assignment, lead=facts.lead is None)
    referral.note = note
    casefile.settle(session, case, now)
    return referral


def add(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    assignment: Assignment,
    *,
    lead: bool,
) -> Referral:
    """Write the dispatch itself, and tell the office by reference."""
    referral = Referral(
        case_id=case.id,
        office_id=assignment.office_id,
        track=track_of(session, case, assignment.office_id).value,
        level=case.level,
        lead=lead,
        state=ReferralState.OFFERED.value,
        rule=assignment.rule,
        passed_over=passed_over_rows(assignment),
        sender_office_id=actor.office_id,
        sender_staff_id=actor.staff_id,
        offered_at=now,
    )
    batch.add_referral(session, case, referral)
    notices.tell(session, case, assignment.office_id, "referred", now)
    return referral


def own(case: Case, actor: Actor) -> Referral:
    """Return the referral to the actor's office, the living one first."""
    rows = [r for r in case.referrals if r.office_id == actor.office_id]
    return max(rows, key=lambda r: (ReferralState(r.state) in LIVE, r.id))


def accept(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    office_number: str = "",
) -> None:
    """Take the case for the actor's office."""
    casefile.move(session, case, actor, Action.ACCEPT, now, version=version)
    referral = own(case, actor)
    referral.state = ReferralState.ACCEPTED.value
    referral.decided_at = now
    referral.staff_id = actor.staff_id
    referral.office_number = office_number or referral.office_number
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "accepted", now)


def decline(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    code: str,
    reason: str,
    version: int | None = None,
) -> None:
    """Turn the case down: it returns to the sender's desk. `code` is one of DECLINE_CODES."""
    casefile.move(
        session,
        case,
        actor,
        Action.DECLINE,
        now,
        version=version,
        office=actor.office_id,
        code=code,
    )
    referral = own(case, actor)
    referral.decline_code = code
    referral.reason = reason
    referral.decided_at = now
    casefile.end(referral, ReferralState.DECLINED, now)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "declined", now)


def recall(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Take the case back from the leading office; it loses sight of it."""
    casefile.move(session, case, actor, Action.RECALL, now, version=version)
    for referral in case.referrals:
        if referral.lead and ReferralState(referral.state) in LIVE:
            casefile.end(referral, ReferralState.RECALLED, now)
    casefile.settle(session, case, now)


def set_office_number(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    number: str,
    version: int | None = None,
) -> None:
    """Record the number under which the actor's office keeps the case."""
    casefile.move(session, case, actor, Action.OFFICE_NUMBER, now, version=version, number=number)
    own(case, actor).office_number = number
    casefile.settle(session, case, now)
