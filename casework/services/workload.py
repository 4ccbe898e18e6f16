"""Who carries how much: open cases by person and by office, and offices that stay silent.

Every figure counts only the cases that are the reader's to steer: at each look, or as `figures`
has kept it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from casework.domain.facts import DESK_ROLES
from casework.models import Case, Clock, Office, Referral, Staff
from casework.models.case import NEVER
from casework.services import figures, names
from casework.services.figures import MONTH, Of
from casework.services.supervision import own, steered
from casework.services.triage import DESK_STAFF

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.figures import Kept, Sum

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


def by_person(
    session: Session, actor: Actor, now: datetime, kept: Kept | None = None
) -> Sequence[Load]:
    """Return what each caseworker keeps, whoever is latest first.

    `kept` is what was counted before, where it is to be shown; so in what follows.
    """
    if kept is not None:
        return _people(session, kept.sums[Of.PERSON])
    return _loads(session, actor, now, Case.caseworker_id.expression, Staff)


def by_office(
    session: Session, actor: Actor, now: datetime, kept: Kept | None = None
) -> Sequence[Load]:
    """Return what lies with each office: the one that leads, or else the desk."""
    if kept is not None:
        return _offices(session, kept.sums[Of.OFFICE])
    return _loads(session, actor, now, figures.holder_office(), Office)


def _people(session: Session, sums: Mapping[str, Sum]) -> Sequence[Load]:
    ids = [int(holder) for holder in sums if holder]
    return _told(sums, int, names.of(session, (), ids).staff)


def _offices(session: Session, sums: Mapping[str, Sum]) -> Sequence[Load]:
    return _told(sums, str, names.of(session, sums).offices)


def _told(
    sums: Mapping[str, Sum], as_id: Callable[[str], Any], titles: Mapping[Any, str]
) -> Sequence[Load]:
    """Return the loads that were counted before, in the order in which others are."""
    loads = []
    for holder, each in sums.items():
        held_by = as_id(holder) if holder else None
        oldest = each.oldest or NEVER
        loads.append(
            Load(held_by, titles.get(held_by, ""), each.open, each.late, each.week, oldest)
        )
    return sorted(loads, key=lambda load: (-load.late, -load.open, load.name))


def _loads(
    session: Session,
    actor: Actor,
    now: datetime,
    holder: ColumnElement[Any],
    of: type[Staff | Office],
) -> Sequence[Load]:
    late, week = figures.running_out(now)
    each = (
        select(
            holder.label("holder"),
            func.count().label("open"),
            late.label("late"),
            week.label("week"),
            func.min(Case.filed_at).label("oldest"),
        )
        .where(steered(actor, of_many=True))
        .group_by(holder)
        .subquery()
    )
    query = (
        select(each.c.holder, of.name, each.c.open, each.c.late, each.c.week, each.c.oldest)
        .outerjoin(of, of.id == each.c.holder)
        .order_by(each.c.late.desc(), each.c.open.desc(), func.coalesce(of.name, ""))
    )
    return [
        Load(holder_id, title or "", number, int(behind), int(soon), oldest)
        for holder_id, title, number, behind, soon, oldest in session.execute(query)
    ]


def silent_offices(
    session: Session, actor: Actor, now: datetime, kept: Kept | None = None
) -> Sequence[Silence]:
    """Return the offices that let a clock run out in the last 30 days, the most silent first.

    A dispatch counts once, however many of its clocks ran out, and against all dispatches of
    these cases that lay with the office at some time of these days.
    """
    if kept is None:
        return _silences(session, actor, now)
    loads = _offices(session, kept.sums[Of.SILENT])
    silent = [Silence(str(load.id), load.name, load.late, load.open) for load in loads if load.late]
    return sorted(silent, key=lambda each: (-each.lapses, each.name))[:_MOST_SILENT]


def _silences(session: Session, actor: Actor, now: datetime) -> Sequence[Silence]:
    since = now - MONTH
    ran_out = select(Clock.referral_id).where(Clock.lapsed_at >= since).distinct().subquery()
    # Under a name of its own: what the reader may see asks for referrals as well.
    sent, lay = aliased(Referral), aliased(Referral)
    silent = (
        select(sent.office_id, func.count().label("lapses"))
        .join(ran_out, ran_out.c.referral_id == sent.id)
        .join(Case, Case.id == sent.case_id)
        .where(own(actor, of_many=True), figures.lay(sent, since))
        .group_by(sent.office_id)
        .subquery()
    )
    of = (
        select(func.count())
        .select_from(lay)
        .join(Case, Case.id == lay.case_id)
        .where(
            own(actor, of_many=True), figures.lay(lay, since), lay.office_id == silent.c.office_id
        )
        .correlate(silent)
        .scalar_subquery()
    )
    query = (
        select(Office.id, Office.name, silent.c.lapses, of)
        .join(silent, silent.c.office_id == Office.id)
        .order_by(silent.c.lapses.desc(), Office.name)
        .limit(_MOST_SILENT)
    )
    return [Silence(each, name, int(n), total) for each, name, n, total in session.execute(query)]


def kept_by(session: Session, actor: Actor, staff_id: int) -> Sequence[Row[int, str]]:
    """Return id and reference of the open cases that somebody keeps, the next due first."""
    query = (
        select(Case.id, Case.reference)
        .where(steered(actor), Case.caseworker_id == staff_id)
        .order_by(Case.pressing_at.expression, Case.id)
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
