"""Who would get a complaint: each origin, destination and category asked of the rules.

A hole is a cell that only the last rule answers: no rule names an office, and the case waits
with the coordinator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain import conflict, routing
from casework.domain.facts import (
    CaseFacts,
    ConsentFact,
    OfficeRole,
    RecipientKind,
    Said,
    Scope,
)
from casework.domain.routing import LAST_RESORT, RuleTrack
from casework.models import Case, CaseCategory
from casework.services import directory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from casework.domain.taxonomy import Category

# Consents are compared by age, and all of a supposed case are of one age.
_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATELY: Final = timedelta(days=90)


@dataclass(frozen=True)
class Cell:
    """Who gets a complaint of one category on one corridor, and the rule that decides.

    `rule` is a code of the routing table, or one of the codes of `routing` that stand for none.
    """

    origin: str
    destination: str
    category: str
    office: str
    role: OfficeRole
    rule: str
    hole: bool


def coverage(
    session: Session,
    origins: Iterable[str],
    destinations: Iterable[str],
    *,
    assume_consent: bool = True,
) -> list[Cell]:
    """Return a cell for every origin, destination and category, in this order.

    The complaint is taken to be checked already: one about an embassy is about every post of
    its country there. `assume_consent` takes every state to be allowed to have it.
    """
    rules, offices = directory.rules(session), directory.offices(session)
    consents = consent_for_every_state(session) if assume_consent else ()
    to = list(destinations)
    found = []
    for origin in origins:
        for destination in to:
            for category in directory.taxonomy(session).categories:
                case = supposed(origin, destination, category, offices, consents)
                decided = routing.route(
                    case, rules, offices, RuleTrack.OFFICE, directory.COORDINATOR
                )
                found.append(
                    Cell(
                        origin,
                        destination,
                        category.code,
                        decided.office_id,
                        offices[decided.office_id].role,
                        decided.rule,
                        hole=decided.rule in {LAST_RESORT, last_rule(rules)},
                    )
                )
    return found


def last_rule(rules: Iterable[routing.Rule]) -> str:
    """Return the code of the last rule that chooses offices; nothing when there is none."""
    codes = [rule.code for rule in rules if rule.track is RuleTrack.OFFICE]
    return codes[-1] if codes else ""


def supposed(
    origin: str,
    destination: str,
    category: Category,
    offices: conflict.Offices,
    consents: tuple[ConsentFact, ...],
) -> CaseFacts:
    """Return a complaint of one category as rules see it after neutral triage."""
    case = CaseFacts(
        id=0,
        origin=origin,
        destination=destination,
        categories=(category.code,),
        severity=category.severity,
        about_official=Said.YES if category.code == conflict.EMBASSY_CATEGORY else Said.NO,
        consents=consents,
    )
    case = replace(case, triaged=True, complained_offices=conflict.unnamed_posts(case, offices))
    return replace(case, conflicted=conflict.conflicted_offices(case, offices))


def consent_for_every_state(session: Session) -> tuple[ConsentFact, ...]:
    """Return the consents of somebody who lets every state have the case, without a name."""
    countries = {office.country for office in directory.offices(session).values()}
    return tuple(
        ConsentFact(RecipientKind.STATE, country, Scope.REFERRAL, given=True, at=_ONCE)
        for country in sorted(countries)
    )


def ends(session: Session) -> tuple[list[str], list[str]]:
    """Return the countries that the forms offer as origins, and as destinations."""
    known = directory.countries(session).values()
    return [c.code for c in known if c.origin], [c.code for c in known if c.destination]


def asked(session: Session, now: datetime) -> frozenset[tuple[str, str, str]]:
    """Return which origins, destinations and categories came up in the last 90 days."""
    query = (
        select(Case.origin, Case.destination, CaseCategory.code)
        .join(CaseCategory, CaseCategory.case_id == Case.id)
        .where(Case.filed_at >= now - _LATELY)
        .distinct()
    )
    return frozenset((row[0], row[1], row[2]) for row in session.execute(query))
