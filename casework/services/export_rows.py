"""The lines of an export: codes and values of each case, names only where they were asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from casework.models import Case, CaseCategory, CaseParty, Claim, Party, Person, RemedyEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_CHUNK: Final = 500
PAID: Final = "paid"


@dataclass(frozen=True)
class Who:
    """Who complains and who is affected, and how to reach them safely."""

    names: Sequence[str]
    telephones: Sequence[str]
    ways: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Against:
    """An agency, broker or employer complained about."""

    role: str
    name: str
    licence: str


@dataclass(frozen=True)
class Line:
    """One case. `row` has its columns; sums are by currency; `who` is None without names."""

    row: Row[Any]
    categories: Mapping[str, Sequence[str]]
    against: Sequence[Against]
    claimed: Mapping[str, Decimal]
    paid: Mapping[str, Decimal]
    who: Who | None


def of(session: Session, ids: Sequence[int], *, identity: bool) -> list[Line]:
    """Return the lines of these cases, in this order; nothing sealed is opened without `identity`.

    Every case costs the same few queries for each five hundred of them.
    """
    lines: list[Line] = []
    remaining = iter(ids)
    while chunk := list(islice(remaining, _CHUNK)):
        lines += _chunk(session, chunk, identity=identity)
    return lines


def _chunk(session: Session, ids: Sequence[int], *, identity: bool) -> Iterator[Line]:
    rows = {row.id: row for row in session.execute(_columns().where(Case.id.in_(ids)))}
    categories, against = _categories(session, ids), _against(session, ids)
    claimed, paid = _claimed(session, ids), _paid(session, ids)
    people = _people(session, ids) if identity else {}
    for case_id in ids:
        yield Line(
            rows[case_id],
            categories[case_id],
            against[case_id],
            claimed[case_id],
            paid[case_id],
            _who(people.get(case_id, [])) if identity else None,
        )


def _columns() -> Any:
    return select(
        Case.id,
        Case.reference,
        Case.filed_at,
        Case.closed_at,
        Case.origin,
        Case.destination,
        Case.place,
        Case.sector,
        Case.severity,
        Case.status,
        Case.level,
        Case.headcount,
        Case.women,
        Case.desk_office_id,
        Case.outcome,
        Case.remedy_status,
        Case.close_reason,
        Case.lead_office_id,
    )


def _categories(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    query = select(CaseCategory).where(CaseCategory.case_id.in_(ids))
    for row in session.scalars(query.order_by(CaseCategory.position)):
        kinds = found[row.case_id].setdefault(row.code, [])
        kinds += [row.subcategory] if row.subcategory else []
    return found


def _against(session: Session, ids: Sequence[int]) -> Mapping[int, list[Against]]:
    found: dict[int, list[Against]] = defaultdict(list)
    query = (
        select(CaseParty.case_id, CaseParty.role, Party.name, Party.licence)
        .join(Party, Party.id == CaseParty.party_id)
        .where(CaseParty.case_id.in_(ids))
        .order_by(CaseParty.id)
    )
    for case_id, *against in session.execute(query):
        found[case_id].append(Against(*against))
    return found


def _claimed(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, Decimal]]:
    query = (
        select(Claim.case_id, Claim.currency, func.sum(Claim.amount))
        .where(Claim.case_id.in_(ids))
        .group_by(Claim.case_id, Claim.currency)
    )
    return _sums(session, query)


def _paid(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, Decimal]]:
    query = (
        select(RemedyEntry.case_id, RemedyEntry.currency, func.sum(RemedyEntry.amount))
        .where(
            RemedyEntry.case_id.in_(ids),
            RemedyEntry.state == PAID,
            RemedyEntry.amount.is_not(None),
        )
        .group_by(RemedyEntry.case_id, RemedyEntry.currency)
    )
    return _sums(session, query)


def _sums(session: Session, query: Any) -> Mapping[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for case_id, currency, amount in session.execute(query):
        found[case_id][currency] = amount
    return found


def _people(session: Session, ids: Sequence[int]) -> Mapping[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    query = (
        select(Person)
        .where(Person.case_id.in_(ids))
        .options(joinedload(Person.case).options(lazyload("*")))
        .order_by(Person.id)
    )
    for row in session.scalars(query):
        found[row.case_id].append(row)
    return found


def _who(people: Sequence[Person]) -> Who:
    return Who(
        [each.name for each in people if each.name],
        [each.telephone for each in people if each.telephone],
        [json.loads(each.contact) for each in people if each.contact],
    )
