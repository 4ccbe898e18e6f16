"""What rules look at: frozen values without behaviour of their own.

Services build these from rows; routing, conflict, consent, escalation and permissions
read them and nothing else, so every rule can be tested without a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casework.domain.workflow import Status


class Role(StrEnum):
    """What a member of staff is trusted with."""

    CASEWORKER = "caseworker"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"


class ActorKind(StrEnum):
    """Who acts: a member of staff, the person with the tracking code, or the clock."""

    STAFF = "staff"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


class OfficeRole(StrEnum):
    """What an office is, in the words that routing rules and the ladder use."""

    LABOUR_MINISTRY = "labour_ministry"
    PROVINCIAL_OFFICE = "provincial_office"
    RESOURCE_CENTRE = "resource_centre"
    MINISTRY_LEADERSHIP = "ministry_leadership"
    FOREIGN_MINISTRY = "foreign_ministry"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    LABOUR_ATTACHE = "labour_attache"
    ANTI_TRAFFICKING = "anti_trafficking"
    OMBUDSMAN = "ombudsman"
    LABOUR_AUTHORITY = "labour_authority"
    EMPLOYMENT_AUTHORITY = "employment_authority"
    SOCIAL_SECURITY = "social_security"
    POLICE = "police"
    TRIBUNAL = "tribunal"
    HOTLINE = "hotline"
    AGENCY_ASSOCIATION = "agency_association"
    CSO = "cso"
    NETWORK = "network"
    COORDINATOR = "coordinator"


NOT_OF_A_STATE = frozenset(
    {
        OfficeRole.AGENCY_ASSOCIATION,
        OfficeRole.CSO,
        OfficeRole.NETWORK,
        OfficeRole.COORDINATOR,
    }
)
DESK_ROLES = frozenset({OfficeRole.CSO, OfficeRole.NETWORK, OfficeRole.COORDINATOR})
NETWORK_ROLES = frozenset({OfficeRole.NETWORK, OfficeRole.COORDINATOR})
POST_ROLES = frozenset({OfficeRole.EMBASSY, OfficeRole.CONSULATE, OfficeRole.LABOUR_ATTACHE})


@dataclass(frozen=True)
class OfficeFacts:
    """An office as rules see it.

    `country` is the state it belongs to, `host` the state it stands in; `parent` is the
    office it is part of (a consulate's embassy), `escalates_to` the next one that answers
    for its silence. `rank` orders offices of one role in one place, lowest first.
    """

    id: str
    role: OfficeRole
    country: str = ""
    host: str = ""
    place: str = ""
    parent: str | None = None
    escalates_to: str | None = None
    rank: int = 50
    routable: bool = True
    active: bool = True

    @property
    def government(self) -> bool:
        """True when a state answers for this office."""
        return self.role not in NOT_OF_A_STATE


@dataclass(frozen=True)
class Actor:
    """Someone who acts on a case, or asks to see it.

    Staff carry their role and office, and in `opened` the ids of cases that they may read for
    a short time in an emergency; a complainant carries the one case that the tracking code
    opened; the system carries nothing.
    """

    kind: ActorKind
    role: Role | None = None
    staff_id: int | None = None
    office: OfficeFacts | None = None
    case_id: int | None = None
    opened: frozenset[int] = frozenset()

    @property
    def office_id(self) -> str | None:
        """The id of the actor's office, if there is one."""
        return self.office.id if self.office else None

    @property
    def network(self) -> bool:
        """True for staff of the coordination desk, who see across offices."""
        return self.office is not None and self.office.role in NETWORK_ROLES

    @property
    def government(self) -> bool:
        """True for staff of an office that needs the complainant's consent."""
        return self.office is not None and self.office.role not in DESK_ROLES


SYSTEM = Actor(kind=ActorKind.SYSTEM)


class Severity(StrEnum):
    """How fast a case must move."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Said(StrEnum):
    """An answer to a question that a person may leave open."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Track(StrEnum):
    """The two countries that may work on a case in parallel."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class ReferralState(StrEnum):
    """How an office stands to a case that was sent to it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    ENDED = "ended"
    RECALLED = "recalled"


LIVE = frozenset({ReferralState.OFFERED, ReferralState.ACCEPTED})
KEEPS_SIGHT = frozenset({*LIVE, ReferralState.SILENT, ReferralState.ENDED})


@dataclass(frozen=True)
class ReferralFacts:
    """One dispatch of a case to an office."""

    id: int
    office_id: str
    state: ReferralState
    lead: bool
    level: int = 0


class RecipientKind(StrEnum):
    """Whether a consent names one office, a kind of office of a country, or its whole state.

    The recipient is an office id, "TH:labour_authority", or "TH".
    """

    OFFICE = "office"
    ROLE = "role"
    STATE = "state"


class Scope(StrEnum):
    """What a consent lets a recipient see (domain card, "Consent gate")."""

    REFERRAL = "referral"
    NARRATIVE = "narrative"
    IDENTITY = "identity"
    DOCUMENTS = "documents"
    STATISTICS = "statistics"


@dataclass(frozen=True)
class ConsentFact:
    """One decision of the complainant about one recipient and one scope."""

    recipient_kind: RecipientKind
    recipient: str
    scope: Scope
    given: bool
    at: datetime
    withdrawn: bool = False


@dataclass(frozen=True)
class HeldConflict:
    """A conflict of interest that no rule derives any more, and that nobody has lifted yet.

    It is about an office or about a member of staff. `changed_by` made the change after which
    the rules stopped deriving it; None where no member of staff did.
    """

    office_id: str | None
    staff_id: int | None
    changed_by: int | None


@dataclass(frozen=True)
class CaseFacts:
    """A case as rules see it: codes and ids, never words that a person wrote.

    `conflicted` and `complained_staff` hold whom the rules derive and whom a conflict is still
    held against; `held` says which of them wait for the word of a second person. `merged` says
    that the case goes on in another one of the same person.
    """

    id: int
    status: Status = Status.RECEIVED
    level: int = 0
    origin: str = ""
    destination: str = ""
    place: str = ""
    categories: tuple[str, ...] = ()
    severity: Severity = Severity.NORMAL
    documented: Said = Said.UNSURE
    about_official: Said = Said.NO
    triaged: bool = False
    needs_triage: bool = False
    complained_offices: frozenset[str] = frozenset()
    complained_staff: frozenset[int] = frozenset()
    conflicted: frozenset[str] = frozenset()
    held: tuple[HeldConflict, ...] = ()
    desk: str = ""
    caseworker_id: int | None = None
    referrals: tuple[ReferralFacts, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    escalation_asked_at_level: int | None = None
    closed_at: datetime | None = None
    anonymised: bool = False
    merged: bool = False

    @property
    def lead(self) -> ReferralFacts | None:
        """The referral whose office moves the status of the case, while it lives."""
        return next((r for r in self.referrals if r.lead and r.state in LIVE), None)
