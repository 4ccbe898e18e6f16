"""Rows of a case as the frozen facts that domain rules look at."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from casework.domain.conflict import conflicted_offices
from casework.domain.facts import (
    Actor,
    ActorKind,
    CaseFacts,
    ConsentFact,
    HeldConflict,
    RecipientKind,
    ReferralFacts,
    ReferralState,
    Role,
    Said,
    Scope,
    Severity,
)
from casework.domain.workflow import Status
from casework.models import CaseConflict, CaseParty
from casework.services import at_hand, batch, directory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Case, Consent, Staff


_OF_CASE: Final = (
    "status",
    "level",
    "severity",
    "about_official",
    "triaged_at",
    "needs_triage",
    "desk_office_id",
    "caseworker_id",
    "escalation_asked_at_level",
    "closed_at",
    "anonymised_at",
    "merged_into_id",
)


def staff_actor(staff: Staff) -> Actor:
    """Return a member of staff as an actor."""
    office = directory.office_facts(staff.office) if staff.office else None
    return Actor(ActorKind.STAFF, Role(staff.role), staff.id, office)


def complainant_actor(case: Case) -> Actor:
    """Return whoever opened this case with its tracking code as an actor."""
    return Actor(ActorKind.COMPLAINANT, case_id=case.id)


def consent_fact(row: Consent) -> ConsentFact:
    """Return one consent row as a fact."""
    return ConsentFact(
        RecipientKind(row.recipient_kind),
        row.recipient,
        Scope(row.scope),
        row.given,
        row.at,
        row.withdrawn_at is not None,
    )


def case_facts(session: Session, case: Case) -> CaseFacts:
    """Return the case as rules see it, its conflicts of interest worked out.

    Whoever stands written down as in conflict stays so, whatever the rules derive now: what
    they no longer derive is for a second person to lift.
    """
    return at_hand.once(session, case, case_facts, lambda: _case_facts(session, case))


def _case_facts(session: Session, case: Case) -> CaseFacts:
    facts = derived(session, case)
    kept = at_hand.current_rows(session, case, CaseConflict)
    if not kept:
        return facts
    return replace(
        facts,
        conflicted=facts.conflicted | {row.office_id for row in kept if row.office_id},
        complained_staff=facts.complained_staff | {row.staff_id for row in kept if row.staff_id},
        held=tuple(
            HeldConflict(row.office_id, row.staff_id, row.changed_by)
            for row in kept
            if row.held_since is not None
        ),
    )


def derived(session: Session, case: Case) -> CaseFacts:
    """Return the case with those conflicts only that the rules derive from its rows now."""
    return batch.once(session, case, _rests_on(case), lambda: _derived(session, case))


def _rests_on(case: Case) -> tuple[Hashable, ...]:
    """Return all that facts rest on and that may change while a sweep works on a case."""
    return (
        *(getattr(case, name) for name in _OF_CASE),
        *((r.id, r.office_id, r.state, r.lead, r.level) for r in case.referrals),
    )


def _derived(session: Session, case: Case) -> CaseFacts:
    complained = at_hand.current_rows(session, case, CaseParty)
    facts = CaseFacts(
        id=case.id,
        status=Status(case.status),
        level=case.level,
        origin=case.origin,
        destination=case.destination,
        place=case.place,
        categories=case.codes,
        severity=Severity(case.severity),
        documented=Said(case.documented),
        about_official=Said(case.about_official),
        triaged=case.triaged_at is not None,
        needs_triage=case.needs_triage,
        complained_offices=frozenset(p.office_id for p in complained if p.office_id),
        complained_staff=frozenset(p.staff_id for p in complained if p.staff_id),
        desk=case.desk_office_id,
        caseworker_id=case.caseworker_id,
        referrals=tuple(
            ReferralFacts(r.id, r.office_id, ReferralState(r.state), r.lead, r.level)
            for r in case.referrals
        ),
        consents=batch.once(
            session, case, "consents", lambda: tuple(consent_fact(row) for row in case.consents)
        ),
        escalation_asked_at_level=case.escalation_asked_at_level,
        closed_at=case.closed_at,
        anonymised=case.anonymised_at is not None,
        merged=case.merged_into_id is not None,
    )
    conflicted = conflicted_offices(facts, directory.offices(session))
    return replace(facts, conflicted=conflicted) if conflicted else facts
