"""My cases: what is late, due, waiting, and with whom, page by page.

Everything starts from `visibility.condition`. Pages follow a row comparison of the sort keys,
never an offset, so that a page costs the same wherever it lies and no case is shown twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, literal, or_, select, tuple_

from casework.domain.facts import Role
from casework.domain.workflow import ENDED
from casework.models import Case, CaseCategory, Staff
from casework.services import directory, urgency
from casework.services.urgency import Rank
from casework.services.visibility import condition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

PAGE: Final = 25
_ENDED: Final = [status.value for status in ENDED]


class View(StrEnum):
    """The saved views of the page; `ALL`, open and ended alike, is what a search looks at."""

    OPEN = "open"
    LATE = "late"
    TODAY = "today"
    MINE = "waits-for-me"
    OTHERS = "with-others"
    ENDED = "ended"
    ALL = "all"


class Whose(StrEnum):
    """Whose cases are listed, within what the actor may see."""

    MINE = "mine"
    DESK = "desk"
    ALL = "all"


class Sort(StrEnum):
    """In which order."""

    CLOCK = "clock"
    NEWEST = "newest"
    OLDEST = "oldest"
    MOVED = "moved"
    QUIET = "quiet"


@dataclass(frozen=True)
class Wish:
    """What a reader wants to see; an empty field leaves all in."""

    view: View = View.OPEN
    whose: Whose = Whose.ALL
    origin: str = ""
    destination: str = ""
    category: str = ""
    status: str = ""
    waits_for: str = ""
    severity: str = ""
    level: int | None = None
    sort: Sort = Sort.CLOCK


@dataclass(frozen=True)
class Mark:
    """A place in a list: the sort keys of a row, and whether to read on or back from it.

    `as_of` is the instant at which the first page was made: what is late is not asked anew
    on the next page, or a case could move between pages and be missed.
    """

    keys: tuple[Any, ...]
    back: bool
    as_of: datetime


@dataclass(frozen=True)
class Page:
    """One page: rows as plain columns, and marks to the pages before and after it."""

    rows: Sequence[Row[Any]]
    before: Mark | None
    after: Mark | None


_VIEW_RANK: Final = {
    View.LATE: Rank.LATE,
    View.TODAY: Rank.TODAY,
    View.MINE: Rank.MINE,
    View.OTHERS: Rank.OTHERS,
}


def usual(actor: Actor) -> Whose:
    """Return whose cases an actor sees first: a caseworker's own and the free ones of the desk."""
    return Whose.MINE if actor.role is Role.CASEWORKER else Whose.ALL


def day_end(session: Session, actor: Actor, now: datetime) -> datetime:
    """Return the end of the actor's day, in the zone of the country where their office stands."""
    host = (actor.office.host if actor.office else "") or directory.DEFAULT_COUNTRY
    zone = directory.calendar(session, host, now.year).timezone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone).astimezone(UTC)


def counts(session: Session, actor: Actor, now: datetime, whose: Whose) -> dict[View, int]:
    """Return how many cases each view holds, of those the actor may see."""
    rank = urgency.rank(actor, now, day_end(session, actor, now))
    ended = Case.status.in_(_ENDED)
    ranked = (
        select(case((ended, -1), else_=rank).label("rank"))
        .where(condition(actor), _owned(actor, whose))
        .subquery()
    )
    by_rank = select(ranked.c.rank, func.count()).group_by(ranked.c.rank)
    found: dict[int, int] = {row[0]: row[1] for row in session.execute(by_rank)}
    numbers = {view: found.get(int(each), 0) for view, each in _VIEW_RANK.items()}
    return {
        View.OPEN: sum(numbers.values()),
        **numbers,
        View.ENDED: found.get(-1, 0),
    }


def page(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    wish: Wish,
    mark: Mark | None = None,
    also: ColumnElement[bool] | None = None,
    size: int = PAGE,
) -> Page:
    """Return a page of the cases that the actor may see and wishes to see.

    `also` narrows the list further, as a search does.
    """
    as_of = mark.as_of if mark else now
    rank = urgency.rank(actor, as_of, day_end(session, actor, as_of))
    keys, falling = _keys(wish, urgency.due(actor), rank)
    query = select(*_columns(actor, rank)).where(condition(actor), *_wanted(actor, wish, rank))
    if also is not None:
        query = query.where(also)
    return cut(session, query, keys, mark, as_of, falling=falling, size=size)


def cut(
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[ColumnElement[Any]],
    mark: Mark | None,
    as_of: datetime,
    *,
    falling: bool = False,
    size: int = PAGE,
) -> Page:
    """Return a page of a query in the order of its keys, the last of which no two rows share."""
    query = query.add_columns(*(key.label(f"key{n}") for n, key in enumerate(keys)))
    back = mark is not None and mark.back
    if mark is not None:
        here = tuple_(*(literal(v, k.type) for v, k in zip(mark.keys, keys, strict=True)))
        row = tuple_(*keys)
        query = query.where(row < here if falling != back else row > here)
    query = query.order_by(*(key.desc() if falling != back else key.asc() for key in keys))
    rows = session.execute(query.limit(size + 1)).all()
    more = len(rows) > size
    shown = rows[:size][::-1] if back else rows[:size]
    return Page(
        shown,
        _mark(shown[0], len(keys), as_of, back=True) if shown and _has(mark, back, more) else None,
        _mark(shown[-1], len(keys), as_of, back=False) if shown and (back or more) else None,
    )


def _has(mark: Mark | None, back: bool, more: bool) -> bool:  # noqa: FBT001 - three facts of a page.
    """Tell whether there is a page before: we came from one, or reading back found more."""
    return more if back else mark is not None


def _mark(row: Row[Any], count: int, as_of: datetime, *, back: bool) -> Mark:
    return Mark(tuple(getattr(row, f"key{n}") for n in range(count)), back, as_of)


def _keys(
    wish: Wish, due: ColumnElement[datetime], rank: ColumnElement[int]
) -> tuple[tuple[ColumnElement[Any], ...], bool]:
    """Return the sort keys, the id last so that no two rows are equal, and whether they fall."""
    match wish.sort:
        case Sort.CLOCK if wish.view is View.ENDED:
            return (func.coalesce(Case.closed_at, Case.moved_at), Case.id.expression), True
        case Sort.CLOCK:
            return (rank, due, Case.id.expression), False
        case Sort.NEWEST | Sort.OLDEST:
            return (Case.filed_at.expression, Case.id.expression), wish.sort is Sort.NEWEST
        case _:
            return (Case.moved_at.expression, Case.id.expression), wish.sort is Sort.MOVED


def _columns(actor: Actor, rank: ColumnElement[int]) -> list[Any]:
    return [
        Case.id,
        Case.reference,
        Case.origin,
        Case.destination,
        Case.place,
        Case.sector,
        Case.headcount,
        Case.severity,
        Case.status,
        Case.level,
        Case.waits_for,
        Case.caseworker_id,
        Case.desk_office_id,
        Case.filed_at,
        Case.moved_at,
        Case.closed_at,
        urgency.due(actor).label("due_at"),
        rank.label("rank"),
        urgency.lead_office().label("lead_office_id"),
        select(Staff.name)
        .where(Staff.id == Case.caseworker_id)
        .scalar_subquery()
        .label("caseworker"),
    ]


def _owned(actor: Actor, whose: Whose) -> ColumnElement[bool]:
    at_desk = Case.desk_office_id == actor.office_id
    match whose:
        case Whose.MINE:
            return at_desk & or_(Case.caseworker_id == actor.staff_id, Case.caseworker_id.is_(None))
        case Whose.DESK:
            return at_desk
        case _:
            return literal(value=True)


def _wanted(actor: Actor, wish: Wish, rank: ColumnElement[int]) -> list[ColumnElement[bool]]:
    ended = Case.status.in_(_ENDED)
    found = [_owned(actor, wish.whose)]
    if wish.view is not View.ALL:
        found.append(ended if wish.view is View.ENDED else ~ended)
    if wish.view in _VIEW_RANK:
        found.append(rank == int(_VIEW_RANK[wish.view]))
    equal = (
        (Case.origin, wish.origin),
        (Case.destination, wish.destination),
        (Case.status, wish.status),
        (Case.waits_for, wish.waits_for),
        (Case.severity, wish.severity),
    )
    found += [column == value for column, value in equal if value]
    if wish.level is not None:
        found.append(Case.level == wish.level)
    if wish.category:
        of_category = select(CaseCategory.case_id).where(CaseCategory.code == wish.category)
        found.append(Case.id.in_(of_category))
    return found
