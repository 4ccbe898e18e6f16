"""What a desk decides about a case: what it is about, who works on it, where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from casework.domain.conflict import actor_in_conflict
from casework.domain.facts import DESK_ROLES, SYSTEM, Role, Said
from casework.domain.workflow import Action, Status
from casework.models import CaseParty, Staff
from casework.services import casefile, directory, escalation, intake, referrals, told
from casework.services.facts import case_facts, staff_actor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

DESK_STAFF = frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR})


@dataclass(frozen=True)
class Classification:
    """What triage found: categories with subcategories, and who is complained about."""

    categories: dict[str, list[str]]
    about_official: Said
    complained_offices: Sequence[str] = ()
    complained_staff: Sequence[int] = ()
    severity: str | None = None


class NotDeskStaff(ValueError):
    """The person cannot keep cases of this desk."""


def reclassify(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    found: Classification,
    version: int | None = None,
) -> None:
    """Say what the case is about; this is the neutral triage that lets rules send it on.

    Conflicts are worked out anew: an office now complained about loses the case at once.
    A case that no office holds is then routed again.
    """
    casefile.move(
        session,
        case,
        actor,
        Action.RECLASSIFY,
        now,
        version=version,
        categories=list(found.categories),
        about_official=found.about_official.value,
        offices=list(found.complained_offices),
    )
    _write(session, case, found)
    case.triaged_at = now
    facts = casefile.settle(session, case, now)
    if facts.lead is None and facts.status in {Status.RECEIVED, Status.TRIAGE}:
        # The rules send it, not the actor, who may just have reported their own office.
        referrals.route(session, case, SYSTEM, now)
    if escalation.RETALIATION in found.categories and case.level == 0:
        escalation.flag_retaliation(session, case, now)
        casefile.settle(session, case, now)


def _write(session: Session, case: Case, found: Classification) -> None:
    told.write_categories(case, found.categories)
    taxonomy = directory.taxonomy(session, case.taxonomy_version)
    severity = taxonomy.severity({code: frozenset(s) for code, s in found.categories.items()})
    case.severity = intake.max_severity(severity, found.severity)
    case.about_official = found.about_official.value
    case.needs_triage = False
    session.execute(
        delete(CaseParty).where(
            CaseParty.case_id == case.id,
            CaseParty.party_id.is_(None),
        )
    )
    session.add_all(
        CaseParty(case=case, role="post", office_id=office_id)
        for office_id in found.complained_offices
    )
    session.add_all(
        CaseParty(case=case, role="person", staff_id=staff_id)
        for staff_id in found.complained_staff
    )


def take_on(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Start work at the desk itself, without sending the case to an office."""
    casefile.move(session, case, actor, Action.TAKE_ON, now, version=version)
    casefile.assign(case, case.desk_office_id, case.caseworker_id or actor.staff_id)
    casefile.settle(session, case, now)


def wait_for_third(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Note that a third party must act; the clocks run on."""
    casefile.move(session, case, actor, Action.WAIT_THIRD, now, version=version)
    casefile.settle(session, case, now)


def resume(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Go on with a case that waited."""
    casefile.move(session, case, actor, Action.RESUME, now, version=version)
    casefile.settle(session, case, now)


def colleagues(session: Session, office_id: str) -> Sequence[Staff]:
    """Return the active staff of a desk who can keep cases."""
    query = (
        select(Staff)
        .where(Staff.office_id == office_id, Staff.active, Staff.role.in_(DESK_STAFF))
        .order_by(Staff.name)
    )
    return session.scalars(query).all()


def reassign(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    caseworker_id: int,
    version: int | None = None,
) -> None:
    """Give the case to another caseworker, of this desk or of another one.

    Raises NotDeskStaff when the person cannot keep cases.
    """
    staff = session.get(Staff, caseworker_id)
    office_id = _desk_of(session, case, staff) if staff else None
    if staff is None or office_id is None:
        raise NotDeskStaff
    casefile.move(
        session,
        case,
        actor,
        Action.REASSIGN,
        now,
        version=version,
        staff=staff.id,
        office=office_id,
    )
    casefile.assign(case, office_id, staff.id)
    casefile.settle(session, case, now)


def _desk_of(session: Session, case: Case, staff: Staff) -> str | None:
    """Return the desk at which somebody could keep the case; None where they could not.

    They have to work at a desk, and to stand in no conflict of interest with the case.
    """
    new = staff_actor(staff)
    at_desk = new.office is not None and new.office.role in DESK_ROLES
    keeps = staff.active and at_desk and new.role in DESK_STAFF
    if not keeps or actor_in_conflict(new, case_facts(session, case)):
        return None
    return new.office_id
