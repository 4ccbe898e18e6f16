"""Workers who complain together: one case for each, and nothing that tells one of another.

Every member has a person, claims, consents, a code and an end of their own. What the group
shares is copied when a member is added; a desk sees which cases belong together, an office and
the members themselves do not (security card, abuse 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.complaint import IntakeData, MoneyRow
from casework.domain.consent import Decision
from casework.domain.facts import Said
from casework.domain.workflow import Action
from casework.models import Case, CaseParty
from casework.services import casefile, history, intake
from casework.services.facts import case_facts
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.intake import Filed, Secret


@dataclass(frozen=True)
class MemberData:
    """What is asked of each member anew: who they are, their words, their claims, their consent.

    `contact` says how to reach the person safely; `consent_how` how the answers were given.
    """

    language: str
    safe_now: Said
    name: str = ""
    telephone: str = ""
    telephone_e164: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    story: str = ""
    story_english: str = ""
    money: Sequence[MoneyRow] = ()
    decisions: Sequence[Decision] = ()
    consent_how: str = "spoken"
    channel: str = "office"


@dataclass(frozen=True)
class Fellow:
    """Another case of the same group, as a desk lists it."""

    reference: str
    status: str


def complaint(session: Session, case: Case, member: MemberData) -> IntakeData:
    """Return the complaint of a new member: the facts of the case, and the member's own.

    The story, the answers, the wishes and the papers of the one whose case it is stay with them.
    """
    facts = case_facts(session, case)
    held = [each.office_id for each in facts.held if each.office_id]
    categories: dict[str, list[str]] = {code: [] for code in case.codes}
    for row in case.categories:
        if row.subcategory:
            categories[row.code].append(row.subcategory)
    return IntakeData(
        language=member.language,
        channel=member.channel,
        origin=case.origin,
        destination=case.destination,
        categories=categories,
        place=case.place,
        sector=case.sector,
        began_on=case.began_on,
        campaign=case.campaign,
        severity=case.severity,
        about_official=Said(case.about_official),
        # Whom a conflict is still held against is kept out of the new case too.
        complained_offices=sorted({*facts.complained_offices, *held}),
        complained_staff=sorted(facts.complained_staff),
        safe_now=member.safe_now,
        name=member.name,
        telephone=member.telephone,
        telephone_e164=member.telephone_e164,
        contact=dict(member.contact),
        story=member.story,
        story_english=member.story_english,
        money=member.money,
        decisions=member.decisions,
        consent_how=member.consent_how,
    )


def add_member(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    member: MemberData,
    submission_key: str,
    given: Secret | None = None,
) -> Filed:
    """File a case of its own for another worker of the same complaint, and return it.

    It goes the way of any case: its own route, conflicts, clocks and code. The same
    `submission_key` again returns the case it made, without a code. Raises NotAllowed.
    """
    casefile.check(session, case, actor, Action.ADD_MEMBER, now)
    filed = intake.submit(
        session,
        actor,
        now,
        data=complaint(session, case, member),
        submission_key=submission_key,
        given=given,
    )
    if filed.new:
        _share(session, case, filed.case)
        # Of no case: who reads the history of one member is not told of another.
        history.record(
            session, None, actor, now, "group", group=case.group_id, member=filed.case.id
        )
    return filed


def _share(session: Session, case: Case, other: Case) -> None:
    """Copy what is kept in Unicode already, and put both cases into one group."""
    other.place = case.place
    against = select(CaseParty).where(CaseParty.case_id == case.id, CaseParty.party_id.is_not(None))
    session.add_all(
        CaseParty(case=other, role=row.role, party_id=row.party_id)
        for row in session.scalars(against.order_by(CaseParty.id))
    )
    case.group_id = other.group_id = case.group_id or case.id
    session.flush()


def beside(case: Case, actor: Actor) -> ColumnElement[bool]:
    """Return the condition on the other cases of a case's group that the actor may know of."""
    return (Case.group_id == case.group_id) & (Case.id != case.id) & condition(actor)
