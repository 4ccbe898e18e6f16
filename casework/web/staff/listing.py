"""What the address of a list says: filters, order, place. Anything unknown is left aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import url_for

from casework.domain.facts import Actor, Severity
from casework.domain.workflow import Status
from casework.services import queue
from casework.services.paging import Mark, Page
from casework.services.queue import Sort, View, Whose, Wish

E = TypeVar("E", bound=StrEnum)
PLACE: Final = "from"
TURNS: Final = ("desk", "office", "complainant")
_MARK: Final = re.compile(
    r"(?P<way>[ab])(?P<as_of>[0-9]{1,18})(?P<keys>(?:\.[it][0-9]{1,19}){2,4})"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# What a column of ids can hold.
_LARGEST: Final = 2**63 - 1


def _one_of(values: type[E], text: str | None, usual: E) -> E:
    return values(text) if text in set(values) else usual


def _known(values: Any, text: str | None) -> str:
    return text if text and text in set(values) else ""


def _view(text: str | None) -> View:
    found = _one_of(View, text, View.OPEN)
    return View.OPEN if found is View.ALL else found


def wish(args: Mapping[str, str], actor: Actor) -> Wish:
    """Return what the reader wishes to see, from the query of the address."""
    level = args.get("level", "")
    return Wish(
        view=_view(args.get("view")),
        whose=_one_of(Whose, args.get("whose"), queue.usual(actor)),
        origin=args.get("origin", "")[:2],
        destination=args.get("destination", "")[:2],
        category=args.get("category", "")[:32],
        status=_known(Status, args.get("status")),
        waits_for=_known(TURNS, args.get("with")),
        severity=_known(Severity, args.get("severity")),
        level=int(level) if level in {"0", "1", "2", "3", "4", "5"} else None,
        sort=_one_of(Sort, args.get("sort"), Sort.CLOCK),
    )


def query(wanted: Wish, actor: Actor) -> dict[str, str]:
    """Return a wish as the shortest query that says it."""
    said = {
        "view": wanted.view if wanted.view is not View.OPEN else "",
        "whose": wanted.whose if wanted.whose is not queue.usual(actor) else "",
        "origin": wanted.origin,
        "destination": wanted.destination,
        "category": wanted.category,
        "status": wanted.status,
        "with": wanted.waits_for,
        "severity": wanted.severity,
        "level": "" if wanted.level is None else str(wanted.level),
        "sort": wanted.sort if wanted.sort is not Sort.CLOCK else "",
    }
    return {name: str(value) for name, value in said.items() if value}


def narrowed(wanted: Wish) -> bool:
    """Tell whether any filter is set, so that an empty list can say so."""
    return bool(
        wanted.origin
        or wanted.destination
        or wanted.category
        or wanted.status
        or wanted.waits_for
        or wanted.severity
        or wanted.level is not None
    )


def mark(args: Mapping[str, str], wanted: Wish) -> Mark | None:
    """Return the place in the list that the address names; None for the first page."""
    by_clock = wanted.sort is Sort.CLOCK and wanted.view is not View.ENDED
    return mark_of(args, "iti" if by_clock else "ti")


def mark_of(args: Mapping[str, str], kinds: str) -> Mark | None:
    """Return the place that the address names, its keys of these kinds: (i)nteger, ins(t)ant.

    An address is text from outside: a place that does not fit the order is no place.
    """
    found = _MARK.fullmatch(args.get(PLACE, ""))
    if found is None:
        return None
    keys = found["keys"].split(".")[1:]
    if "".join(key[0] for key in keys) != kinds:
        return None
    try:
        values = tuple(_instant(k[1:]) if k[0] == "t" else _whole(k[1:]) for k in keys)
        return Mark(values, found["way"] == "b", _instant(found["as_of"]))
    except OverflowError:
        return None


def _whole(digits: str) -> int:
    number = int(digits)
    if number > _LARGEST:
        raise OverflowError(digits)
    return number


def _instant(digits: str) -> datetime:
    return _EPOCH + int(digits) * _MICROSECOND


def place(at: Mark) -> str:
    """Write a place as the address carries it."""
    keys = [f"t{_micros(k)}" if isinstance(k, datetime) else f"i{k}" for k in at.keys]
    return ".".join([f"{'b' if at.back else 'a'}{_micros(at.as_of)}", *keys])


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def address(endpoint: str, said: Mapping[str, str]) -> str:
    """Return the address of a list with its query."""
    values: dict[str, Any] = dict(said)
    return url_for(endpoint, **values)


def links(endpoint: str, page: Page, said: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the addresses of the pages before and after."""

    def to(at: Mark | None) -> str | None:
        return address(endpoint, {**said, PLACE: place(at)}) if at else None

    return to(page.before), to(page.after)
