"""The registry of agencies, brokers and employers, kept across cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.search_text import fold
from casework.models import Case, CaseParty, Party, PartyName
from casework.services.visibility import condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

KINDS = ("agency", "broker", "employer")
SHOWN = 8
_LOOKED_AT = 50


@dataclass(frozen=True)
class Known:
    """A party and what is known of it in the cases the reader may see."""

    party: Party
    cases: int
    workers: int


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
    # Where a sign or two fit thousands, those that are named most are looked at, and no others.
    often = (
        select(Party.id)
        .outerjoin(CaseParty, CaseParty.party_id == Party.id)
        .where(Party.id.in_(matching(typed)), *([Party.kind == kind] if kind else []))
        .group_by(Party.id)
        .order_by(func.count(CaseParty.case_id).desc(), Party.id)
        .limit(_LOOKED_AT)
        .cte("often")
    )
    # A case that names a party twice, as its agency and as its employer, is still one case.
    pairs = (
        select(CaseParty.party_id, CaseParty.case_id)
        .where(CaseParty.party_id.in_(select(often.c.id)))
        .distinct()
        .subquery()
    )
    naming = (
        select(pairs.c.party_id, func.count().label("cases"), func.sum(Case.headcount).label("all"))
        .join(Case, Case.id == pairs.c.case_id)
        .where(condition(actor, of_many=True))
        .group_by(pairs.c.party_id)
        .subquery()
    )
    cases = func.coalesce(naming.c.cases, 0)
    query = (
        select(Party, cases, func.coalesce(naming.c.all, 0))
        .outerjoin(naming, naming.c.party_id == Party.id)
        .where(Party.id.in_(select(often.c.id)))
        .order_by(cases.desc(), Party.id)
        .limit(SHOWN)
    )
    return [Known(*row) for row in session.execute(query)]


def known(session: Session, actor: Actor, party: Party) -> Known:
    """Return what is known of one party, in the cases the reader may see."""
    naming = select(CaseParty.case_id).where(CaseParty.party_id == party.id)
    query = select(func.count(Case.id), func.coalesce(func.sum(Case.headcount), 0)).where(
        Case.id.in_(naming), condition(actor)
    )
    cases, workers = session.execute(query).one()
    return Known(party, cases, workers)
