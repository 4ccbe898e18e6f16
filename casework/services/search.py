"""Finding cases: by reference, by who is complained about, by telephone, by coded facts.

Every answer is a condition on the list of visible cases. Sealed text is never searched; a
telephone or passport is found by its blind index, and by nothing less than the whole number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import false, func, or_, select

from casework.domain import consent, reference
from casework.domain.consent import Item
from casework.domain.digits import to_latin_in_number, without_separators
from casework.domain.search_text import clean, fold, telephone
from casework.models import Case, CaseCategory, CaseParty, Consent, Person, Referral
from casework.services import directory, registry
from casework.services.facts import consent_fact
from casework.services.told import passport_index, telephone_index
from casework.services.visibility import condition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# A part of a reference that is shorter would find nearly every case.
_SHORTEST_PART: Final = 3
_LONGEST_PART: Final = 11
# Before an office is shown a match, each of its consents is looked at: only so many.
_WEIGHED: Final = 200


class By(StrEnum):
    """What of a case the words were found in."""

    REFERENCE = "reference"
    NUMBER = "number"
    PARTY = "party"
    TELEPHONE = "telephone"
    PASSPORT = "passport"
    FACTS = "facts"


@dataclass(frozen=True)
class Coded:
    """Codes whose names fit the words; the caller knows the names in the reader's language."""

    categories: Sequence[str] = ()
    countries: Sequence[str] = ()
    sectors: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """The condition on the list of cases, and what it was that fitted."""

    condition: ColumnElement[bool]
    by: frozenset[By]


def exact(session: Session, actor: Actor, typed: str) -> str | None:
    """Return the reference that was typed in full, if it is of a case the actor may see."""
    try:
        wanted = reference.parse(typed)
    except reference.BadReference:
        return None
    return session.scalar(select(Case.reference).where(Case.reference == wanted, condition(actor)))


def find(session: Session, actor: Actor, typed: str, coded: Coded) -> Found:
    """Return which of the visible cases fit what was typed."""
    ways = {
        By.REFERENCE: _reference(typed),
        By.NUMBER: _office_number(actor, typed),
        By.PARTY: _if_told(session, actor, Item.PARTIES, _party(typed)),
        By.TELEPHONE: _if_told(session, actor, Item.CONTACT, _telephone(session, typed)),
        By.PASSPORT: _if_told(session, actor, Item.STATUS_OF_PAPERS, _passport(typed)),
        By.FACTS: _facts(typed, coded),
    }
    tried = {by: way for by, way in ways.items() if way is not None}
    fitting = frozenset(by for by, way in tried.items() if _any(session, actor, way))
    return Found(or_(false(), *(tried[by] for by in sorted(fitting))), fitting)


def _any(session: Session, actor: Actor, way: ColumnElement[bool]) -> bool:
    return session.scalar(select(Case.id).where(condition(actor), way).limit(1)) is not None


def _reference(typed: str) -> ColumnElement[bool] | None:
    """Find a reference by a part of it: any script's digits, dashes or not."""
    part = without_separators(to_latin_in_number(typed)).upper()
    if not part.isascii() or not part.isalnum() or not any(c.isdigit() for c in part):
        return None
    if not _SHORTEST_PART <= len(part) <= _LONGEST_PART:
        return None
    return func.replace(Case.reference, "-", "").contains(part)


def _office_number(actor: Actor, typed: str) -> ColumnElement[bool] | None:
    """Find a case by the number that an office keeps it under; an office knows its own only."""
    if not fold(typed):
        return None
    numbered = select(Referral.case_id).where(
        func.lower(Referral.office_number) == clean(typed).lower()
    )
    if actor.government:
        numbered = numbered.where(Referral.office_id == actor.office_id)
    return Case.id.in_(numbered)


def _party(typed: str) -> ColumnElement[bool] | None:
    """Find a case by a part of the name of an agency, broker or employer, in any script."""
    if not fold(typed):
        return None
    named = select(CaseParty.case_id).where(CaseParty.party_id.in_(registry.matching(typed)))
    return Case.id.in_(named)


def numbers(session: Session, typed: str) -> set[str]:
    """Return the telephone numbers that may be meant, read in every country of our corridors."""
    rows = directory.countries(session).values()
    regions = [row.code for row in rows if row.origin or row.destination]
    return set(in_regions(typed, regions))


def in_regions(typed: str, regions: Iterable[str]) -> list[str]:
    """Return the telephone numbers that were meant, read as dialled in each region in turn."""
    found = (telephone(typed, region) for region in regions)
    return [number for number in found if number]


def _telephone(session: Session, typed: str) -> ColumnElement[bool] | None:
    fingerprints = [telephone_index(number) for number in numbers(session, typed)]
    if not fingerprints:
        return None
    called = select(Person.case_id).where(Person.telephone_index.in_(fingerprints))
    return Case.id.in_(called)


def _passport(typed: str) -> ColumnElement[bool] | None:
    fingerprint = passport_index(typed)
    if fingerprint is None:
        return None
    held = select(Person.case_id).where(Person.passport_index == fingerprint)
    return Case.id.in_(held)


def _facts(typed: str, coded: Coded) -> ColumnElement[bool] | None:
    """Find a case by its place, or by codes whose names were typed."""
    if not fold(typed):
        return None
    found: list[ColumnElement[bool]] = [Case.place.icontains(clean(typed), autoescape=True)]
    if coded.categories:
        fits = select(CaseCategory.case_id).where(CaseCategory.code.in_(coded.categories))
        found.append(Case.id.in_(fits))
    if coded.countries:
        found += [Case.origin.in_(coded.countries), Case.destination.in_(coded.countries)]
    if coded.sectors:
        found.append(Case.sector.in_(coded.sectors))
    return or_(*found)


def _if_told(
    session: Session, actor: Actor, item: Item, way: ColumnElement[bool] | None
) -> ColumnElement[bool] | None:
    """Keep of a way only the cases of which the actor is told the item.

    An office that is not told who is complained about must not find it out by searching.
    """
    if way is None or actor.office is None or not actor.government:
        return way
    newest = select(Case.id).where(condition(actor), way).order_by(Case.id.desc())
    ids = session.scalars(newest.limit(_WEIGHED)).all()
    rows = session.scalars(select(Consent).where(Consent.case_id.in_(ids))).all()
    told = [
        case_id
        for case_id in ids
        if item
        in consent.items_for(
            actor.office, [consent_fact(row) for row in rows if row.case_id == case_id]
        )
    ]
    return Case.id.in_(told)


def of_party(party_ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition on cases in which one of these parties is complained about."""
    named = select(CaseParty.case_id).where(CaseParty.party_id.in_(list(party_ids)))
    return Case.id.in_(named)
