"""The supervisor's queue: cases that have climbed, that are about to, and that are disputed.

Everything starts from `visibility.condition`, in plain columns, and follows a row comparison
of the sort keys: the highest level first, then the latest, then the gravest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import aliased

from casework.domain.escalation import TOP_LEVEL, ClockKind
from casework.domain.facts import Severity
from casework.domain.workflow import ENDED, Action, Status
from casework.models import Case, Escalation, Event, Office, Staff
from casework.services import names, queue, queue_rows, urgency
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.countdown import Countdown
    from casework.domain.facts import Actor
    from casework.services.queue import Mark, Page

WEEK: Final = timedelta(days=7)
HIGH: Final = 3
_ENDED: Final = [status.value for status in ENDED]
_GRAVEST: Final = {Severity.URGENT.value: 0, Severity.HIGH.value: 1}


class View(StrEnum):
    """The saved views of the queue."""

    DECIDE = "decide"
    CLIMBS = "climbs"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class Line:
    """A case in the queue: its columns, what it is about, and its clock."""

    row: Row[Any]
    categories: Sequence[str]
    clock: Countdown | None


@dataclass(frozen=True)
class Counts:
    """How many cases each view holds, and how many stand at level 3 or above."""

    views: Mapping[View, int]
    high: int


def _holds(view: View, now: datetime) -> ColumnElement[bool]:
    """Return whether an open case belongs to a view at `now`."""
    match view:
        case View.DECIDE:
            return Case.level > 0
        case View.CLIMBS:
            # The worker's own silence climbs no step, and above the top there is none.
            return and_(
                Case.level < TOP_LEVEL,
                Case.next_due_at <= now + WEEK,
                Case.next_due_kind != ClockKind.SILENCE.value,
            )
        case View.DISPUTED:
            disputed = exists().where(
                Event.case_id == Case.id, Event.action == Action.DISPUTE.value
            )
            # A result that is offered anew is the worker's to judge anew.
            return and_(Case.status != Status.OUTCOME_PROPOSED.value, disputed)


def _open(actor: Actor) -> ColumnElement[bool]:
    return and_(condition(actor), Case.status.not_in(_ENDED))


def counts(session: Session, actor: Actor, now: datetime) -> Counts:
    """Return how many of the open cases that the actor may see stand in each view."""
    wanted = [*(_holds(view, now) for view in View), Case.level >= HIGH]
    sums = (func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in wanted)
    *views, high = session.execute(select(*sums).where(_open(actor))).one()
    return Counts({view: int(n) for view, n in zip(View, views, strict=True)}, int(high))


def page(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    view: View = View.DECIDE,
    mark: Mark | None = None,
    size: int = queue.PAGE,
) -> Page:
    """Return a page of a view: an open case a row, with the last step it has climbed."""
    as_of = mark.as_of if mark else now
    keys = (
        TOP_LEVEL - Case.level,
        urgency.due(actor),
        case(_GRAVEST, value=Case.severity, else_=len(_GRAVEST)),
        Case.id.expression,
    )
    query = _columns(actor).where(_open(actor), _holds(view, as_of))
    return queue.cut(session, query, keys, mark, as_of, size=size)


def _columns(actor: Actor) -> Select[*tuple[Any, ...]]:
    silent, desk = aliased(Office), aliased(Office)
    # A level is climbed once, so that this finds the last step, and no more than one.
    last = and_(Escalation.case_id == Case.id, Escalation.level == Case.level)
    return (
        select(
            Case.id,
            Case.reference,
            Case.version,
            Case.origin,
            Case.destination,
            Case.severity,
            Case.status,
            Case.level,
            urgency.due(actor).label("due_at"),
            Escalation.cause,
            Escalation.silent_days,
            Escalation.reminders,
            silent.name.label("silent"),
            desk.name.label("desk"),
            Staff.name.label("caseworker"),
        )
        .join(desk, desk.id == Case.desk_office_id)
        .outerjoin(Staff, Staff.id == Case.caseworker_id)
        .outerjoin(Escalation, last)
        .outerjoin(silent, silent.id == Escalation.silent_office_id)
    )


def lines(
    session: Session, actor: Actor, now: datetime, rows: Sequence[Row[Any]]
) -> Sequence[Line]:
    """Return the lines of a page, in its order: a few queries for all, none for a row."""
    ids = [row.id for row in rows]
    categories = queue_rows.categories_of(session, ids)
    clocks = queue_rows.clocks_of(session, actor, ids)
    known = names.of(session, [clock.office_id for each in clocks.values() for clock in each])
    return [
        Line(
            row,
            categories[row.id],
            queue_rows.standing(session, row, clocks[row.id], known, now),
        )
        for row in rows
    ]
