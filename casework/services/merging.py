"""One person, one matter, two cases: the later one goes on in the other, and nothing is lost.

The duplicate is closed and points to the case that lives on; its words, claims and messages stay
where they are and the desk goes on reading them. Whoever holds its code can still write and be
answered. Opening the duplicate again takes the pointer away. A merge never narrows a conflict of
interest: whom either case complains about, both then complain about (security card, abuse 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain import conflict, permissions, reference
from casework.domain.facts import Said, Severity
from casework.domain.marks import N_
from casework.domain.workflow import OPEN, Action
from casework.models import Case, CaseParty, Person
from casework.services import casefile, history, outcome
from casework.services.facts import case_facts
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts

MERGED: Final = "merged"
# How a desk knows that it is the same person: a guess is not enough.
HOW: Final = {
    "told": N_("The person told me so"),
    "codes": N_("The person showed me both codes"),
    "telephone": N_("Both cases have the same telephone number, and the person is the same"),
}
_GRAVER: Final = (Said.NO, Said.UNSURE, Said.YES)


class Why(StrEnum):
    """Why two cases cannot become one."""

    UNKNOWN = "unknown"
    SAME_CASE = "same_case"
    GROUP = "group"
    UNCHECKED = "unchecked"
    HIGHER = "higher"
    HOLDS_OTHERS = "holds_others"
    TELEPHONE = "telephone"


class NotMergeable(ValueError):
    """These two cases cannot become one."""

    def __init__(self, why: Why) -> None:
        """Keep why, for the page."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Pointer:
    """Another case of the same person, as a desk lists it."""

    reference: str
    status: str


def find(session: Session, actor: Actor, typed: str) -> Case | None:
    """Return the case that a typed reference names, if the actor may see it."""
    try:
        wanted = reference.parse(typed)
    except reference.BadReference:
        return None
    return session.scalar(select(Case).where(Case.reference == wanted, condition(actor)))


def obstacle(session: Session, case: Case, into: Case, actor: Actor, now: datetime) -> Why | None:
    """Return why the actor cannot let `case` go on in `into`; None when they can."""
    facts, other = case_facts(session, case), case_facts(session, into)
    unchecked = conflict.awaits_triage(facts) or conflict.awaits_triage(other)
    against = {
        Why.SAME_CASE: case.id == into.id,
        Why.UNKNOWN: not permissions.allowed(actor, other, Action.MERGE, now),
        # Members of a group are different people: that is known.
        Why.GROUP: case.group_id is not None and case.group_id == into.group_id,
        Why.UNCHECKED: unchecked,
        # What has climbed the ladder does not come down by being put into another case.
        Why.HIGHER: facts.level > other.level,
        Why.HOLDS_OTHERS: bool(pointing_to(session, case)),
    }
    return next((why for why, holds in against.items() if holds), None)


def same_telephone(session: Session, case: Case, other: Case) -> bool:
    """Tell whether a person of one case has the telephone number of a person of the other."""
    numbers = select(Person.telephone_index).where(
        Person.case_id == other.id, Person.telephone_index.is_not(None)
    )
    query = select(Person.id).where(Person.case_id == case.id, Person.telephone_index.in_(numbers))
    return session.scalars(query).first() is not None


def merge(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    into: Case,
    how: str,
    version: int | None = None,
) -> None:
    """Close `case` as a duplicate that goes on in `into`; `how` is one of HOW.

    Raises NotMergeable, NotAllowed and StaleCase, and changes nothing then.
    """
    casefile.check(session, case, actor, Action.MERGE, now, version=version)
    why = obstacle(session, case, into, actor, now)
    if why is None and how == "telephone" and not same_telephone(session, case, into):
        why = Why.TELEPHONE
    if why is not None:
        raise NotMergeable(why)
    casefile.move(session, case, actor, Action.MERGE, now, into=into.reference, how=how)
    history.record(session, into, actor, now, "merged", duplicate=case.reference, how=how)
    case.merged_into_id, case.close_reason, case.confirmed = into.id, MERGED, None
    outcome.end_referrals(case, now)
    _accuse_alike(session, case, into)
    _keep_graver(case, into)
    casefile.assign(case, into.desk_office_id, into.caseworker_id)
    casefile.settle(session, into, now)
    casefile.settle(session, case, now)


def _accuse_alike(session: Session, case: Case, into: Case) -> None:
    """Let both cases complain about whom either does; agencies and employers go one way."""
    _add_accused(session, case_facts(session, case), into)
    _add_accused(session, case_facts(session, into), case)
    known = {row.party_id for row in _parties(session, into)}
    session.add_all(
        CaseParty(case=into, role=row.role, party_id=row.party_id)
        for row in _parties(session, case)
        if row.party_id not in known
    )
    session.flush()


def _add_accused(session: Session, facts: CaseFacts, to: Case) -> None:
    known = case_facts(session, to)
    held = {each.office_id for each in facts.held if each.office_id}
    session.add_all(
        CaseParty(case=to, role="post", office_id=office_id)
        for office_id in sorted({*facts.complained_offices, *held} - known.complained_offices)
    )
    session.add_all(
        CaseParty(case=to, role="person", staff_id=staff_id)
        for staff_id in sorted(facts.complained_staff - known.complained_staff)
    )
    session.flush()


def _parties(session: Session, case: Case) -> list[CaseParty]:
    query = select(CaseParty).where(CaseParty.case_id == case.id, CaseParty.party_id.is_not(None))
    return list(session.scalars(query.order_by(CaseParty.id)))


def _keep_graver(case: Case, into: Case) -> None:
    severities = Severity(case.severity), Severity(into.severity)
    said = Said(case.about_official), Said(into.about_official)
    into.severity = max(severities, key=list(Severity).index).value
    into.about_official = max(said, key=_GRAVER.index).value


def likely(session: Session, case: Case, actor: Actor) -> list[Pointer]:
    """Return the open cases of the desk with the same telephone number."""
    numbers = select(Person.telephone_index).where(
        Person.case_id == case.id, Person.telephone_index.is_not(None)
    )
    called = select(Person.case_id).where(Person.telephone_index.in_(numbers))
    query = select(Case.reference, Case.status).where(
        Case.id.in_(called),
        Case.id != case.id,
        Case.desk_office_id == case.desk_office_id,
        Case.status.in_(OPEN),
        condition(actor),
    )
    return [Pointer(*row) for row in session.execute(query.order_by(Case.id))]


def pointing_to(session: Session, case: Case) -> list[Pointer]:
    """Return the cases that go on in this one."""
    query = select(Case.reference, Case.status).where(Case.merged_into_id == case.id)
    return [Pointer(*row) for row in session.execute(query.order_by(Case.id))]
