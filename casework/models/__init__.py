"""All tables. Importing this package makes the metadata complete."""

from casework.models.answer import Answer
from casework.models.case import Case, CaseCategory, CaseNumber
from casework.models.claim import Claim
from casework.models.clock import Clock
from casework.models.conflict import CaseConflict
from casework.models.consent import Consent
from casework.models.draft import Draft
from casework.models.embassy_contact import EmbassyContact
from casework.models.escalation import Escalation
from casework.models.event import Event
from casework.models.holiday import Holiday
from casework.models.ladder_step import LadderStepRow
from casework.models.login import Login
from casework.models.message import Message
from casework.models.note import Note
from casework.models.notice import Notice
from casework.models.office import Office
from casework.models.party import CaseParty, Party, PartyName
from casework.models.person import Person
from casework.models.referral import Referral
from casework.models.remedy import RemedyEntry
from casework.models.routing_rule import RoutingRule
from casework.models.setting import CountrySetting, Setting
from casework.models.staff import Staff
from casework.models.task import Task
from casework.models.taxonomy_version import TaxonomyVersion
from casework.models.term import TermRow

__all__ = [
    "Answer",
    "Case",
    "CaseCategory",
    "CaseConflict",
    "CaseNumber",
    "CaseParty",
    "Claim",
    "Clock",
    "Consent",
    "CountrySetting",
    "Draft",
    "EmbassyContact",
    "Escalation",
    "Event",
    "Holiday",
    "LadderStepRow",
    "Login",
    "Message",
    "Note",
    "Notice",
    "Office",
    "Party",
    "PartyName",
    "Person",
    "Referral",
    "RemedyEntry",
    "RoutingRule",
    "Setting",
    "Staff",
    "Task",
    "TaxonomyVersion",
    "TermRow",
]
