"""By which ways this installation can send: those that are set, and systems of offices.

Whoever delivers says by which ways it can. Whoever writes letters reads it here, so that nothing
is written that nobody could send. A way stays open for a day after somebody last said so: a
deliverer that was started without its settings closes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.letters import Channel
from casework.models import OfficeWebhook, Setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

OPEN_FOR: Final = timedelta(days=1)
_SAID_AGAIN: Final = timedelta(hours=1)
_WAYS: Final = "outgoing"
# A letter to a complainant goes under another sender than those to staff.
NEUTRAL_EMAIL: Final = "neutral_email"


def say_open(session: Session, now: datetime, ways: Collection[str]) -> None:
    """Say by which ways letters can be sent from now on."""
    said = _said(session)
    stale = [way for way in ways if way not in said or said[way] <= now - _SAID_AGAIN]
    if stale:
        told = {**said, **dict.fromkeys(stale, now)}
        value = {way: at.isoformat() for way, at in told.items()}
        session.merge(Setting(name=_WAYS, value=value))
        session.flush()
    forget(session)


def _said(session: Session) -> dict[str, datetime]:
    row = session.get(Setting, _WAYS)
    return {way: datetime.fromisoformat(at) for way, at in row.value.items()} if row else {}


def open_now(session: Session, now: datetime) -> frozenset[str]:
    """Return the ways by which this installation can send; they are read once per session."""
    kept: tuple[dict[str, datetime], list[str]] | None = session.info.get(_WAYS)
    if kept is None:
        active = select(OfficeWebhook.office_id).where(OfficeWebhook.active)
        kept = _said(session), [system_of(each) for each in session.scalars(active)]
        session.info[_WAYS] = kept
    said, systems = kept
    return frozenset([way for way, at in said.items() if at > now - OPEN_FOR] + systems)


def system_of(office_id: str) -> str:
    """Return the way to the system of an office, as it stands among the ways that are open."""
    return f"{Channel.WEBHOOK} {office_id}"


def forget(session: Session) -> None:
    """Drop what was read of the ways, after one has been opened or closed."""
    session.info.pop(_WAYS, None)
