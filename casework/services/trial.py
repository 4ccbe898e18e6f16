"""What routing would decide about a published complaint, without filing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from casework.domain import conflict, routing
from casework.domain.facts import (
    CaseFacts,
    ConsentFact,
    OfficeFacts,
    Said,
    Severity,
)
from casework.domain.routing import Assignment, RuleTrack
from casework.domain.search_text import clean
from casework.services import coverage, directory, imports, intake

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.complaint import IntakeData
    from casework.services.published import Line

# Consents are compared by age, and all of a trial are of one age.
_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Decision:
    """An office and how it was chosen."""

    office: OfficeFacts
    assignment: Assignment


@dataclass(frozen=True)
class Trial:
    """What would happen: at once, and, where neutral triage comes first, after it."""

    categories: tuple[str, ...]
    severity: Severity
    now: Decision
    after_triage: Decision | None


def decide(session: Session, line: Line, *, assume_consent: bool = False) -> Trial:
    """Return what the rules would decide; raise BadLine.

    `assume_consent` lets every state receive the case. After triage the posts under suspicion
    count as named: the neutral reader is taken to find the complaint true.
    """
    case = facts_of(session, imports.intake_data(session, line), assume_consent=assume_consent)
    at_once = _decide(session, case)
    later = None
    if at_once.assignment.rule == routing.TRIAGE_FIRST:
        offices = directory.offices(session)
        named = case.complained_offices | conflict.unnamed_posts(case, offices)
        later = _decide(session, replace(case, triaged=True, complained_offices=named))
    return Trial(case.categories, case.severity, at_once, later)


def _decide(session: Session, case: CaseFacts) -> Decision:
    offices = directory.offices(session)
    case = replace(case, conflicted=conflict.conflicted_offices(case, offices))
    assignment = directory.decide(session, case, RuleTrack.OFFICE)
    return Decision(offices[assignment.office_id], assignment)


def facts_of(session: Session, data: IntakeData, *, assume_consent: bool = False) -> CaseFacts:
    """Return the case that a complaint would be, as rules see it, conflicts not yet worked out."""
    taxonomy = directory.taxonomy(session)
    codes = tuple(data.categories)
    found = taxonomy.severity({code: frozenset(subs) for code, subs in data.categories.items()})
    return CaseFacts(
        id=0,
        origin=data.origin,
        destination=data.destination,
        place=clean(data.place),
        categories=codes,
        severity=Severity(intake.max_severity(found, data.severity)),
        documented=data.documented,
        about_official=Said.YES if intake.EMBASSY in codes else data.about_official,
        needs_triage=taxonomy.needs_triage(codes),
        complained_offices=frozenset(data.complained_offices),
        consents=coverage.consent_for_every_state(session) if assume_consent else _given(data),
    )


def _given(data: IntakeData) -> tuple[ConsentFact, ...]:
    return tuple(
        ConsentFact(each.recipient_kind, each.recipient, each.scope, each.given, _ONCE)
        for each in data.decisions
    )
