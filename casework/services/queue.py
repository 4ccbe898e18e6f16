"""My cases: what is late, due, waiting, and with whom, page by page.

Everything starts from `visibility.condition`, or from what says the same for a state's office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, and_, exists, false, func, literal, select, true

from casework.domain.facts import Role
from casework.models import Case, CaseCategory, Staff
from casework.services import directory, paging, urgency
from casework.services.paging import PAGE, Mark, Order, Page, Part
from casework.services.urgency import Rank
from casework.services.visibility import SENT, listed, sent

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# Beyond this nobody counts: a page says "999+".
MOST: Final = 1000


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
    """Return how many cases each view holds, of those the actor may see: MOST means or more."""
    groups = urgency.holds(actor, now, day_end(session, actor, now))
    views = {
        View.OPEN: _over(actor, ended=False),
        **{v: and_(_over(actor, ended=False), groups[rank]) for v, rank in _VIEW_RANK.items()},
        View.ENDED: _over(actor, ended=True),
    }
    seen, of = (listed(actor), _owned(actor, whose)), Case.id.expression
    if actor.government and whose is Whose.ALL:
        # Dispatches alone say all that is asked.
        seen, of = (sent(actor), true()), SENT.case_id.expression
    counted = (paging.up_to(MOST, *seen, each, of=of) for each in views.values())
    return dict(zip(views, session.execute(select(*counted)).one(), strict=True))


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
    ends = day_end(session, actor, as_of)
    which = [listed(actor), *_wanted(actor, wish, urgency.holds(actor, as_of, ends))]
    if also is not None:
        which.append(also)
    rank = urgency.rank(actor, as_of, ends)
    order = _order(wish, actor, rank, urgency.parts(actor, as_of, ends))
    return paging.cut(
        session, _columns(actor, rank), which, order, mark=mark, as_of=as_of, size=size
    )


def _order(wish: Wish, actor: Actor, rank: ColumnElement[int], parts: Sequence[Part]) -> Order:
    """Return the order that is wished for, the id last so that no two rows are equal."""
    match wish.sort:
        case Sort.CLOCK if wish.view is View.ENDED and actor.government:
            return Order((urgency.due(actor), SENT.case_id.expression), falling=True)
        case Sort.CLOCK if wish.view is View.ENDED:
            return Order((Case.ended_at.expression, Case.id.expression), falling=True)
        case Sort.CLOCK:
            wanted = _VIEW_RANK.get(wish.view)
            met = [p for p in parts if wanted is None or p.first <= wanted <= p.last]
            case_id = SENT.case_id.expression if actor.government else Case.id.expression
            return Order((rank, urgency.due(actor), case_id), parts=met)
        case Sort.NEWEST | Sort.OLDEST:
            falls = wish.sort is Sort.NEWEST
            return Order((Case.filed_at.expression, Case.id.expression), falling=falls)
        case _:
            falls = wish.sort is Sort.MOVED
            return Order((Case.moved_at.expression, Case.id.expression), falling=falls)


def _columns(actor: Actor, rank: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    columns = select(
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
        Case.lead_office_id,
        select(Staff.name)
        .where(Staff.id == Case.caseworker_id)
        .scalar_subquery()
        .label("caseworker"),
    )
    return columns.select_from(Case).join(SENT, listed(actor)) if actor.government else columns


def _over(actor: Actor, *, ended: bool) -> ColumnElement[bool]:
    column = SENT.case_ended if actor.government else Case.ended
    return column == (true() if ended else false())


def _owned(actor: Actor, whose: Whose) -> ColumnElement[bool]:
    at_desk = Case.desk_office_id == actor.office_id
    match whose:
        case Whose.MINE:
            # As one comparison, so that the cases of the desk are read in their order.
            own = func.coalesce(Case.caseworker_id, literal(actor.staff_id, BigInteger))
            return at_desk & (own == actor.staff_id)
        case Whose.DESK:
            return at_desk
        case _:
            return true()


def _wanted(
    actor: Actor, wish: Wish, groups: Mapping[Rank, ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    found = [_owned(actor, wish.whose)]
    if wish.view is not View.ALL:
        found.append(_over(actor, ended=wish.view is View.ENDED))
    if wish.view in _VIEW_RANK:
        found.append(groups[_VIEW_RANK[wish.view]])
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
        found.append(
            exists().where(CaseCategory.case_id == Case.id, CaseCategory.code == wish.category)
        )
    return found
