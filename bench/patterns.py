"""Rows of a prototype taken apart once: what every copy takes over, and where the rest belongs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Table

from bench.prototypes import is_instant
from casework.models.case import NEVER

if TYPE_CHECKING:
    from bench.prototypes import Kept, Prototype

_EVENTS: Final = "event"
_WITHOUT_ZONE: Final = len("2026-11-23 09:00:00.000000")


@dataclass(frozen=True)
class Written:
    """How values are handed to the driver of a database: SQLite's knows fewer kinds of them."""

    sqlite: bool

    def __call__(self, value: Any) -> Any:
        """Return a value as the driver takes it."""
        if self.sqlite and isinstance(value, datetime):
            return self.instant(value)
        return float(value) if self.sqlite and isinstance(value, Decimal) else value

    def instant(self, value: datetime) -> Any:
        """Return an instant as the driver takes it."""
        # Without the zone at the end: all instants of rows are in UTC.
        return value.isoformat(" ", "microseconds")[:_WITHOUT_ZONE] if self.sqlite else value


@dataclass(frozen=True)
class Pattern:
    """A row: its cells in the order of the columns, and the places of those that change.

    `lists` are the cells that hold instants or ids within JSON or text; `places` says where each
    column stands, `kept` what the row was.
    """

    table: str
    kept: Kept
    cells: list[Any]
    places: Mapping[str, int]
    ids: list[tuple[int, int]] = field(default_factory=list)
    instants: list[tuple[int, datetime]] = field(default_factory=list)
    lists: list[tuple[int, str, Any, bool]] = field(default_factory=list)
    words: list[tuple[int, str, str]] = field(default_factory=list)


def patterns(like: Prototype, written: Written) -> list[Pattern]:
    """Return the rows of a prototype, table after table."""
    own = set(like.ids)
    return [
        _pattern(table, each, own, written) for table, kept in like.rows.items() for each in kept
    ]


def _pattern(table: Table, kept: Kept, own: Collection[int], written: Written) -> Pattern:
    places = {column.name: place for place, column in enumerate(table.columns)}
    made = Pattern(table.name, kept, [None] * len(places), places)
    for place, column in enumerate(table.columns):
        value, name = kept.values[column.name], column.name
        as_json = isinstance(column.type, JSON)
        if name in kept.words:
            made.words.append((place, name, kept.words[name]))
        elif isinstance(value, datetime) and value != NEVER:
            made.instants.append((place, value))
        elif type(value) is int and value in own:
            made.ids.append((place, value))
        elif moves(value, own) or (table.name == _EVENTS and as_json):
            made.lists.append((place, name, value, as_json))
        else:
            made.cells[place] = json.dumps(value) if as_json else written(value)
    return made


def moves(value: Any, own: Collection[int]) -> bool:
    """Tell whether a value is or holds an instant, or an id of the case's own rows."""
    if isinstance(value, dict):
        return any(moves(each, own) for each in value.values())
    if isinstance(value, list):
        return any(moves(each, own) for each in value)
    if isinstance(value, str):
        return is_instant(value)
    return type(value) is int and value in own


def moved(value: Any, shift: timedelta, ids: Mapping[Any, int]) -> Any:
    """Return a value with its instants moved and its ids exchanged."""
    if isinstance(value, list):
        return [moved(each, shift, ids) for each in value]
    if isinstance(value, dict):
        return {key: moved(each, shift, ids) for key, each in value.items()}
    if isinstance(value, str):
        return (datetime.fromisoformat(value) + shift).isoformat() if is_instant(value) else value
    return ids.get(value, value) if type(value) is int else value
