"""Taking a file in: looked at, cleaned and sealed before the database hears of it.

All this takes seconds and happens outside any transaction. What it leaves in the store is found
by the id of a row that does not exist yet: when the row is not kept, `destroy` takes the bytes
away again, and after a crash `orphans` finds them.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Final

from sqlalchemy import select

from casework import crypto, scanning
from casework.db import made_at
from casework.domain.search_text import clean
from casework.media import convert
from casework.media.kinds import LARGEST_FILE, Cleaned, Refused, Why
from casework.models import Evidence
from casework.scanning import Infected
from casework.storage import StoreDown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from casework.storage import Store

ORIGINAL: Final = "original"
SHARED: Final = "shared"
PREVIEW: Final = "preview"
PARTS: Final = (ORIGINAL, SHARED, PREVIEW)
# What is in the store without a row for longer than this was left by a crash or has been deleted.
LEFT_FOR: Final = timedelta(days=1)
_PIECE: Final = 256 * 1024
_LONGEST_NAME: Final = 200
_LONGEST_NOTE: Final = 300
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Sent:
    """What somebody sends: a file, the name it has at their end, and what they say of it."""

    file: BinaryIO
    name: str = ""
    note: str = ""


def path(row_id: int, part: str) -> str:
    """Return where a part of a file lies in the store."""
    return f"{row_id}/{part}"


def prepare(store: Store, scanner: str | None, sent: Sent, now: datetime) -> Evidence:
    """Return a row that belongs to nothing yet; its bytes are sealed in the store.

    `scanner` is where a clamd listens, if one does.

    Raises:
        Refused: the file is too big, or not of a kind that is taken.
        ScannerDown: nothing is known about the file.
        StoreDown: the bytes could not be kept.

    """
    _measure(sent.file)
    try:
        scanning.scan(scanner, _pieces(sent.file))
    except Infected:
        raise Refused(Why.INFECTED) from None
    made = convert.clean(_pieces(sent.file))
    row = _row(sent, made, now)
    try:
        _store(store, row, sent.file, made)
    except BaseException:
        destroy(store, row.id)
        raise
    return row


def _measure(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    if size > LARGEST_FILE:
        raise Refused(Why.TOO_BIG)
    if size == 0:
        raise Refused(Why.EMPTY)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _row(sent: Sent, made: Cleaned, now: datetime) -> Evidence:
    content = hashlib.sha256()
    for piece in _pieces(sent.file):
        content.update(piece)
    return Evidence(
        at=now,
        kind=made.original.kind.value,
        media_type=made.original.media_type,
        size=sent.file.tell(),
        shared_type=made.shared_form.media_type,
        shared_size=len(made.shared),
        has_preview=made.preview is not None,
        content=content.hexdigest(),
        name=clean(sent.name)[:_LONGEST_NAME] or None,
        note=clean(sent.note)[:_LONGEST_NOTE] or None,
    )


def _store(store: Store, row: Evidence, file: BinaryIO, made: Cleaned) -> None:
    parts: dict[str, Iterable[bytes]] = {ORIGINAL: _pieces(file), SHARED: [made.shared]}
    if made.preview is not None:
        parts[PREVIEW] = [made.preview]
    for part, chunks in parts.items():
        store.write(path(row.id, part), crypto.seal_stream(row, part, chunks))


def destroy(store: Store, row_id: int) -> None:
    """Take the bytes of a file away; what the store does not let go now goes with `orphans`."""
    for part in PARTS:
        with suppress(StoreDown):
            store.delete(path(row_id, part))


def orphans(session: Session, store: Store, now: datetime) -> list[int]:
    """Return the numbers under which bytes lie whose row is gone, or never came."""
    numbers = {int(each.partition("/")[0]) for each in store.list()}
    # An upload that is under way has its bytes before its row: it takes minutes, never a day.
    old = sorted(number for number in numbers if made_at(number) <= now - LEFT_FOR)
    found: list[int] = []
    for start in range(0, len(old), _AT_ONCE):
        some = old[start : start + _AT_ONCE]
        known = set(session.scalars(select(Evidence.id).where(Evidence.id.in_(some))))
        found += [number for number in some if number not in known]
    return found
