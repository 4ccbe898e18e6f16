"""Where a complaint would go if it were filed now, while it is still being written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from casework.domain import conflict, routing
from casework.domain.escalation import ClockKind
from casework.domain.facts import DESK_ROLES
from casework.domain.routing import Assignment, RuleTrack
from casework.services import directory, preview, trial

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.complaint import IntakeData
    from casework.domain.facts import CaseFacts, OfficeFacts


@dataclass(frozen=True)
class Foresight:
    """Who would get the case, and who could with consent; None where the desk keeps it.

    `fitting` are the state offices to ask the worker about, best first.
    """

    chosen: Assignment
    office_id: str | None
    with_consent: str | None
    accept_by: datetime | None
    fitting: Sequence[OfficeFacts]


def look(session: Session, data: IntakeData, now: datetime) -> Foresight:
    """Return what the rules would decide about a complaint as it stands."""
    offices, rules = directory.offices(session), directory.rules(session)
    facts = _with_conflicts(trial.facts_of(session, data), offices)
    chosen = routing.route(facts, rules, offices, RuleTrack.OFFICE, directory.COORDINATOR)
    fitting = [
        office
        for office in routing.fitting_offices(facts, rules, offices)
        if office.role not in DESK_ROLES
    ]
    sent = offices[chosen.office_id].role not in DESK_ROLES
    office_id = chosen.office_id if sent else None
    first = fitting[0].id if fitting and not conflict.awaits_triage(facts) else None
    asked = office_id or first
    by = (
        preview.deadlines(session, facts.severity, asked, now)[ClockKind.ACKNOWLEDGE]
        if asked
        else None
    )
    return Foresight(chosen, office_id, None if sent else first, by, fitting)


def _with_conflicts(facts: CaseFacts, offices: conflict.Offices) -> CaseFacts:
    return replace(facts, conflicted=conflict.conflicted_offices(facts, offices))
