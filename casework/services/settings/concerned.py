"""The cases that a change of an office concerns, and what follows in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from casework.domain import conflict
from casework.domain.facts import LIVE, SYSTEM, ReferralState
from casework.domain.workflow import ENDED, TRANSITIONS, Action, Status
from casework.models import Case, CaseCategory, CaseConflict, CaseParty, Referral
from casework.services import casefile, referrals
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Office


def before(session: Session, office: Office) -> frozenset[int]:
    """Return the ids of cases that know the office, or in which any office is complained about.

    An office that comes to stand below another one may be in conflict in a case that has never
    named it: all cases about offices are looked at.
    """
    accused = exists().where(CaseParty.case_id == Case.id, CaseParty.office_id.is_not(None))
    about_posts = exists().where(
        CaseCategory.case_id == Case.id, CaseCategory.code == conflict.EMBASSY_CATEGORY
    )
    in_conflict = exists().where(
        CaseConflict.case_id == Case.id, CaseConflict.office_id == office.id
    )
    sent = exists().where(Referral.case_id == Case.id, Referral.office_id == office.id)
    kept = Case.desk_office_id == office.id
    query = select(Case.id).where(or_(accused, about_posts, in_conflict, sent, kept))
    return frozenset(session.scalars(query))


def follow(
    session: Session, actor: Actor, office: Office, cases: frozenset[int], now: datetime
) -> int:
    """Make conflicts, sight and clocks of these cases true again; return how many there were.

    Ended cases are looked at too: who may read them hangs on the same links. They are held in the
    order of their ids, so that two administrators do not wait for each other.
    """
    for case_id in sorted(cases):
        case = casefile.lock(session, case_id)
        led = case_facts(session, case).lead
        if not office.active and case.status not in ENDED:
            _leave(session, office, case, now)
        facts = casefile.settle(session, case, now, by=actor)
        if led and facts.lead is None and facts.status is Status.TRIAGE:
            referrals.route(session, case, SYSTEM, now)
    return len(cases)


def _leave(session: Session, office: Office, case: Case, now: datetime) -> None:
    """Take an open case from an office that has closed: from its desk, and from its officers."""
    if case.desk_office_id == office.id:
        casefile.choose_desk(session, case, case_facts(session, case), now)
    held = [r for r in case.referrals if r.office_id == office.id and r.state in LIVE]
    leads = any(referral.lead for referral in held)
    if leads and (Status(case.status), Action.RECALL) in TRANSITIONS:
        casefile.move(session, case, SYSTEM, Action.RECALL, now, office=office.id)
    for referral in held:
        casefile.end(referral, ReferralState.RECALLED, now)
