"""Makes copies of a prototype: other people, other words, other times, sealed for real."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

from bench import words
from bench.patterns import Pattern, Written, moved
from casework import crypto
from casework.crypto.seal import seal
from casework.domain import reference
from casework.models.chaining import line
from casework.services.told import passport_index, telephone_index

if TYPE_CHECKING:
    from bench.prototypes import Prototype
    from casework.models import Event

_CASES: Final = "cases"
_EVENTS: Final = "event"
_HASH_BYTES: Final = 32
_IDS: Final = 1024  # of one case.
# News older than this has been read.
_NEWS: Final = timedelta(days=2)
# How a line of history begins that has no place yet, in the form that its mac is taken of.
_NOWHERE: Final = b"[0,"

Row = list[Any]


@dataclass(frozen=True)
class Line:
    """A line of history that has no place yet: its row, and what follows its place in its form."""

    row: Row
    rest: bytes


@dataclass
class Chain:
    """How far the history has got; the seed goes on from there as every writer does.

    `seq_at` and `mac_at` say where in a row the place of a line and its mac stand.
    """

    seq: int
    mac: bytes
    seq_at: int
    mac_at: int
    take: Callable[[bytes, bytes], bytes] = field(default_factory=crypto.history_macs)

    def place(self, told: Line) -> Row:
        """Give a line its place; return its row."""
        self.seq += 1
        self.mac = self.take(self.mac, b"[%d,%b" % (self.seq, told.rest))
        told.row[self.seq_at], told.row[self.mac_at] = self.seq, self.mac
        return told.row


@dataclass(frozen=True)
class Around:
    """What the copies of a batch share: chance, firms, who works at each desk.

    Ids of the first case begin at `ids_from`: each has a block of its own, so that batches made
    side by side never give one twice.
    """

    chance: Random
    ids_from: int
    parties: list[int]
    people: Mapping[str, list[int]]
    written: Written


class Copy:
    """One new case like a prototype, moved in time by `shift`."""

    def __init__(self, like: Prototype, number: int, shift: timedelta, around: Around) -> None:
        self.like, self.number, self.shift, self.around = like, number, shift, around
        self.chance, self.written = around.chance, around.written
        self.spoken = words.language(self.chance)
        first = around.ids_from + number * _IDS
        assert len(like.ids) <= _IDS, "a case has more rows than ids"
        self.ids: dict[Any, int] = {old: first + each for each, old in enumerate(like.ids)}
        # Many rows of a case are of one moment.
        self.instants: dict[datetime, Any] = {}
        self.case_id = self.ids[like.case_id]
        self.wrapped = crypto.new_data_key(_CASES, self.case_id)
        holder = SimpleNamespace(__tablename__=_CASES, id=self.case_id, wrapped_key=self.wrapped)
        self.key = crypto.data_key(holder)

    def rows(self, patterns: list[Pattern]) -> Iterator[tuple[str, Row | Line]]:
        """Return the rows of the new case, each with the name of its table."""
        for pattern in patterns:
            row = self._row(pattern)
            if pattern.table == _EVENTS:
                yield _EVENTS, Line(row, self._rest(pattern, row))
            else:
                yield pattern.table, row

    def _row(self, pattern: Pattern) -> Row:
        row, ids, shift, instants = pattern.cells.copy(), self.ids, self.shift, self.instants
        for place, old in pattern.ids:
            row[place] = ids[old]
        for place, instant in pattern.instants:
            if instant not in instants:
                instants[instant] = self.written.instant(instant + shift)
            row[place] = instants[instant]
        for place, _name, value, as_json in pattern.lists:
            other = moved(value, shift, ids)
            row[place] = json.dumps(other) if as_json else other
        row_id = row[pattern.places["id"]] if "id" in pattern.places else self.case_id
        for place, column, text in pattern.words:
            row[place] = self._sealed(pattern.table, column, row_id, text)
        change = getattr(self, f"_{pattern.table}", None)
        for name, value in (change(pattern, row_id) if change else {}).items():
            row[pattern.places[name]] = value
        return row

    def _sealed(self, table: str, column: str, row_id: int, text: str) -> bytes:
        if (table, column) == (_CASES, "story_sealed"):
            text = words.story(self.chance, self.spoken)
        return seal(self.key, text.encode(), f"{table}|{column}|{row_id}")

    def _cases(self, like: Pattern, _row_id: int) -> dict[str, Any]:
        kept = like.kept.values
        filed = kept["filed_at"] + self.shift
        changed: dict[str, Any] = {
            "wrapped_key": self.wrapped,
            "reference": reference.make(kept["origin"], filed.year, self.number),
            "submission_key": self.chance.randbytes(16).hex(),
            # The slow hash of a code that nobody holds looks like any other bytes.
            "code_hash": self.chance.randbytes(_HASH_BYTES),
            "import_id": None,
            "language": self.spoken,
        }
        if kept["caseworker_id"] is not None:
            colleagues = self.around.people[kept["desk_office_id"]]
            changed["caseworker_id"] = self.chance.choice(colleagues)
        return changed

    def _person(self, like: Pattern, row_id: int) -> dict[str, Any]:
        """Give whoever complains what the published stories left out."""
        if like.kept.values["kind"] != "complainant":
            return {}
        number, passport = words.telephone(self.chance, self.spoken), words.passport(self.chance)
        said = {
            "name_sealed": words.person(self.chance, self.spoken),
            "telephone_sealed": number,
            "passport_sealed": passport,
        }
        return {
            "telephone_index": telephone_index(number),
            "passport_index": passport_index(passport),
        } | {name: self._sealed("person", name, row_id, text) for name, text in said.items()}

    def _case_party(self, like: Pattern, _row_id: int) -> dict[str, Any]:
        if like.kept.values["party_id"] is None:
            return {}
        # Few firms are named often, and many once or twice.
        skewed = int(len(self.around.parties) * self.chance.random() ** 3)
        return {"party_id": self.around.parties[skewed]}

    def _notice(self, like: Pattern, _row_id: int) -> dict[str, Any]:
        kept = like.kept.values
        at = kept["at"] + self.shift
        if kept["seen_at"] is None and at < self.like.moment - _NEWS:
            return {"seen_at": self.written.instant(at + _NEWS)}
        return {}

    def _rest(self, like: Pattern, row: Row) -> bytes:
        """Return what the mac of a line is taken of, without its place at the beginning."""
        told = like.kept.values | {name: row[place] for name, place in like.places.items()}
        told["at"] = like.kept.values["at"] + self.shift
        told["data"] = json.loads(told["data"])
        whole = line(0, cast("Event", SimpleNamespace(**told)))
        return whole.removeprefix(_NOWHERE)
