"""A complaint as it was told: checked by its form, and not yet stored.

The web form, the caseworker's page and the import all make the same value of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from casework.domain.consent import Decision
from casework.domain.facts import Said


@dataclass(frozen=True)
class MoneyRow:
    """One line of money: what for, how much, when."""

    kind: str
    amount: Decimal
    currency: str
    what: str = ""
    workers: int = 1
    from_on: str = ""
    to_on: str = ""
    receipt: str = ""


@dataclass(frozen=True)
class PartyNamed:
    """An agency, broker or employer as the person named it."""

    role: str
    name: str
    licence: str = ""
    party_id: int | None = None


@dataclass(frozen=True)
class Contact:
    """One attempt to get help from the embassy."""

    result: str
    office_id: str | None = None
    on_date: str = ""
    how: str = ""
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True)
class IntakeData:
    """A complaint as it was told, checked by its form and not yet stored.

    `categories` keeps the order of choice, each with its subcategories; `answers` is keyed by
    category and question; `contact` says how to reach the person safely.
    """

    language: str
    channel: str
    origin: str
    destination: str
    categories: dict[str, list[str]]
    filed_by: str = "self"
    headcount: int = 1
    women: int | None = None
    place: str = ""
    sector: str = ""
    began_on: str = ""
    story: str = ""
    story_english: str = ""
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    parties: Sequence[PartyNamed] = ()
    about_official: Said = Said.NO
    complained_offices: Sequence[str] = ()
    complained_staff: Sequence[int] = ()
    money: Sequence[MoneyRow] = ()
    embassy: Sequence[Contact] = ()
    wants: Sequence[str] = ()
    documented: Said = Said.UNSURE
    safe_now: Said = Said.UNSURE
    name: str = ""
    worker_name: str = ""
    telephone: str = ""
    telephone_e164: str | None = None
    passport: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    consent_how: str = "form"
    campaign: str = ""
    severity: str | None = None
    import_id: str | None = None
