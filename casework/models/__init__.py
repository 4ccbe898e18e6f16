"""All tables. Importing this package makes the metadata complete.

It also makes the history chained and guarded, whoever writes it, and keeps where cases stand.
"""

from casework.models import chaining as chaining
from casework.models import guards as guards
from casework.models import standing as standing
from casework.models.account_notice import AccountNotice
from casework.models.answer import Answer
from casework.models.attempt import Attempt
from casework.models.case import Case, CaseCategory, CaseNumber
from casework.models.chain_head import ChainHead
from casework.models.claim import Claim
from casework.models.clock import Clock
from casework.models.conflict import CaseConflict
from casework.models.consent import Consent
from casework.models.draft import Draft
from casework.models.embassy_contact import EmbassyContact
from casework.models.emergency_access import EmergencyAccess
from casework.models.escalation import Escalation
from casework.models.event import Event
from casework.models.evidence import Evidence
from casework.models.export import Export
from casework.models.figure import Figure
from casework.models.handshake import Handshake
from casework.models.holiday import Holiday
from casework.models.ladder_step import LadderStepRow
from casework.models.legal_hold import LegalHold
from casework.models.letter_wish import LetterWish
from casework.models.login import Login
from casework.models.message import Message
from casework.models.note import Note
from casework.models.notice import Notice
from casework.models.office import Office
from casework.models.office_webhook import OfficeWebhook
from casework.models.outbox import Letter
from casework.models.packet import Packet
from casework.models.party import CaseParty, Party, PartyName
from casework.models.passkey import Passkey
from casework.models.person import Person
from casework.models.recovery_code import RecoveryCode
from casework.models.referral import Referral
from casework.models.remedy import RemedyEntry
from casework.models.retention_rule import RetentionRule
from casework.models.routing_rule import RoutingRule
from casework.models.second_factor import SecondFactor
from casework.models.setting import CountrySetting, Setting
from casework.models.staff import Staff
from casework.models.task import Task
from casework.models.taxonomy_version import TaxonomyVersion
from casework.models.term import TermRow
from casework.models.worker_turn import WorkerTurn

__all__ = [
    "AccountNotice",
    "Answer",
    "Attempt",
    "Case",
    "CaseCategory",
    "CaseConflict",
    "CaseNumber",
    "CaseParty",
    "ChainHead",
    "Claim",
    "Clock",
    "Consent",
    "CountrySetting",
    "Draft",
    "EmbassyContact",
    "EmergencyAccess",
    "Escalation",
    "Event",
    "Evidence",
    "Export",
    "Figure",
    "Handshake",
    "Holiday",
    "LadderStepRow",
    "LegalHold",
    "Letter",
    "LetterWish",
    "Login",
    "Message",
    "Note",
    "Notice",
    "Office",
    "OfficeWebhook",
    "Packet",
    "Party",
    "PartyName",
    "Passkey",
    "Person",
    "RecoveryCode",
    "Referral",
    "RemedyEntry",
    "RetentionRule",
    "RoutingRule",
    "SecondFactor",
    "Setting",
    "Staff",
    "Task",
    "TaxonomyVersion",
    "TermRow",
    "WorkerTurn",
]
