"""Makes copies of a prototype: other people, other words, other times, sealed for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

from bench import words
from bench.prototypes import is_instant
from casework import crypto
from casework.crypto.seal import seal
from casework.db import new_id
from casework.domain import reference
from casework.models.case import NEVER
from casework.models.chaining import line
from casework.services.told import passport_index, telephone_index

if TYPE_CHECKING:
    from sqlalchemy import Table

    from bench.prototypes import Kept, Prototype
    from casework.models import Event

_CASES: Final = "cases"
_HASH_BYTES: Final = 32
# News older than this has been read.
_NEWS: Final = timedelta(days=2)


@dataclass
class Chain:
    """How far the history has got; the seed goes on from there as every writer does."""

    seq: int
    mac: bytes
    take: Callable[[bytes, bytes], bytes] = field(default_factory=crypto.history_macs)

    def add(self, row: dict[str, Any]) -> None:
        """Give a line its place."""
        row["seq"] = self.seq + 1
        row["mac"] = self.take(self.mac, line(row["seq"], cast("Event", SimpleNamespace(**row))))
        self.seq, self.mac = row["seq"], row["mac"]


@dataclass(frozen=True)
class Around:
    """What all copies share: chance, firms, who works at each desk, and the history."""

    chance: Random
    parties: list[int]
    people: Mapping[str, list[int]]
    chain: Chain


class Copy:
    """One new case like a prototype, moved in time by `shift`."""

    def __init__(self, like: Prototype, number: int, shift: timedelta, around: Around) -> None:
        self.like, self.number, self.shift, self.around = like, number, shift, around
        self.chance = around.chance
        self.spoken = words.language(self.chance)
        self.ids: dict[Any, int] = {old: new_id() for old in like.ids}
        old = like.rows[next(t for t in like.rows if t.name == _CASES)][0].values["id"]
        self.case_id = self.ids[old]
        self.wrapped = crypto.new_data_key(_CASES, self.case_id)
        holder = SimpleNamespace(__tablename__=_CASES, id=self.case_id, wrapped_key=self.wrapped)
        self.key = crypto.data_key(holder)

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return the rows of the new case, each with the name of its table."""
        for table, kept in self.like.rows.items():
            for each in kept:
                yield table.name, self._row(table, each)

    def _row(self, table: Table, kept: Kept) -> dict[str, Any]:
        row = kept.fixed.copy()
        for name, value in kept.moving.items():
            row[name] = self._moved(value)
        place = f"{table.name}|{{}}|{row['id']}"
        for column, text in kept.words.items():
            said = self._said(table.name, column, text)
            row[column] = seal(self.key, said.encode(), place.format(column))
        change = getattr(self, f"_{table.name}", None)
        if change:
            change(row)
        return row

    def _moved(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value if value == NEVER else value + self.shift
        if isinstance(value, list):
            return [self._moved(each) for each in value]
        if isinstance(value, dict):
            return {key: self._moved(each) for key, each in value.items()}
        if isinstance(value, str):
            moves = is_instant(value)
            return (datetime.fromisoformat(value) + self.shift).isoformat() if moves else value
        return self.ids.get(value, value) if type(value) is int else value

    def _said(self, table: str, column: str, text: str) -> str:
        if (table, column) == (_CASES, "story_sealed"):
            return words.story(self.chance, self.spoken)
        return text

    def _cases(self, row: dict[str, Any]) -> None:
        filed = row["filed_at"]
        row["wrapped_key"] = self.wrapped
        row["reference"] = reference.make(row["origin"], filed.year, self.number)
        row["submission_key"] = self.chance.randbytes(16).hex()
        # The slow hash of a code that nobody holds looks like any other bytes.
        row["code_hash"] = self.chance.randbytes(_HASH_BYTES)
        row["import_id"] = None
        row["language"] = self.spoken
        if row["caseworker_id"] is not None:
            row["caseworker_id"] = self.chance.choice(self.around.people[row["desk_office_id"]])

    def _person(self, row: dict[str, Any]) -> None:
        """Give whoever complains what the published stories left out."""
        if row["kind"] != "complainant":
            return
        number, passport = words.telephone(self.chance, self.spoken), words.passport(self.chance)
        row["telephone_index"] = telephone_index(number)
        row["passport_index"] = passport_index(passport)
        said = {"name": words.person(self.chance, self.spoken), "telephone": number}
        for name, text in (said | {"passport": passport}).items():
            column = f"{name}_sealed"
            row[column] = seal(self.key, text.encode(), f"person|{column}|{row['id']}")

    def _case_party(self, row: dict[str, Any]) -> None:
        if row["party_id"] is not None:
            # Few firms are named often, and many once or twice.
            skewed = int(len(self.around.parties) * self.chance.random() ** 3)
            row["party_id"] = self.around.parties[skewed]

    def _notice(self, row: dict[str, Any]) -> None:
        if row["seen_at"] is None and row["at"] < self.like.moment - _NEWS:
            row["seen_at"] = row["at"] + _NEWS

    def _event(self, row: dict[str, Any]) -> None:
        self.around.chain.add(row)
