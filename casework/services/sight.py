"""What of a case is shown, item by item: values to be worded, read only where they may show.

The page of a case and the preview before a referral are both made from `sight`: what is
previewed is, by construction, what the office then sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.domain.consent import Item
from casework.models import (
    Answer,
    CaseParty,
    Claim,
    EmbassyContact,
    Party,
    Person,
    RemedyEntry,
    gathered,
)
from casework.services import at_hand, money, names
from casework.services.evidence import showing

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
class Sight:
    """All that somebody sees of a case; what they do not see is None and was never read."""

    items: frozenset[Item]
    reference: str | None = None
    corridor: Corridor | None = None
    categories: About | None = None
    amounts: money.Money | None = None
    wants: Sequence[str] | None = None
    story: Story | None = None
    answers: Sequence[Answered] | None = None
    parties: Sequence[Against] | None = None
    embassy_contact: Sequence[Contacted] | None = None
    identity: Identity | None = None
    contact: Reach | None = None
    evidence: Sequence[showing.Shown] | None = None
    status_of_papers: Papers | None = None


_TABLES: Final[Mapping[Item, gathered.Tables]] = {
    Item.AMOUNTS: (Claim, RemedyEntry),
    Item.ANSWERS: (Answer,),
    Item.PARTIES: (CaseParty, Party),
    Item.EMBASSY_CONTACT: (EmbassyContact,),
    Item.IDENTITY: (Person,),
    Item.CONTACT: (Person,),
    Item.STATUS_OF_PAPERS: (Person,),
}


def tables(items: frozenset[Item]) -> gathered.Tables:
    """Return the tables that `sight` reads for these items, so that they can be read at once."""
    wanted = (table for item in Item if item in items for table in _TABLES.get(item, ()))
    return tuple(dict.fromkeys(wanted))


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
        Item.AMOUNTS: lambda: money.of(session, case, words=Item.STORY in items),
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
    rows = at_hand.all_rows(session, case, Answer)
    return tuple(Answered(row.category, row.question, row.value or "") for row in rows)


def _parties(session: Session, case: Case) -> tuple[Against, ...]:
    rows = at_hand.all_rows(session, case, CaseParty)
    parties = {row.id: row for row in _named(session, case, rows)}
    known = names.of(session, [row.office_id for row in rows], [row.staff_id for row in rows])
    found = []
    for row in rows:
        party = parties.get(row.party_id or 0)
        if party is not None:
            found.append(Against(row.role, party.name, party.licence, party.id))
        else:
            name = known.office(row.office_id) or known.person(row.staff_id)
            found.append(Against(row.role, name))
    return tuple(found)


def _named(session: Session, case: Case, rows: Sequence[CaseParty]) -> Sequence[Party]:
    held = at_hand.rows(session, case, Party)
    if held is not None:
        return held
    wanted = {row.party_id for row in rows if row.party_id is not None}
    return session.scalars(select(Party).where(Party.id.in_(wanted))).all() if wanted else []


def _contacts(session: Session, case: Case) -> tuple[Contacted, ...]:
    rows = at_hand.all_rows(session, case, EmbassyContact)
    known = names.of(session, [row.office_id for row in rows])
    return tuple(
        Contacted(
            known.office(row.office_id), row.result, row.on_date, row.how, row.asked, row.answered
        )
        for row in rows
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
