"""Cases that are likely the same as one that is being written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from casework.domain.search_text import fold
from casework.models import Case, CaseParty, Person
from casework.services import registry, search
from casework.services.told import passport_index, telephone_index
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

SHOWN: Final = 5
_WEEK: Final = timedelta(days=7)
# A shorter part of a name fits too many agencies to say anything.
_SHORTEST_NAME: Final = 3


class Why(StrEnum):
    """What two cases have in common."""

    TELEPHONE = "telephone"
    PASSPORT = "passport"
    AGENCY = "agency"


@dataclass(frozen=True)
class Likely:
    """A visible case and what it has in common."""

    row: Any
    why: Why


def same(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    typed: str,
    names: Iterable[str],
    passport: str = "",
) -> list[Likely]:
    """Return visible cases of the same telephone or passport, or the same agency within a week.

    `typed` is the telephone as written, `passport` its number; `names` are those of agency,
    broker and employer.
    """
    found: dict[int, Likely] = {}
    fingerprints = [telephone_index(number) for number in search.numbers(session, typed)]
    if fingerprints:
        called = select(Person.case_id).where(Person.telephone_index.in_(fingerprints))
        _add(session, actor, found, Case.id.in_(called), Why.TELEPHONE)
    fingerprint = passport_index(passport)
    if fingerprint:
        held = select(Person.case_id).where(Person.passport_index == fingerprint)
        _add(session, actor, found, Case.id.in_(held), Why.PASSPORT)
    against = [registry.matching(name) for name in names if len(fold(name)) >= _SHORTEST_NAME]
    if against:
        named = select(CaseParty.case_id).where(
            or_(*(CaseParty.party_id.in_(ids) for ids in against))
        )
        in_week = Case.filed_at >= now - _WEEK
        _add(session, actor, found, Case.id.in_(named) & in_week, Why.AGENCY)
    return list(found.values())[:SHOWN]


def _add(
    session: Session,
    actor: Actor,
    found: dict[int, Likely],
    fits: ColumnElement[bool],
    why: Why,
) -> None:
    query = (
        select(Case.id, Case.reference, Case.headcount, Case.place, Case.filed_at, Case.status)
        .where(condition(actor), fits)
        .order_by(Case.id.desc())
        .limit(SHOWN)
    )
    for row in session.execute(query):
        found.setdefault(row.id, Likely(row, why))
