"""Whether the history is the one that was written: every line, in its place, up to the head.

Lines are read in the order of their numbers, some thousands at a time, so that a long history
needs no more memory than a short one. The first line that does not fit ends the walk and is named.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NoReturn

from sqlalchemy import func, select

from casework import crypto
from casework.models import ChainHead, Event, chaining
from casework.services.anchors import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

AT_ONCE: Final = 2000
_COLUMNS: Final = (
    Event.id,
    Event.case_id,
    Event.at,
    Event.actor_kind,
    Event.staff_id,
    Event.office_id,
    Event.action,
    Event.data,
    Event.seq,
    Event.mac,
)
# What a value raises that no program of ours has written: SQLite keeps any value in any column.
_UNREADABLE: Final = (ValueError, TypeError, AttributeError, RecursionError)

Tell = Callable[[int, int], None]


class Fault(StrEnum):
    """What can be wrong with a history."""

    CHANGED = "changed"  # The line is not what was written.
    MISSING = "missing"  # There is no line of this number.
    REORDERED = "reordered"  # What was written at this place stands at another.
    ADDED = "added"  # A line stands where none was written.
    CUT = "cut"  # The head or an anchor knows of later lines than there are.
    HEAD = "head"  # The head is not the one that belongs to the last line.
    REWRITTEN = "rewritten"  # An anchor knows this line otherwise.
    ANCHOR = "anchor"  # A line of the file of anchors is not ours.


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: which line, by number, and by id where there is a row.

    Of Fault.ANCHOR the number is that of the line in the file.
    """

    fault: Fault
    seq: int
    event_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """How many lines and anchors were found good, and what was found wrong, if anything."""

    lines: int
    anchors: int
    finding: Finding | None = None


@dataclass(frozen=True)
class _Head:
    seq: int
    mac: bytes
    seal: Any

    def sealed(self) -> bool:
        # SQLite keeps any value in any column: what is no bytes is no seal.
        right = crypto.head_seal(self.seq, self.mac)
        return isinstance(self.seal, bytes) and hmac.compare_digest(self.seal, right)


@dataclass(frozen=True)
class _Top:
    """What stands at the end, read in one statement: lines may be added while we walk."""

    head: _Head | None
    newest: int
    unplaced: int | None


class _Broken(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def verify(session: Session, kept: Kept | None = None, tell: Tell | None = None) -> Verdict:
    """Walk the history from its first line and return the verdict.

    `kept` are the anchors to compare with; they have to be read before this is called. `tell` is
    told how many lines of how many are done. Nothing is written.
    """
    kept = kept or Kept()
    walk = _Walk(session, kept, tell or (lambda _done, _all: None))
    try:
        walk.go()
    except _Broken as broken:
        return Verdict(walk.seq, len(kept.heads), broken.finding)
    return Verdict(walk.seq, len(kept.heads))


class _Walk:
    """One walk along the history: the number and the mac of the last line found good."""

    def __init__(self, session: Session, kept: Kept, tell: Tell) -> None:
        self.session, self.kept, self.tell = session, kept, tell
        self.macs = _by_number(kept)
        self.mac_of = crypto.history_macs()
        self.seq, self.mac = 0, crypto.BEGINNING

    def go(self) -> None:
        top = _top(self.session)
        for row in _lines(self.session, top.newest):
            self._step(row)
            if self.seq % AT_ONCE == 0:
                self.tell(self.seq, top.newest)
        self._end(top)

    def _step(self, row: Row[Any] | _Unreadable) -> None:
        wanted = self.seq + 1
        if row.seq != wanted:
            if not _later(row.seq, wanted):
                raise _Broken(Finding(Fault.ADDED, wanted, row.id))
            self._break(Fault.MISSING, None)
        mac = None if isinstance(row, _Unreadable) else self._mac(row)
        if mac is None or mac != row.mac:
            self._break(Fault.CHANGED, row)
        if self.macs.get(wanted, set()) - {mac}:
            raise _Broken(Finding(Fault.REWRITTEN, wanted, row.id))
        self.seq, self.mac = wanted, mac

    def _mac(self, row: Row[Any]) -> bytes | None:
        """Return the mac of a line if it stood at the next place."""
        try:
            return self.mac_of(self.mac, chaining.line(self.seq + 1, row))
        except _UNREADABLE:
            return None

    def _break(self, fault: Fault, found: Row[Any] | _Unreadable | None) -> NoReturn:
        """Say what is wrong with the next place: is what was written there to be found at all?"""
        own = found.mac if found is not None else None
        wanted = self.seq + 1
        for row in _lines(self.session, None):
            if row.seq == wanted or isinstance(row, _Unreadable):
                continue
            if self._mac(row) in {own, row.mac} - {None}:
                raise _Broken(Finding(Fault.REORDERED, wanted, row.id))
        raise _Broken(Finding(fault, wanted, found.id if found is not None else None))

    def _end(self, top: _Top) -> None:
        head, following = top.head, self.seq + 1
        if top.unplaced is not None:
            raise _Broken(Finding(Fault.ADDED, following, top.unplaced))
        known = max([*self.macs, head.seq if head and head.sealed() else 0])
        if known > self.seq:
            raise _Broken(Finding(Fault.CUT, following))
        if head is None or not head.sealed() or (head.seq, head.mac) != (self.seq, self.mac):
            raise _Broken(Finding(Fault.HEAD, self.seq))
        if self.kept.broken:
            raise _Broken(Finding(Fault.ANCHOR, self.kept.broken[0]))


@dataclass(frozen=True)
class _Unreadable:
    """A line with a value that no program of ours has written."""

    seq: int | None
    id: int
    mac: None = None


def _by_number(kept: Kept) -> Mapping[int, set[bytes]]:
    macs: dict[int, set[bytes]] = defaultdict(set)
    for anchor in kept.heads:
        macs[anchor.seq].add(anchor.mac)
    return macs


def _later(seq: Any, wanted: int) -> bool:
    return isinstance(seq, int) and seq > wanted


def _top(session: Session) -> _Top:
    newest = select(func.max(Event.seq)).scalar_subquery()
    unplaced = select(func.min(Event.id)).where(Event.seq.is_(None)).scalar_subquery()
    heads = [
        select(column).limit(1).scalar_subquery()
        for column in (ChainHead.seq, ChainHead.mac, ChainHead.seal)
    ]
    found = session.execute(select(newest, unplaced, *heads)).one()
    head = _Head(*found[2:]) if all(value is not None for value in found[2:]) else None
    return _Top(head, found[0] or 0, found[1])


def _lines(session: Session, upto: int | None) -> Iterator[Row[Any] | _Unreadable]:
    """Give out all lines that have a number, in order, up to one of them."""
    query = select(*_COLUMNS).where(Event.seq.is_not(None)).order_by(Event.seq).limit(AT_ONCE)
    if upto is not None:
        query = query.where(Event.seq <= upto)
    batch = _batch(session, query)
    while batch:
        yield from batch
        batch = _batch(session, query.where(Event.seq > batch[-1].seq))


def _batch(session: Session, query: Select[Any]) -> Sequence[Row[Any] | _Unreadable]:
    try:
        return session.execute(query).all()
    except _UNREADABLE:
        places = session.execute(query.with_only_columns(Event.seq, Event.id)).all()
        return [_alone(session, seq, event_id) for seq, event_id in places]


def _alone(session: Session, seq: int | None, event_id: int) -> Row[Any] | _Unreadable:
    try:
        return session.execute(select(*_COLUMNS).where(Event.seq == seq)).one()
    except _UNREADABLE:
        return _Unreadable(seq, event_id)
