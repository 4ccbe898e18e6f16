"""What a form on a case, and the words beside it, may look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from casework import i18n
from casework.domain import permissions
from casework.domain.escalation import ClockKind
from casework.services import clocks, directory, names, preview
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts, OfficeFacts
    from casework.domain.taxonomy import Taxonomy
    from casework.domain.workflow import Action
    from casework.models import Case
    from casework.services.names import Names


@dataclass
class Asking:
    """A case, who looks at it, and when; what hangs on them is read once."""

    session: Session
    case: Case
    actor: Actor
    now: datetime

    @cached_property
    def facts(self) -> CaseFacts:
        """The case as rules see it."""
        return case_facts(self.session, self.case)

    @cached_property
    def actions(self) -> frozenset[Action]:
        """What the actor may do now."""
        return permissions.available(self.actor, self.facts, self.now)

    @cached_property
    def offices(self) -> dict[str, OfficeFacts]:
        """All offices."""
        return directory.offices(self.session)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The categories under which the case was filed."""
        return directory.taxonomy(self.session, self.case.taxonomy_version)

    @cached_property
    def names(self) -> Names:
        """The names of all offices."""
        return names.of(self.session, self.offices)

    def office(self, office_id: str | None) -> str:
        """Return the name of an office."""
        return self.names.office(office_id)

    @property
    def own_office(self) -> str:
        """The id of the actor's office; a case of nobody's is the coordinator's."""
        return self.actor.office_id or directory.COORDINATOR

    def by(self, kind: ClockKind, office_id: str) -> str:
        """Write by when an office would have to act, if its clock began now."""
        due = preview.deadlines(self.session, self.case.severity, office_id, self.now)[kind]
        return self.at(due, office_id)

    def at(self, moment: datetime, office_id: str) -> str:
        """Write an instant in the time of an office."""
        zone = clocks.calendar_of(self.session, office_id, self.now).timezone
        return i18n.weekday_time(moment, zone, self.now.astimezone(zone).date())

    @cached_property
    def currencies(self) -> list[tuple[str, str]]:
        """The currencies of work and home, that of work first."""
        at = directory.countries(self.session)
        near = [at[c] for c in (self.case.destination, self.case.origin) if c in at]
        codes = dict.fromkeys(code for row in near for code in (row.currency, *row.also_used))
        return [(code, i18n.currency_name(code)) for code in codes]
