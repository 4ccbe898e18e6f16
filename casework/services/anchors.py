"""Signed heads of the history, kept outside the database.

Whoever owns the database can cut the newest lines away and put an older head back. A head that
was written elsewhere before shows it. Each line of the file is one head: when, number, mac, and a
signature that an outsider can check with the public key alone.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework import crypto
from casework.models import ChainHead, Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

FILE: Final = "heads.jsonl"
_OWNER_ONLY: Final = 0o600
_FOLDER_OWNER_ONLY: Final = 0o700


class NoHead(RuntimeError):
    """The database has no head of the history to sign."""


@dataclass(frozen=True)
class Anchor:
    """A head as it was at `at`: the number of the newest line, and its mac."""

    at: str
    seq: int
    mac: bytes

    def message(self) -> bytes:
        """Return what is signed."""
        return f"casework history {self.at} {self.seq} {self.mac.hex()}".encode()


@dataclass(frozen=True)
class Kept:
    """What a file of anchors holds: heads that are ours, and the numbers of lines that are not."""

    heads: Sequence[Anchor] = ()
    broken: Sequence[int] = ()


def append(session: Session, folder: Path, now: datetime) -> Anchor:
    """Sign the head as it is and add it to the file, safe on the disk; raise NoHead.

    The file is its owner's only. What stands in it already is never touched, so the folder may
    be one where nothing can be changed.
    """
    head = session.execute(select(ChainHead.seq, ChainHead.mac)).first()
    if head is None:
        raise NoHead("The head of the history is gone.")
    anchor = Anchor(now.isoformat(timespec="seconds"), head.seq, head.mac)
    signature = crypto.sign_anchor(anchor.message())
    values = {"at": anchor.at, "seq": anchor.seq, "mac": anchor.mac.hex()}
    _add_line(folder, json.dumps(values | {"signature": signature.hex()}))
    return anchor


def _add_line(folder: Path, line: str) -> None:
    folder.mkdir(mode=_FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
    path = folder / FILE
    # A line that a crash has cut short must not swallow this one.
    gap = "" if _ends_well(path) else "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{gap}{line}\n")
        file.flush()
        os.fsync(file.fileno())


def _ends_well(path: Path) -> bool:
    return not path.exists() or path.read_bytes()[-1:] in {b"", b"\n"}


def read(folder: Path) -> Kept:
    """Return what the file in the folder holds; nothing when there is none."""
    path = folder / FILE
    if not path.exists():
        return Kept()
    heads, broken = [], []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        anchor = _ours(line)
        if anchor is None:
            broken.append(number)
        else:
            heads.append(anchor)
    return Kept(heads, broken)


def _ours(line: bytes) -> Anchor | None:
    try:
        values = json.loads(line)
        anchor = Anchor(values["at"], int(values["seq"]), bytes.fromhex(values["mac"]))
        signature = bytes.fromhex(values["signature"])
    except (ValueError, KeyError, TypeError):
        return None
    return anchor if crypto.anchor_holds(anchor.message(), signature) else None


def leads_through(session: Session, anchor: Anchor) -> bool:
    """Tell whether the line that an anchor names still stands in the history as it did."""
    if anchor.seq == 0:
        return True
    mac = session.scalar(select(Event.mac).where(Event.seq == anchor.seq))
    return mac == anchor.mac
