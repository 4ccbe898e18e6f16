"""What of a case is shown, item by item: values to be worded, read only where they may show.

The page of a case and the preview before a referral are both made from `sight`: what is
previewed is, by construction, what the office then sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.domain.consent import Item
from casework.models import Answer, CaseParty, EmbassyContact, Office, Staff
from casework.services import ledger
from casework.services.evidence import showing
from casework.services.ledger import Line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import OfficeFacts
    from casework.models import Case


@dataclass(frozen=True)
class Corridor:
    """From where to where, and the place and kind of work."""

    origin: str
    destination: str
    place: str
    sector: str


@dataclass(frozen=True)
class About:
    """What the case is about: categories with subcategories, how many people, how grave."""

    categories: Mapping[str, Sequence[str]]
    headcount: int
    women: int | None
    severity: str
    language: str


@dataclass(frozen=True)
class Story:
    """The story as told, in English where somebody wrote that, and as typed in Zawgyi."""

    language: str
    text: str | None
    english: str | None
    original: str | None
    began_on: str
    safe_now: str


@dataclass(frozen=True)
class Answered:
    """An answer under the codes of its category and question."""

    category: str
    question: str
    value: str


@dataclass(frozen=True)
class Against:
    """Someone complained about; `party_id` leads to the registry."""

    role: str
    name: str
    licence: str = ""
    party_id: int | None = None


@dataclass(frozen=True)
class Contacted:
    """One attempt to get help from an embassy."""

    post: str
    result: str
    on_date: str
    how: str
    asked: str | None
    answered: str | None


@dataclass(frozen=True)
class Identity:
    """Who complains and who is affected."""

    name: str | None
    original: str | None
    workers: Sequence[str]
    filed_by: str


@dataclass(frozen=True)
class Reach:
    """How to reach the complainant safely: telephone, way, time, code word, whose telephone."""

    telephone: str | None
    ways: Mapping[str, str]


@dataclass(frozen=True)
class Papers:
    """Whether the worker may live and work there, and the passport's number; for the desk."""

    status: str
    passport: str | None


@dataclass(frozen=True)
class MoneyLine:
    """A line of the ledger; `words` are the person's own, where those may show."""

    claim_id: int | None
    kind: str
    words: str | None
    workers: int
    currency: str
    claimed: Decimal
    offered: Decimal
    ordered: Decimal
    paid: Decimal
    owed: Decimal


@dataclass(frozen=True)
class Helped:
    """A remedy that is not money."""

    kind: str
    state: str
    on_date: str
    workers: int


@dataclass(frozen=True)
class Money:
    """The ledger, with the sums of each currency."""

    lines: Sequence[MoneyLine]
    totals: Sequence[MoneyLine]
    other: Sequence[Helped]


@dataclass(frozen=True)
class Sight:
    """All that somebody sees of a case; what they do not see is None and was never read."""

    items: frozenset[Item]
    reference: str | None = None
    corridor: Corridor | None = None
    categories: About | None = None
    amounts: Money | None = None
    wants: Sequence[str] | None = None
    story: Story | None = None
    answers: Sequence[Answered] | None = None
    parties: Sequence[Against] | None = None
    embassy_contact: Sequence[Contacted] | None = None
    identity: Identity | None = None
    contact: Reach | None = None
    evidence: Sequence[showing.Shown] | None = None
    status_of_papers: Papers | None = None


def sight(
    session: Session, case: Case, items: frozenset[Item], office: OfficeFacts | None = None
) -> Sight:
    """Return the items of a case in values; the other ones are not opened at all.

    `office` is whose sight it is: of files, each office also sees those that it added.
    """
    readers: dict[Item, Callable[[], Any]] = {
        Item.REFERENCE: lambda: case.reference,
        Item.CORRIDOR: lambda: Corridor(case.origin, case.destination, case.place, case.sector),
        Item.CATEGORIES: lambda: _about(case),
        Item.AMOUNTS: lambda: _money(session, case, words=Item.STORY in items),
        Item.WANTS: lambda: tuple(code for code in case.wants.split(",") if code),
        Item.STORY: lambda: _story(case),
        Item.ANSWERS: lambda: _answers(session, case),
        Item.PARTIES: lambda: _parties(session, case),
        Item.EMBASSY_CONTACT: lambda: _contacts(session, case),
        Item.IDENTITY: lambda: _identity(case),
        Item.CONTACT: lambda: _reach(case),
        Item.EVIDENCE: lambda: showing.shown(session, case, office, items),
        Item.STATUS_OF_PAPERS: lambda: _papers(case),
    }
    seen: dict[str, Any] = {item.value: readers[item]() for item in Item if item in items}
    return Sight(items=items, **seen)


def _about(case: Case) -> About:
    chosen: dict[str, list[str]] = {code: [] for code in case.codes}
    for row in case.categories:
        if row.subcategory:
            chosen[row.code].append(row.subcategory)
    return About(chosen, case.headcount, case.women, case.severity, case.language)


def _money(session: Session, case: Case, *, words: bool) -> Money:
    found = ledger.of_case(session, case)
    return Money(
        [_line(line, words=words) for line in found.lines],
        [_line(line, words=False) for line in found.totals],
        [Helped(each.kind, each.state, each.on_date, each.workers) for each in found.other],
    )


def _line(line: Line, *, words: bool) -> MoneyLine:
    claim = line.claim
    return MoneyLine(
        claim.id if claim else None,
        claim.kind if claim else "",
        claim.what if claim and words else None,
        claim.workers if claim else 0,
        line.currency,
        line.claimed,
        line.offered,
        line.ordered,
        line.paid,
        line.owed,
    )


def _story(case: Case) -> Story:
    return Story(
        case.language,
        case.story,
        case.story_english,
        case.story_original,
        case.began_on,
        case.safe_now,
    )


def _answers(session: Session, case: Case) -> tuple[Answered, ...]:
    rows = session.scalars(select(Answer).where(Answer.case_id == case.id).order_by(Answer.id))
    return tuple(Answered(row.category, row.question, row.value or "") for row in rows)


def _parties(session: Session, case: Case) -> tuple[Against, ...]:
    query = (
        select(CaseParty, Staff.name)
        .outerjoin(Staff, Staff.id == CaseParty.staff_id)
        .where(CaseParty.case_id == case.id)
        .order_by(CaseParty.id)
    )
    found = []
    for row, person in session.execute(query):
        if row.party:
            found.append(Against(row.role, row.party.name, row.party.licence, row.party_id))
        else:
            found.append(Against(row.role, row.office.name if row.office else person or ""))
    return tuple(found)


def _contacts(session: Session, case: Case) -> tuple[Contacted, ...]:
    query = (
        select(EmbassyContact, Office.name)
        .outerjoin(Office, Office.id == EmbassyContact.office_id)
        .where(EmbassyContact.case_id == case.id)
        .order_by(EmbassyContact.id)
    )
    return tuple(
        Contacted(name or "", row.result, row.on_date, row.how, row.asked, row.answered)
        for row, name in session.execute(query)
    )


def _identity(case: Case) -> Identity:
    complainant = next((each for each in case.people if each.kind == "complainant"), None)
    workers = [each.name for each in case.people if each.kind == "worker" and each.name]
    return Identity(
        complainant.name if complainant else None,
        complainant.name_original if complainant else None,
        workers,
        case.filed_by,
    )


def _papers(case: Case) -> Papers:
    complainant = next((each for each in case.people if each.kind == "complainant"), None)
    return Papers(case.documented, complainant.passport if complainant else None)


def _reach(case: Case) -> Reach:
    complainant = next((each for each in case.people if each.kind == "complainant"), None)
    if complainant is None:
        return Reach(None, {})
    ways: dict[str, str] = json.loads(complainant.contact or "{}")
    return Reach(complainant.telephone, ways)
