"""The single writer of status, level and assignment.

Every change of a case passes through `move`: it checks the rules on fresh rows, sets the
status, writes the history, and settles what follows — conflicts, sight, clocks, queues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.domain import permissions
from casework.domain.conflict import awaits_triage
from casework.domain.facts import LIVE, SYSTEM, ReferralState
from casework.domain.routing import RuleTrack
from casework.domain.workflow import ENDED, TRANSITIONS, Action, Status
from casework.models import Case
from casework.services import batch, clocks, conflicts, directory, history
from casework.services.batch_rows import COMPLAINANT
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts
    from casework.models import Clock, Referral


class NotAllowed(PermissionError):
    """The actor may not take this action on this case, or not now."""

    def __init__(self, action: Action, status: str) -> None:
        """Keep the codes; a page says it in words."""
        super().__init__(f"{action} in {status}")
        self.action = action
        self.status = status


class StaleCase(RuntimeError):
    """The case has moved since the form was made."""


def lock(session: Session, case_id: int) -> Case:
    """Return the case as it is now, held against other writers until the transaction ends."""
    # Of the case alone: rows that are joined to it may be missing, and are nobody's to hold.
    return session.get_one(Case, case_id, with_for_update={"of": Case}, populate_existing=True)


def check(
    session: Session,
    case: Case,
    actor: Actor,
    action: Action,
    now: datetime,
    *,
    version: int | None = None,
) -> CaseFacts:
    """Return the facts when the actor may act; raise StaleCase or NotAllowed otherwise."""
    if version is not None and version != case.version:
        raise StaleCase(case.reference)
    facts = case_facts(session, case)
    if not permissions.allowed(actor, facts, action, now):
        raise NotAllowed(action, case.status)
    return facts


def move(
    session: Session,
    case: Case,
    actor: Actor,
    action: Action,
    now: datetime,
    *,
    version: int | None = None,
    **data: Any,
) -> Status:
    """Take an action: check it, set the status, write it into the history.

    The caller changes what else belongs to the action and then calls `settle`. Returns the
    new status; raises StaleCase or NotAllowed and changes nothing.
    """
    facts = check(session, case, actor, action, now, version=version)
    status = permissions.follows(actor, facts, action)
    history.record(
        session, case, actor, now, action, before=case.status, after=status.value, **data
    )
    case.status = status.value
    case.version += 1
    case.moved_at = now
    case.closed_at = (case.closed_at or now) if status in ENDED else None
    if status not in ENDED:
        # Whoever has the case taken up again does not want it deleted.
        case.delete_after = None
    return status


def raise_level(case: Case, level: int) -> None:
    """Note that the case has climbed to a level of the ladder."""
    case.level = level


def assign(case: Case, office_id: str, staff_id: int | None) -> None:
    """Give the case to a desk, and to one of its people where one is named."""
    case.desk_office_id = office_id
    case.caseworker_id = staff_id


def settle(session: Session, case: Case, now: datetime, *, by: Actor | None = None) -> CaseFacts:
    """Make everything that follows from the case's rows true again.

    Conflicts and sight are worked out anew; an office that may no longer hold the case loses
    it; clocks follow; what lists show is repeated on the case. `by` made the change where the
    history of the case does not tell it: an administrator, for one.
    """
    batch.read_anew(session, case)
    conflicts.write(session, case, now, by)
    facts = case_facts(session, case)
    left = _leave_desk(session, case, facts, now)
    if _take_back(session, case, facts, now) or left:
        batch.flush(session, case)
        facts = case_facts(session, case)
    _write_sight(session, case, facts)
    _write_queue(case, facts, clocks.sync(session, case, facts, now))
    _take_along(session, case)
    batch.flush(session, case)
    return facts


def _take_along(session: Session, case: Case) -> None:
    """Let the duplicates that go on in this case lie where it lies: their words are read there."""
    duplicates = batch.rows(session, case, Case)
    if duplicates is None:
        duplicates = session.scalars(select(Case).where(Case.merged_into_id == case.id)).all()
    for duplicate in duplicates:
        assign(duplicate, case.desk_office_id, case.caseworker_id)


def choose_desk(session: Session, case: Case, facts: CaseFacts, now: datetime) -> None:
    """Ask the rules which desk keeps the case; every case has one."""
    assignment = directory.decide(session, facts, RuleTrack.DESK)
    assign(case, assignment.office_id, None)
    history.record(
        session, case, SYSTEM, now, "desk", office=assignment.office_id, rule=assignment.rule
    )


def _leave_desk(session: Session, case: Case, facts: CaseFacts, now: datetime) -> bool:
    """Let nobody who is complained about keep the case; tell whether desk or person did."""
    person = case.caseworker_id in facts.complained_staff
    desk = case.desk_office_id in facts.conflicted and case.desk_office_id != directory.COORDINATOR
    if person:
        assign(case, case.desk_office_id, None)
    if desk:
        choose_desk(session, case, facts, now)
    return person or desk


def _take_back(session: Session, case: Case, facts: CaseFacts, now: datetime) -> bool:
    """Take the case from offices that may not hold it any more; tell whether one did."""
    offices = directory.offices(session)
    lost = [
        referral
        for referral in case.referrals
        if referral.state in LIVE
        and not permissions.office_may_see(
            offices[referral.office_id], facts, ReferralState(referral.state)
        )
    ]
    led = any(referral.lead for referral in lost)
    if led and (Status(case.status), Action.RECALL) in TRANSITIONS:
        move(session, case, SYSTEM, Action.RECALL, now, triage=awaits_triage(facts))
    for referral in lost:
        end(referral, ReferralState.RECALLED, now)
    return bool(lost)


def end(referral: Referral, state: ReferralState, now: datetime) -> None:
    """End a referral in a state: declined, silent, ended or recalled."""
    referral.state = state.value
    referral.ended_at = now


def _write_sight(session: Session, case: Case, facts: CaseFacts) -> None:
    offices = directory.offices(session)
    for referral in case.referrals:
        newest = max(
            (r for r in facts.referrals if r.office_id == referral.office_id),
            key=lambda r: (r.state in LIVE, r.id),
        )
        referral.may_see = newest.id == referral.id and permissions.office_may_see(
            offices[referral.office_id], facts, ReferralState(referral.state)
        )


def _write_queue(case: Case, facts: CaseFacts, running: list[Clock]) -> None:
    ticking = [clock for clock in running if clock.remaining is None]
    first = min(ticking, key=lambda clock: clock.due_at, default=None)
    case.next_due_at = first.due_at if first else None
    case.next_due_kind = first.kind if first else ""
    if facts.status in {Status.OUTCOME_PROPOSED, Status.WAITING_COMPLAINANT}:
        case.waits_for = COMPLAINANT
    elif facts.status in ENDED:
        case.waits_for = ""
    else:
        case.waits_for = "office" if facts.lead else "desk"
