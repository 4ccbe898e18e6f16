"""What leaves before it leaves: what an office would see, why, and by when it would have to act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain import consent, escalation, routing
from casework.domain.consent import Item
from casework.domain.escalation import ClockKind
from casework.domain.facts import DESK_ROLES, LIVE, RecipientKind, Scope, Severity
from casework.domain.routing import RuleTrack, Why
from casework.services import at_hand, clocks, directory
from casework.services.facts import case_facts
from casework.services.sight import Sight, sight, tables

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, ConsentFact, OfficeFacts
    from casework.models import Case, Consent


def items_of(session: Session, case: Case, actor: Actor) -> frozenset[Item]:
    """Return the items of a case that a member of staff sees."""
    if actor.office is None:
        return frozenset()
    return consent.items_for(actor.office, case_facts(session, case).consents)


def for_office(session: Session, case: Case, office: OfficeFacts) -> Sight:
    """Return what an office would see of a case, under the consents as they stand."""
    items = consent.items_for(office, case_facts(session, case).consents)
    at_hand.more(session, case, tables(items))
    return sight(session, case, items, office)


def recipients(actor: Actor) -> frozenset[str]:
    """Return how consents may name the actor's office: itself, its kind, its state."""
    office = actor.office
    if office is None:
        return frozenset()
    return frozenset({office.id, consent.role_recipient(office), office.country})


@dataclass(frozen=True)
class Agreed:
    """What one recipient was allowed: the scopes given, how, when, and whether taken back.

    `wording` is the version of the words that were answered, in `language`; `staff_id` says who
    wrote the answer down, None where the person gave it on the form.
    """

    kind: RecipientKind
    recipient: str
    scopes: Sequence[Scope]
    how: str
    at: datetime
    withdrawn_at: datetime | None
    wording: int
    language: str
    staff_id: int | None


def agreed(case: Case, actor: Actor) -> list[Agreed]:
    """Return the decisions per recipient: to an office only those that speak of it."""
    by_recipient: dict[tuple[str, str], dict[str, Consent]] = {}
    for row in case.consents:
        key = row.recipient_kind, row.recipient
        by_recipient.setdefault(key, {})[row.scope] = row
    return [
        _decision(RecipientKind(kind), recipient, list(latest.values()))
        for (kind, recipient), latest in by_recipient.items()
        if not actor.government or recipient in recipients(actor)
    ]


def _decision(kind: RecipientKind, recipient: str, rows: Sequence[Consent]) -> Agreed:
    newest = max(rows, key=lambda row: row.at)
    given = [Scope(row.scope) for row in rows if row.given and row.withdrawn_at is None]
    taken_back = next((row.withdrawn_at for row in rows if row.withdrawn_at), None)
    return Agreed(
        kind,
        recipient,
        given,
        newest.how,
        newest.at,
        taken_back,
        newest.wording_version,
        newest.language,
        newest.staff_id,
    )


class Because(StrEnum):
    """Why an item leaves or stays."""

    GIVEN = "given"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    NOT_ASKED = "not_asked"
    NEVER = "never"
    DESK = "desk"


@dataclass(frozen=True)
class Reason:
    """Why an item leaves or stays: the scope that was decided on, and when."""

    why: Because
    scope: Scope | None = None
    at: datetime | None = None


def reasons(office: OfficeFacts, consents: Sequence[ConsentFact]) -> dict[Item, Reason]:
    """Return for every item why an office sees it or does not."""
    if office.role in DESK_ROLES:
        return dict.fromkeys(Item, Reason(Because.DESK))
    decided = consent.deciding(office, consents)
    return {item: _reason(scope, decided) for item, scope in consent.NEEDS.items()}


def _reason(scope: Scope | None, decided: Mapping[Scope, ConsentFact]) -> Reason:
    if scope is None:
        return Reason(Because.NEVER)
    said = decided.get(scope)
    if said is None:
        return Reason(Because.NOT_ASKED, scope)
    if said.withdrawn:
        return Reason(Because.TAKEN_BACK, scope, said.at)
    return Reason(Because.GIVEN if said.given else Because.REFUSED, scope, said.at)


@dataclass(frozen=True)
class Choosable:
    """An office that fits the case, and why it cannot have it, where that is so."""

    office_id: str
    why: Why | None


def choosable(session: Session, case: Case) -> list[Choosable]:
    """Return the state offices that fit, best first: rules name them, or the worker agreed.

    Offices that have the case already are left out; those that may not have it say why.
    """
    facts = case_facts(session, case)
    offices = directory.offices(session)
    found = [
        office
        for rule in directory.rules(session)
        if rule.track is RuleTrack.OFFICE and rule.fits(facts)
        for target in rule.targets
        for office in routing.candidates(target, facts, offices)
    ]
    found += [
        offices[row.recipient]
        for row in case.consents
        if row.recipient_kind == RecipientKind.OFFICE and row.recipient in offices
    ]
    has_it = {referral.office_id for referral in facts.referrals if referral.state in LIVE}
    return [
        Choosable(office.id, routing.obstacle(office, facts))
        for office in dict.fromkeys(found)
        if office.role not in DESK_ROLES and office.id not in has_it
    ]


def deadlines(
    session: Session, severity: str, office_id: str, now: datetime
) -> dict[ClockKind, datetime]:
    """Return when an office would have to act if its clocks began at `now`."""
    calendar = clocks.calendar_of(session, office_id, now)
    country = directory.offices(session)[office_id].country
    terms = directory.terms(session)
    found = {}
    for kind in ClockKind:
        term = escalation.term_for(terms, kind, Severity(severity), country)
        found[kind] = escalation.start(term, calendar, now, ()).due_at
    return found
