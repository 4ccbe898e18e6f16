"""Finding cases: by reference, by who is complained about, by telephone, by coded facts.

Every answer is a condition on the list of visible cases. Sealed text is never searched; a
telephone or passport is found by its blind index, and by nothing less than the whole number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, false, func, literal, or_, select, union_all

from casework.domain import consent, reference
from casework.domain.consent import Item
from casework.domain.digits import to_latin_in_number, without_separators
from casework.domain.search_text import clean, fold, telephone
from casework.models import Case, CaseCategory, CaseParty, Consent, Person, Referral
from casework.models.referral import key_of_number
from casework.services import directory, registry
from casework.services.facts import consent_fact
from casework.services.told import passport_index, telephone_index
from casework.services.visibility import condition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# A part of a reference that is shorter would find nearly every case.
_SHORTEST_PART: Final = 3
_LONGEST_PART: Final = 11
# So many cases are named one by one. Where a part of a name fits more, one of them is met soon by
# whoever walks through the list, so that each case that is met is asked.
FEW: Final = 1000
_PLACES: Final = 500
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
    WORDS = "words"


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


def find(
    session: Session,
    actor: Actor,
    typed: str,
    coded: Coded,
    *,
    few: int = FEW,
    sure: bool = True,
) -> Found:
    """Return which of the visible cases fit what was typed; up to `few` are named one by one.

    Unless it has to be `sure`, nobody asks whether there is a visible case for each way that is
    returned: whoever reads the list sees it.
    """
    named = {
        By.NUMBER: _office_number(actor, typed),
        By.PARTY: _party(typed),
        By.TELEPHONE: _telephone(session, typed),
        By.PASSPORT: _passport(typed),
    }
    given = {by: cases for by, cases in named.items() if cases is not None}
    found = _few(session, typed, given, few)
    items = {
        By.PARTY: Item.PARTIES,
        By.TELEPHONE: Item.CONTACT,
        By.PASSPORT: Item.STATUS_OF_PAPERS,
    }
    for by, item in items.items():
        if by in found:
            found[by] = _if_told(session, actor, item, found[by])
    whole = {By.REFERENCE: _reference(typed), By.FACTS: _facts(session, typed, coded)}
    tried = found | {by: way for by, way in whole.items() if way is not None}
    fitting = _fitting(session, actor, tried) if sure else frozenset(tried)
    return Found(or_(false(), *(tried[by] for by in sorted(fitting))), fitting)


def _few(
    session: Session, typed: str, named: Mapping[By, Select[int]], few: int
) -> dict[By, ColumnElement[bool]]:
    """Return the ways by which any case is found at all, read in one go.

    Cases that are few are named one by one: a database that knows them does not look for them
    among all. Of those that are many it must not gather all either, for a page of 25.
    """
    if not named:
        return {}
    some = [
        select(literal(by.value).label("by"), query.limit(few + 1).subquery().c[0])
        for by, query in named.items()
    ]
    ids: dict[By, list[int]] = {}
    for by, case_id in session.execute(union_all(*some)):
        ids.setdefault(By(by), []).append(case_id)
    many = {by: Case.id.in_(named[by]) for by in ids} | {By.PARTY: _asked(typed)}
    return {by: Case.id.in_(found) if len(found) <= few else many[by] for by, found in ids.items()}


def _asked(typed: str) -> ColumnElement[bool]:
    """Return whether a case names a party that fits, to be asked of each case by itself."""
    # As a sum, so that the parties of the case are read and held against those that fit: by an
    # index of parties all that fit would be tried with each case.
    party_id = CaseParty.party_id + 0
    named = exists().where(CaseParty.case_id == Case.id, party_id.in_(registry.matching(typed)))
    return named.correlate(Case)


def _fitting(
    session: Session, actor: Actor, tried: Mapping[By, ColumnElement[bool]]
) -> frozenset[By]:
    """Return the ways by which at least one visible case is found: one question for all."""
    if not tried:
        return frozenset()
    asked = (select(Case.id).where(condition(actor), way).exists() for way in tried.values())
    answers = session.execute(select(*asked)).one()
    return frozenset(by for by, fits in zip(tried, answers, strict=True) if fits)


def _reference(typed: str) -> ColumnElement[bool] | None:
    """Find a reference by a part of it: any script's digits, dashes or not."""
    part = without_separators(to_latin_in_number(typed)).upper()
    if not part.isascii() or not part.isalnum() or not any(c.isdigit() for c in part):
        return None
    if not _SHORTEST_PART <= len(part) <= _LONGEST_PART:
        return None
    return func.replace(Case.reference, "-", "").contains(part)


def _office_number(actor: Actor, typed: str) -> Select[int] | None:
    """Find a case by the number that an office keeps it under; an office knows its own only."""
    if not fold(typed):
        return None
    numbered = select(Referral.case_id).where(Referral.number_key == key_of_number(clean(typed)))
    if actor.government:
        numbered = numbered.where(Referral.office_id == actor.office_id)
    return numbered


def _party(typed: str) -> Select[int] | None:
    """Find a case by a part of the name of an agency, broker or employer, in any script."""
    if not fold(typed):
        return None
    return select(CaseParty.case_id).where(CaseParty.party_id.in_(registry.matching(typed)))


def numbers(session: Session, typed: str) -> set[str]:
    """Return the telephone numbers that may be meant, read in every country of our corridors."""
    rows = directory.countries(session).values()
    regions = [row.code for row in rows if row.origin or row.destination]
    return set(in_regions(typed, regions))


def in_regions(typed: str, regions: Iterable[str]) -> list[str]:
    """Return the telephone numbers that were meant, read as dialled in each region in turn."""
    found = (telephone(typed, region) for region in regions)
    return [number for number in found if number]


def _telephone(session: Session, typed: str) -> Select[int] | None:
    fingerprints = [telephone_index(number) for number in numbers(session, typed)]
    if not fingerprints:
        return None
    return select(Person.case_id).where(Person.telephone_index.in_(fingerprints))


def _passport(typed: str) -> Select[int] | None:
    fingerprint = passport_index(typed)
    if fingerprint is None:
        return None
    return select(Person.case_id).where(Person.passport_index == fingerprint)


def _places(session: Session, typed: str) -> Sequence[str]:
    """Return the places with this text in their name: each is read once, however many cases."""
    least = select(Case.place).order_by(Case.place).limit(1).scalar_subquery()
    first = select(least.label("name")).cte("places", recursive=True)
    after = select(Case.place).where(Case.place > first.c.name).order_by(Case.place).limit(1)
    places = first.union_all(select(after.scalar_subquery()).where(first.c.name.is_not(None)))
    fits = places.c.name.icontains(clean(typed), autoescape=True)
    return session.scalars(select(places.c.name).where(fits).limit(_PLACES)).all()


def _facts(session: Session, typed: str, coded: Coded) -> ColumnElement[bool] | None:
    """Find a case by its place, or by codes whose names were typed."""
    if not fold(typed):
        return None
    places = _places(session, typed)
    found: list[ColumnElement[bool]] = [Case.place.in_(places)] if places else []
    if coded.categories:
        fits = select(CaseCategory.case_id).where(CaseCategory.code.in_(coded.categories))
        found.append(Case.id.in_(fits))
    if coded.countries:
        found += [Case.origin.in_(coded.countries), Case.destination.in_(coded.countries)]
    if coded.sectors:
        found.append(Case.sector.in_(coded.sectors))
    return or_(*found) if found else None


def _if_told(
    session: Session, actor: Actor, item: Item, way: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Keep of a way only the cases of which the actor is told the item.

    An office that is not told who is complained about must not find it out by searching.
    """
    if actor.office is None or not actor.government:
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
