"""Ordered rules that choose the office for a case, and say why.

The first rule that fits and whose target can take the case decides; every office passed
over is kept with its reason. The last resort is the coordination desk, so that no case
is ever without a desk (domain card, "Routing").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain import conflict, consent
from casework.domain.facts import DESK_ROLES, OfficeRole, Said, Severity
from casework.domain.institutions import institutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from casework.domain.conflict import Offices
    from casework.domain.facts import CaseFacts, OfficeFacts

TRIAGE_FIRST = "triage-first"
LAST_RESORT = "last-resort"


class Where(StrEnum):
    """Where the office of a target stands, relative to the case."""

    ORIGIN = "origin"
    POST = "post"
    DESTINATION = "destination"
    NETWORK = "network"


class RuleTrack(StrEnum):
    """What a rule chooses: the desk that keeps the case, or the office that handles it."""

    DESK = "desk"
    OFFICE = "office"


class Why(StrEnum):
    """Why an office was passed over."""

    CONFLICT = "conflict"
    NO_CONSENT = "no_consent"
    NONE_THERE = "none_there"
    CLOSED = "closed"
    BEFORE_TRIAGE = "before_triage"


@dataclass(frozen=True)
class Target:
    """An office by role and place, or one office by its id."""

    role: OfficeRole | None = None
    where: Where | None = None
    office: str | None = None


@dataclass(frozen=True)
class Rule:
    """One row of the routing table. Empty conditions fit everything."""

    code: str
    track: RuleTrack
    targets: tuple[Target, ...]
    categories: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    destinations: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    documented: Said | None = None
    place: str = ""

    def fits(self, case: CaseFacts) -> bool:
        """Tell whether every condition holds for the case."""
        return (
            (not self.categories or not self.categories.isdisjoint(case.categories))
            and (not self.origins or case.origin in self.origins)
            and (not self.destinations or case.destination in self.destinations)
            and (not self.severities or case.severity in self.severities)
            and (self.documented is None or case.documented is self.documented)
            and self.place.casefold() in case.place.casefold()
        )


@dataclass(frozen=True)
class PassedOver:
    """An office, or a kind of office, that could not take the case."""

    rule: str
    why: Why
    office_id: str | None = None
    role: OfficeRole | None = None


@dataclass(frozen=True)
class Assignment:
    """Who gets the case, the rule that decided, and who was passed over and why."""

    office_id: str
    rule: str
    passed_over: tuple[PassedOver, ...] = ()


def candidates(target: Target, case: CaseFacts, offices: Offices) -> Sequence[OfficeFacts]:
    """Return the offices a target means for this case, best first."""
    if target.office is not None:
        named = offices.get(target.office)
        return [named] if named else []
    if target.role is None:
        return []
    known = institutions(offices)
    match target.where:
        case Where.ORIGIN:
            return known.standing.get((target.role, case.origin, case.origin), ())
        case Where.POST:
            return known.standing.get((target.role, case.origin, case.destination), ())
        case Where.DESTINATION:
            return known.standing.get((target.role, case.destination, case.destination), ())
        case _:
            return known.of_role.get(target.role, ()) if target.role in DESK_ROLES else ()


def obstacle(office: OfficeFacts, case: CaseFacts) -> Why | None:
    """Return why this office cannot take the case now, or None when it can."""
    if not office.active:
        return Why.CLOSED
    if office.id in case.conflicted:
        return Why.CONFLICT
    if not consent.may_receive(office, case.consents):
        return Why.NO_CONSENT
    if office.role not in DESK_ROLES and conflict.awaits_triage(case):
        return Why.BEFORE_TRIAGE
    return None


def _tries(rule: Rule, case: CaseFacts, offices: Offices) -> Iterator[OfficeFacts | PassedOver]:
    for target in rule.targets:
        found = candidates(target, case, offices)
        if not found:
            yield PassedOver(rule.code, Why.NONE_THERE, role=target.role, office_id=target.office)
        for office in found:
            why = obstacle(office, case)
            yield PassedOver(rule.code, why, office.id, office.role) if why else office


def route(
    case: CaseFacts, rules: Sequence[Rule], offices: Offices, track: RuleTrack, coordinator: str
) -> Assignment:
    """Choose the office for the case on one track.

    Returns the coordinator's desk when no rule finds an office, and while the complaint is
    or may be about an official and nobody neutral has looked at it yet.
    """
    if track is RuleTrack.OFFICE and conflict.awaits_triage(case):
        return Assignment(coordinator, TRIAGE_FIRST)
    passed: list[PassedOver] = []
    for rule in rules:
        if rule.track is not track or not rule.fits(case):
            continue
        for outcome in _tries(rule, case, offices):
            if not isinstance(outcome, PassedOver):
                return Assignment(outcome.id, rule.code, tuple(passed))
            passed.append(outcome)
    return Assignment(coordinator, LAST_RESORT, tuple(passed))


def fitting_offices(case: CaseFacts, rules: Sequence[Rule], offices: Offices) -> list[OfficeFacts]:
    """Return the offices that rules would choose if consent were given and triage done, in order.

    The public form asks for consent for the first of these; conflicts still count.
    """
    found: list[OfficeFacts] = []
    later = {None, Why.NO_CONSENT, Why.BEFORE_TRIAGE}
    for rule in rules:
        if rule.track is not RuleTrack.OFFICE or not rule.fits(case):
            continue
        for target in rule.targets:
            found += [
                office
                for office in candidates(target, case, offices)
                if obstacle(office, case) in later and office not in found
            ]
        if any(office.role in DESK_ROLES for office in found):
            break
    return found


def chain(office_id: str | None, offices: Offices) -> Iterable[OfficeFacts]:
    """Yield the offices that answer for `office_id`'s silence, nearest first."""
    seen: set[str] = set()
    current = offices.get(office_id or "")
    while current and current.id not in seen:
        seen.add(current.id)
        current = offices.get(current.escalates_to or current.parent or "")
        if current and current.id not in seen:
            yield current
