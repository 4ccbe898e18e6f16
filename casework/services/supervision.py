"""The supervisor's queue: cases that have climbed, that are about to, and that are disputed.

Everything starts from `visibility.condition`, in plain columns, and follows a row comparison
of the sort keys: the highest level first, then the latest, then the gravest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, false, func, select
from sqlalchemy.orm import aliased

from casework.domain.escalation import TOP_LEVEL, ClockKind
from casework.domain.facts import Severity
from casework.domain.workflow import Status
from casework.models import Case, Escalation, Office, Staff
from casework.services import names, paging, queue, queue_rows
from casework.services.figures import WEEK
from casework.services.paging import Order
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.countdown import Countdown
    from casework.domain.facts import Actor
    from casework.services.paging import Mark, Page

HIGH: Final = 3
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
            return Case.steps_left < TOP_LEVEL
        case View.CLIMBS:
            # The worker's own silence climbs no step, and above the top there is none.
            return and_(
                Case.steps_left > 0,
                Case.next_due_at <= now + WEEK,
                Case.next_due_kind != ClockKind.SILENCE.value,
            )
        case _:
            # A result that is offered anew is the worker's to judge anew.
            return and_(Case.disputed, Case.status != Status.OUTCOME_PROPOSED.value)


def own(actor: Actor, *, of_many: bool = False) -> ColumnElement[bool]:
    """Return whether a case is the supervisor's to steer: of the own desk, for the network of any.

    Sight alone, of a case that another desk has sent, is not enough.
    """
    seen = condition(actor, of_many=of_many)
    return seen if actor.network else and_(seen, Case.desk_office_id == actor.office_id)


def steered(actor: Actor, *, of_many: bool = False) -> ColumnElement[bool]:
    """Return whether a case is the supervisor's to steer, and has not ended."""
    return and_(own(actor, of_many=of_many), Case.ended == false())


def counts(session: Session, actor: Actor, now: datetime) -> Counts:
    """Return how many of the open cases that the actor steers stand in each view, up to MOST."""
    wanted = [*(_holds(view, now) for view in View), Case.steps_left <= TOP_LEVEL - HIGH]
    seen = steered(actor)
    numbers = (paging.up_to(queue.MOST, seen, each) for each in wanted)
    *views, high = session.execute(select(*numbers)).one()
    return Counts(dict(zip(View, views, strict=True)), high)


def page(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    view: View = View.DECIDE,
    mark: Mark | None = None,
    size: int = paging.PAGE,
) -> Page:
    """Return a page of a view: an open case a row, with the last step it has climbed."""
    as_of = mark.as_of if mark else now
    keys = (
        Case.steps_left.expression,
        Case.pressing_at.expression,
        case(_GRAVEST, value=Case.severity, else_=len(_GRAVEST)),
        Case.id.expression,
    )
    which, order = (steered(actor), _holds(view, as_of)), Order(keys)
    return paging.cut(session, _columns(), which, order, mark=mark, as_of=as_of, size=size)


def _columns() -> Select[*tuple[Any, ...]]:
    silent, desk = aliased(Office), aliased(Office)
    step, silence, any_step = (aliased(Escalation) for _ in range(3))
    # A level is climbed once, so that each of these finds one step at most: the last one, and
    # the last one at which an office was silent. A wish or a dispute proves no silence.
    last = and_(step.case_id == Case.id, step.level == Case.level)
    last_silent = (
        select(func.max(any_step.level))
        .where(any_step.case_id == Case.id, any_step.silent_office_id.is_not(None))
        .scalar_subquery()
    )
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
            Case.pressing_at.expression.label("due_at"),
            step.cause,
            silence.silent_days,
            silence.reminders,
            silent.name.label("silent"),
            desk.name.label("desk"),
            Staff.name.label("caseworker"),
        )
        .join(desk, desk.id == Case.desk_office_id)
        .outerjoin(Staff, Staff.id == Case.caseworker_id)
        .outerjoin(step, last)
        .outerjoin(silence, and_(silence.case_id == Case.id, silence.level == last_silent))
        .outerjoin(silent, silent.id == silence.silent_office_id)
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
