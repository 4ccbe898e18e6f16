"""Every line of history gets its place in the chain when its transaction commits.

It waits for the end so that the head, which all writers share, is locked for a moment only, and
always as the last row: nobody who holds it waits for anybody. Decision 0015 tells more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any, Final

from sqlalchemy import Row, event
from sqlalchemy.orm import Session, UOWTransaction

from casework import crypto
from casework.models.chain_head import ONLY, ChainHead
from casework.models.event import Event

_NEW: Final = "history_lines"


class HeadGone(RuntimeError):
    """The row that says how far the history has got is gone: nothing can be added safely."""


def line(seq: int, told: Event | Row[Any]) -> bytes:
    """Return the one form of a line that its mac is taken of: every column, in this order.

    `told` is the line as an object, or as a row with columns of the same names.
    """
    # As the database gives it back: keys are texts there, and rows of values are lists.
    data = json.loads(json.dumps(told.data))
    values = [
        seq,
        told.id,
        told.case_id,
        told.at.astimezone(UTC).isoformat(timespec="microseconds"),
        told.actor_kind,
        told.staff_id,
        told.office_id,
        told.action,
        data,
    ]
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii")


def _remember(session: Session, _context: UOWTransaction) -> None:
    lines = [row for row in session.new if isinstance(row, Event)]
    if lines:
        session.info.setdefault(_NEW, []).extend(lines)


def _chain(session: Session) -> None:
    # A savepoint is no end: what it holds may still be undone.
    if session.in_nested_transaction():
        return
    session.flush()
    # What was taken back, by a savepoint or as a whole, is no longer in the session.
    lines = {row for row in session.info.pop(_NEW, ()) if row in session}
    if lines:
        place(session, lines)


def place(session: Session, lines: Iterable[Event]) -> None:
    """Give lines their places at the end of the history, and hold its head until the commit.

    Whoever calls this himself stores the lines afterwards, and nothing else.
    """
    head = session.get(ChainHead, ONLY, with_for_update=True, populate_existing=True)
    if head is None:
        raise HeadGone("the head of the history is gone: run `flask audit verify`")
    add_to(head, sorted(lines, key=lambda row: row.id))


def add_to(head: ChainHead, lines: list[Event]) -> None:
    """Give lines their places after the head, and move the head to the last of them."""
    mac_of = crypto.history_macs()
    for row in lines:
        row.seq = head.seq + 1
        row.mac = mac_of(head.mac, line(row.seq, row))
        head.seq, head.mac = row.seq, row.mac
    head.seal = crypto.head_seal(head.seq, head.mac)


event.listen(Session, "after_flush", _remember)
event.listen(Session, "before_commit", _chain)
