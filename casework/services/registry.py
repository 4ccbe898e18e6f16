"""The registry of agencies, brokers and employers, kept across cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, func, literal, select, union_all, update

from casework.domain.search_text import fold
from casework.models import Case, CaseParty, Party, PartyName
from casework.services.visibility import condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

KINDS = ("agency", "broker", "employer")
SHOWN = 8
# Of the parties that fit, those that are named most are looked at, and no others ...
_LOOKED_AT = 12
# ... and nobody counts further than this: a page says "999+".
MOST = 1000


@dataclass(frozen=True)
class Known:
    """A party and what is known of it in the cases the reader may see."""

    party: Party
    cases: int
    workers: int

    @property
    def whole(self) -> bool:
        """Whether all cases have been counted, and their workers with them."""
        return self.cases < MOST


def find_or_add(
    session: Session, kind: str, name: str, licence: str = "", party_id: int | None = None
) -> Party:
    """Return the party that was picked, or that bears exactly this name; else a new one."""
    picked = session.get(Party, party_id) if party_id else None
    folded = fold(name)
    same = (
        select(Party)
        .join(PartyName)
        .where(PartyName.folded == folded, Party.kind == kind)
        .order_by(Party.id)
        .limit(1)
    )
    party = picked or session.scalars(same).first()
    if party is None:
        party = Party(kind=kind, name=name, licence=licence)
        party.names.append(PartyName(name=name, folded=folded))
        session.add(party)
        session.flush()
    elif licence and not party.licence:
        party.licence = licence
    if picked is not None:
        # Whoever picked a known party and typed another name has told us one more of its names.
        add_name(session, picked, name)
    return party


def add_name(session: Session, party: Party, name: str) -> None:
    """Let the party be found under one more name."""
    folded = fold(name)
    if all(known.folded != folded for known in party.names):
        party.names.append(PartyName(name=name, folded=folded))
        session.flush()


def pattern(typed: str) -> str:
    """Return a LIKE pattern for a part of a folded name; % and _ mean themselves."""
    escaped = fold(typed)
    for sign in ("\\", "%", "_"):
        escaped = escaped.replace(sign, "\\" + sign)
    return f"%{escaped}%"


def matching(typed: str) -> Select[int]:
    """Return a query for the ids of all parties with this text in one of their names."""
    return select(PartyName.party_id).where(PartyName.folded.like(pattern(typed), escape="\\"))


def search(session: Session, actor: Actor, typed: str, kind: str | None = None) -> Sequence[Known]:
    """Return parties with this text in a name, most complained about first.

    Counts speak only of cases the reader may see.
    """
    if not fold(typed):
        return []
    often = (
        select(Party)
        .where(Party.id.in_(matching(typed)), *([Party.kind == kind] if kind else []))
        .order_by(Party.named.desc(), Party.id)
        .limit(_LOOKED_AT)
    )
    parties = session.scalars(often).all()
    numbers = _numbers(session, actor, [party.id for party in parties])
    found = [Known(party, *numbers[party.id]) for party in parties]
    return sorted(found, key=lambda known: (-known.cases, known.party.id))[:SHOWN]


def _numbers(
    session: Session, actor: Actor, party_ids: Sequence[int]
) -> Mapping[int, tuple[int, int]]:
    """Return for each party in how many cases the actor finds it, and how many workers they have.

    A case that names a party twice, as its agency and as its employer, is still one case.
    """
    seen, counted = condition(actor), []
    for party_id in party_ids:
        naming = (
            select(func.max(Case.headcount).label("headcount"))
            .select_from(CaseParty)
            .join(Case, Case.id == CaseParty.case_id)
            .where(CaseParty.party_id == party_id, seen)
            .group_by(CaseParty.case_id)
            .limit(MOST)
            .subquery()
        )
        sums = func.count(), func.coalesce(func.sum(naming.c.headcount), 0)
        counted.append(select(literal(party_id, BigInteger), *sums))
    if not counted:
        return {}
    rows = session.execute(union_all(*counted))
    return {party_id: (cases, int(workers)) for party_id, cases, workers in rows}


def count_named(session: Session) -> Mapping[int, int]:
    """Return by party in how many cases it is named, where that is another number by now."""
    pairs = select(CaseParty.party_id, CaseParty.case_id).distinct().subquery()
    by_party = (
        select(pairs.c.party_id, func.count().label("named")).group_by(pairs.c.party_id).subquery()
    )
    number = func.coalesce(by_party.c.named, 0)
    differing = (
        select(Party.id, number)
        .outerjoin(by_party, by_party.c.party_id == Party.id)
        .where(Party.named != number)
    )
    return {row[0]: row[1] for row in session.execute(differing)}


def keep_named(session: Session, numbers: Mapping[int, int]) -> None:
    """Keep in how many cases each party is named."""
    for party_id, named in numbers.items():
        session.execute(update(Party).where(Party.id == party_id).values(named=named))


def known(session: Session, actor: Actor, party: Party) -> Known:
    """Return what is known of one party, in the cases the reader may see."""
    naming = select(CaseParty.case_id).where(CaseParty.party_id == party.id)
    query = select(func.count(Case.id), func.coalesce(func.sum(Case.headcount), 0)).where(
        Case.id.in_(naming), condition(actor)
    )
    cases, workers = session.execute(query).one()
    return Known(party, cases, workers)
