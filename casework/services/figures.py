"""The supervisor's figures, counted by the worker every few minutes, where there are many cases.

What is late changes by itself while time passes, so that no write could keep these figures true;
the page says of which moment they are. A figure must not tell of a case that its reader may not
know: for every desk, and everybody of it, who is in conflict of interest with a case, the figures
that the case is part of are counted once more without it, at the same instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, delete, false, func, insert, literal, null, or_, select, true
from sqlalchemy.orm import aliased

from casework.db import new_id
from casework.domain.facts import DESK_ROLES, NETWORK_ROLES, Role
from casework.models import Case, CaseConflict, Clock, Figure, Office, Referral, Staff

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
# Whoever steers no more open cases than this has them counted at each look.
FEW: Final = 2000
# A worker that has not counted for so long does not run: the page counts, however long it takes.
OLDEST: Final = timedelta(minutes=30)


class Of(StrEnum):
    """What is counted: open cases by who keeps them, by where they lie, and who was silent."""

    PERSON = "person"
    OFFICE = "office"
    SILENT = "silent"


@dataclass(frozen=True)
class Against:
    """For whom cases are left out: an office, or one of its people; nobody for all cases."""

    office_id: str | None = None
    staff_id: int | None = None

    @property
    def conflicts(self) -> ColumnElement[bool]:
        """The conflicts that forbid them a case."""
        of_office = CaseConflict.office_id == self.office_id
        if self.staff_id is None:
            return of_office
        return or_(of_office, CaseConflict.staff_id == self.staff_id)


@dataclass(frozen=True)
class Sum:
    """The figures of one holder: how many, how many late, how many in a week, since when."""

    open: int
    late: int
    week: int
    oldest: datetime | None


@dataclass(frozen=True)
class Kept:
    """What was counted last for a reader, by what and by holder, and when that was."""

    sums: dict[Of, dict[str, Sum]]
    counted_at: datetime


def running_out(now: datetime) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return the sums of what is late, and of what is due within a week.

    While it is the worker's turn, a case is neither: nobody here can move it.
    """
    runs, ends = Case.waits_for != "complainant", Case.pressing_at
    late, week = ends <= now, and_(ends > now, ends <= now + WEEK)
    first, second = (func.sum(case((and_(runs, which), 1), else_=0)) for which in (late, week))
    return first, second


def lay(sent: type[Referral], since: datetime) -> ColumnElement[bool]:
    """Return whether a dispatch lay with its office at some time since."""
    return or_(sent.ended_at.is_(None), sent.ended_at >= since)


def holder_office() -> ColumnElement[str]:
    """Return with which office a case lies: the one that leads, or else the desk."""
    return func.coalesce(Case.lead_office_id, Case.desk_office_id)


def count(session: Session, now: datetime) -> Sequence[dict[str, Any]]:
    """Return all figures as they are at `now`, as rows to keep. It only reads, and may take long.

    All is counted before it is asked who may not know of what, so that whatever was counted, and
    became a conflict meanwhile, is left out for them as well.
    """
    rows = list(_rows(session, now, Against(), true()))
    for against, desks in _in_conflict(session).items():
        rows += _without(session, now, against, desks, rows)
    return rows


def keep(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Let these figures stand in the place of those before."""
    session.execute(delete(Figure))
    if rows:
        session.execute(insert(Figure), rows)


def _rows(
    session: Session, now: datetime, against: Against, which: ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    """Return all rows of figures of the cases in `which`."""
    queries = {
        Of.PERSON: _open(now, Case.caseworker_id.expression, which),
        Of.OFFICE: _open(now, holder_office(), which),
        Of.SILENT: _silent(now, which),
    }
    for of, query in queries.items():
        for desk, holder, number, late, week, oldest in session.execute(query):
            yield {
                "id": new_id(),
                "of": of.value,
                "desk_office_id": desk,
                "holder": str(holder or ""),
                "against_office_id": against.office_id,
                "against_staff_id": against.staff_id,
                "open": number,
                "late": int(late or 0),
                "week": int(week),
                "oldest": oldest,
                "counted_at": now,
            }


def _open(
    now: datetime, holder: ColumnElement[Any], which: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Case.desk_office_id,
            holder,
            func.count(),
            *running_out(now),
            func.min(Case.filed_at),
        )
        .where(Case.ended == false(), which)
        .group_by(Case.desk_office_id, holder)
    )


def _silent(now: datetime, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the dispatches of the last month to offices that let a clock run out in it."""
    since = now - MONTH
    ran_out = select(Clock.referral_id).where(Clock.lapsed_at >= since).distinct().subquery()
    silent = (
        select(Referral.office_id)
        .join(ran_out, ran_out.c.referral_id == Referral.id)
        .where(lay(Referral, since))
    )
    sent = aliased(Referral)
    return (
        select(
            Case.desk_office_id,
            sent.office_id,
            func.count(),
            func.count(ran_out.c.referral_id),
            literal(0),
            null(),
        )
        .select_from(sent)
        .join(Case, Case.id == sent.case_id)
        .outerjoin(ran_out, ran_out.c.referral_id == sent.id)
        .where(which, lay(sent, since), sent.office_id.in_(silent))
        .group_by(Case.desk_office_id, sent.office_id)
    )


def _in_conflict(session: Session) -> dict[Against, set[str]]:
    """Return who may not know of which cases, among those who steer any, by the cases' desks.

    A desk steers its own cases, the network those of all desks.
    """
    found: dict[Against, set[str]] = defaultdict(set)
    desks = Office.role.in_(DESK_ROLES)
    offices = (
        select(Office.id, null(), Office.role, Case.desk_office_id)
        .join(CaseConflict, CaseConflict.office_id == Office.id)
        .join(Case, Case.id == CaseConflict.case_id)
        .where(desks)
        .distinct()
    )
    people = (
        select(Office.id, Staff.id, Office.role, Case.desk_office_id)
        .join(Staff, Staff.office_id == Office.id)
        .join(CaseConflict, CaseConflict.staff_id == Staff.id)
        .join(Case, Case.id == CaseConflict.case_id)
        .where(desks)
        .distinct()
    )
    for query in (offices, people):
        for office_id, staff_id, role, desk in session.execute(query):
            if desk == office_id or role in NETWORK_ROLES:
                found[Against(office_id, staff_id)].add(desk)
    for against, cases_of in found.items():
        # Whoever may not know of some cases may not know of those of the whole office either.
        cases_of.update(found.get(Against(against.office_id), ()))
    return found


def _without(
    session: Session,
    now: datetime,
    against: Against,
    desks: set[str],
    everything: Iterable[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows that differ for whoever is in conflict with some of the cases."""
    forbidden = select(CaseConflict.case_id).where(against.conflicts)
    known = and_(Case.desk_office_id.in_(desks), Case.id.not_in(forbidden))
    left = {_key(row): row for row in _rows(session, now, against, known)}
    none = {"open": 0, "late": 0, "week": 0, "oldest": None}
    named = {"against_office_id": against.office_id, "against_staff_id": against.staff_id}
    found = []
    for row in everything:
        if row["against_office_id"] is None and row["desk_office_id"] in desks:
            other = left.get(_key(row)) or row | none | named | {"id": new_id()}
            if any(other[name] != row[name] for name in none):
                found.append(other)
    return found


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["of"], row["desk_office_id"], row["holder"]


def kept(session: Session, actor: Actor, now: datetime, few: int = FEW) -> Kept | None:
    """Return what was counted last of the cases that the actor steers.

    None where that is to be counted now: they are `few`, or no worker has counted lately.
    """
    if actor.government or actor.role not in {Role.SUPERVISOR, Role.COORDINATOR}:
        return None
    rows = _read(session, actor)
    if not rows or rows[0].counted_at < now - OLDEST:
        return None
    if any(row.against_staff_id and row.against_office_id != actor.office_id for row in rows):
        # Whoever has changed desks since then is told nothing of what was counted for the old one.
        return None
    sums = _sums(rows)
    if sum(each.open for each in sums[Of.PERSON].values()) <= few:
        return None
    return Kept(sums, rows[0].counted_at)


def _read(session: Session, actor: Actor) -> Sequence[Any]:
    """Return the rows for the actor: those of all cases first, those of the fewest last."""
    theirs = or_(
        Figure.against_staff_id == actor.staff_id,
        and_(Figure.against_office_id == actor.office_id, Figure.against_staff_id.is_(None)),
    )
    query = select(*Figure.__table__.c).where(or_(Figure.against_office_id.is_(None), theirs))
    if not actor.network:
        query = query.where(Figure.desk_office_id == actor.office_id)
    rows = session.execute(query).all()
    return sorted(rows, key=lambda row: (bool(row.against_office_id), bool(row.against_staff_id)))


def _sums(rows: Iterable[Any]) -> dict[Of, dict[str, Sum]]:
    """Return the sums over all desks, a later row standing for an earlier one of the same."""
    last = {(row.of, row.desk_office_id, row.holder): row for row in rows}
    by_holder: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in last.values():
        if row.open:
            by_holder[row.of, row.holder].append(row)
    found: dict[Of, dict[str, Sum]] = {of: {} for of in Of}
    for (of, holder), some in by_holder.items():
        found[Of(of)][holder] = Sum(
            sum(row.open for row in some),
            sum(row.late for row in some),
            sum(row.week for row in some),
            min((row.oldest for row in some if row.oldest), default=None),
        )
    return found
