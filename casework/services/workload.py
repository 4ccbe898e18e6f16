"""Who carries how much: open cases by person and by office, and offices that stay silent.

Every figure counts only the cases that are the reader's to steer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import aliased

from casework.domain.facts import DESK_ROLES
from casework.models import Case, Clock, Office, Referral, Staff
from casework.services import urgency
from casework.services.supervision import WEEK, own, steered
from casework.services.triage import DESK_STAFF

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

MONTH: Final = timedelta(days=30)
_MOST_SILENT: Final = 8


@dataclass(frozen=True)
class Load:
    """The open cases of a person or an office; `name` is empty for cases that nobody keeps."""

    id: Any
    name: str
    open: int
    late: int
    week: int
    oldest: datetime

    @property
    def other(self) -> int:
        """How many are neither late nor due within a week."""
        return self.open - self.late - self.week


@dataclass(frozen=True)
class Silence:
    """Of the dispatches that lay with an office in a month, how many ran out of time."""

    office_id: str
    name: str
    lapses: int
    sent: int


def by_person(session: Session, actor: Actor, now: datetime) -> Sequence[Load]:
    """Return what each caseworker keeps, whoever is latest first."""
    return _loads(session, actor, now, Case.caseworker_id.expression, Staff)


def by_office(session: Session, actor: Actor, now: datetime) -> Sequence[Load]:
    """Return what lies with each office: the one that leads, or else the desk."""
    holder = func.coalesce(urgency.lead_office(), Case.desk_office_id)
    return _loads(session, actor, now, holder, Office)


def _loads(
    session: Session,
    actor: Actor,
    now: datetime,
    holder: ColumnElement[Any],
    of: type[Staff | Office],
) -> Sequence[Load]:
    each = (
        select(
            holder.label("holder"),
            (Case.waits_for != "complainant").label("runs"),
            urgency.due(actor).label("due_at"),
            Case.filed_at.label("filed_at"),
        )
        .where(steered(actor))
        .subquery()
    )
    # While it is the worker's turn, a case is neither late nor due: nobody here can move it.
    late = and_(each.c.runs, each.c.due_at <= now)
    week = and_(each.c.runs, each.c.due_at > now, each.c.due_at <= now + WEEK)
    sums = [func.sum(case((which, 1), else_=0)) for which in (late, week)]
    query = (
        select(each.c.holder, of.name, func.count(), *sums, func.min(each.c.filed_at))
        .select_from(each)
        .outerjoin(of, of.id == each.c.holder)
        .group_by(each.c.holder, of.name)
        .order_by(sums[0].desc(), func.count().desc(), of.name)
    )
    return [
        Load(holder_id, title or "", number, int(behind), int(soon), oldest)
        for holder_id, title, number, behind, soon, oldest in session.execute(query)
    ]


def silent_offices(session: Session, actor: Actor, now: datetime) -> Sequence[Silence]:
    """Return the offices that let a clock run out in the last 30 days, the most silent first.

    A dispatch counts once, however many of its clocks ran out, and against all dispatches of
    these cases that lay with the office at some time of these days.
    """
    since = now - MONTH
    # Under a name of its own: what the reader may see asks for referrals as well.
    sent = aliased(Referral)
    lapsed = exists().where(Clock.referral_id == sent.id, Clock.lapsed_at >= since)
    lapses = func.sum(case((lapsed, 1), else_=0))
    query = (
        select(Office.id, Office.name, lapses, func.count())
        .select_from(sent)
        .join(Case, Case.id == sent.case_id)
        .join(Office, Office.id == sent.office_id)
        .where(own(actor), sent.ended_at.is_(None) | (sent.ended_at >= since))
        .group_by(Office.id, Office.name)
        .having(lapses > 0)
        .order_by(lapses.desc(), Office.name)
        .limit(_MOST_SILENT)
    )
    return [Silence(each, name, int(n), of) for each, name, n, of in session.execute(query)]


def kept_by(session: Session, actor: Actor, staff_id: int) -> Sequence[Row[int, str]]:
    """Return id and reference of the open cases that somebody keeps, the next due first."""
    query = (
        select(Case.id, Case.reference)
        .where(steered(actor), Case.caseworker_id == staff_id)
        .order_by(urgency.due(actor), Case.id)
    )
    return session.execute(query).all()


def keepers(session: Session, actor: Actor) -> Sequence[Row[int, str, str]]:
    """Return id, name and desk of whoever can be given cases: of the own desk, or of any desk.

    Any desk is the network's to choose from.
    """
    query = (
        select(Staff.id, Staff.name, Office.name.label("desk"))
        .join(Office, Office.id == Staff.office_id)
        .where(
            Staff.active,
            Office.active,
            Staff.role.in_(DESK_STAFF),
            Office.role.in_(DESK_ROLES),
        )
        .order_by(Office.name, Staff.name, Staff.id)
    )
    if not actor.network:
        query = query.where(Staff.office_id == actor.office_id)
    return session.execute(query).all()
