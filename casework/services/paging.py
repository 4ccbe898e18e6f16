"""Lists page by page.

Pages follow a row comparison of the sort keys, never an offset, so that a page costs the same
wherever it lies and no case is shown twice. Which cases a page holds is found in an index alone;
only those are then looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, literal, select, tuple_

from casework.models import Case

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, ScalarSelect, Select
    from sqlalchemy.orm import Session

PAGE: Final = 25
_CASE: Final = Case.id.expression


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


@dataclass(frozen=True)
class Part:
    """A part of a list: the cases whose first key is from `first` to `last`.

    Within a part the keys after the first give the order by themselves.
    """

    first: int
    last: int
    condition: ColumnElement[bool]


@dataclass(frozen=True)
class Order:
    """The sort keys, the last of which no two rows share, and whether they fall.

    Parts stand in the order of the list, which then does not fall. Without parts all is one.
    """

    keys: Sequence[ColumnElement[Any]]
    falling: bool = False
    parts: Sequence[Part] = ()


def cut(
    session: Session,
    shown: Select[*tuple[Any, ...]],
    which: Sequence[ColumnElement[bool]],
    order: Order,
    *,
    mark: Mark | None,
    as_of: datetime,
    size: int = PAGE,
) -> Page:
    """Return a page of the cases that fulfil all of `which`, with the columns of `shown`."""
    back = mark is not None and mark.back
    rows: list[Row[Any]] = []
    for part in _ahead(order, mark):
        keys = order.keys if part is None else order.keys[1:]
        found = select(Case.id, *(key.label(f"key{n}") for n, key in enumerate(order.keys)))
        found = found.where(*which) if part is None else found.where(*which, part.condition)
        down = order.falling != back
        if mark is not None and (part is None or part.first <= mark.keys[0] <= part.last):
            values = zip(mark.keys[-len(keys) :], keys, strict=True)
            here = tuple_(*(literal(value, key.type) for value, key in values))
            found = found.where(tuple_(*keys) < here if down else tuple_(*keys) > here)
        found = found.order_by(*(key.desc() if down else key.asc() for key in keys))
        rows += _shown(session, shown, found.limit(size + 1 - len(rows)), len(keys), down=down)
        if len(rows) > size:
            break
    return _page(rows, len(order.keys), mark, as_of, size)


def up_to(
    most: int, *which: ColumnElement[bool], of: ColumnElement[int] = _CASE
) -> ScalarSelect[int]:
    """Return how many cases fulfil all of `which`; nobody counts further than `most`.

    `of` is the column that names the case, where it is found by another table.
    """
    some = select(of).where(*which).limit(most).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _ahead(order: Order, mark: Mark | None) -> Sequence[Part | None]:
    """Return the parts that lie ahead of a mark, in the order in which to read them."""
    if not order.parts:
        return [None]
    if mark is None:
        return order.parts
    if mark.back:
        return [part for part in reversed(order.parts) if part.first <= mark.keys[0]]
    return [part for part in order.parts if part.last >= mark.keys[0]]


def _shown(
    session: Session,
    shown: Select[*tuple[Any, ...]],
    found: Select[*tuple[Any, ...]],
    count: int,
    *,
    down: bool,
) -> Sequence[Row[Any]]:
    """Return the rows of the cases that were found, in the order of their last `count` keys."""
    picked = found.subquery("picked")
    labels = [column for column in picked.c if column.key.startswith("key")]
    query = shown.join(picked, picked.c.id == Case.id).add_columns(*labels)
    ordered = (key.desc() if down else key.asc() for key in labels[-count:])
    return session.execute(query.order_by(*ordered)).all()


def _page(
    rows: Sequence[Row[Any]], keys: int, mark: Mark | None, as_of: datetime, size: int
) -> Page:
    back, more = mark is not None and mark.back, len(rows) > size
    shown = rows[:size][::-1] if back else rows[:size]
    if not shown:
        return Page(shown, None, None)
    # There is a page before: we came from one, or reading back found more.
    before = more if back else mark is not None
    return Page(
        shown,
        _mark(shown[0], keys, as_of, back=True) if before else None,
        _mark(shown[-1], keys, as_of, back=False) if back or more else None,
    )


def _mark(row: Row[Any], count: int, as_of: datetime, *, back: bool) -> Mark:
    return Mark(tuple(getattr(row, f"key{n}") for n in range(count)), back, as_of)
