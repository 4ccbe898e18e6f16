"""By which ways this installation can send: those that are set, and systems of offices.

The worker says which are set. Whoever writes letters reads it here, so that nothing is written
that nobody could send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from casework.domain.letters import Channel, LetterState
from casework.models import Letter, OfficeWebhook, Setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

_WAYS: Final = "outgoing"
# A letter to a complainant goes under another sender than those to staff.
NEUTRAL_EMAIL: Final = "neutral_email"


def open_ways(session: Session, ways: Collection[str]) -> None:
    """Say by which ways this installation can send; what waits for another one is dropped.

    Without a way nothing is written for it, so that nothing piles up.
    """
    row = session.get(Setting, _WAYS)
    if row is None or row.value != sorted(ways):
        session.merge(Setting(name=_WAYS, value=sorted(ways)))
    forget(session)
    lost = [each for each in (Channel.EMAIL, Channel.SMS) if each not in ways]
    if lost:
        session.execute(
            update(Letter)
            .where(Letter.state == LetterState.WAITING.value, Letter.channel.in_(lost))
            .values(state=LetterState.DROPPED.value, lease_until=None, leased_by=None)
        )
    session.flush()


def open_now(session: Session) -> frozenset[str]:
    """Return the ways by which this installation can send; read once per session."""
    kept: frozenset[str] | None = session.info.get(_WAYS)
    if kept is None:
        row = session.get(Setting, _WAYS)
        systems = session.scalars(select(OfficeWebhook.office_id).where(OfficeWebhook.active))
        kept = frozenset(row.value if row else ()) | {system_of(each) for each in systems}
        session.info[_WAYS] = kept
    return kept


def system_of(office_id: str) -> str:
    """Return the way to the system of an office, as it stands among the ways that are open."""
    return f"{Channel.WEBHOOK} {office_id}"


def forget(session: Session) -> None:
    """Drop what was read of the ways, after one has been opened or closed."""
    session.info.pop(_WAYS, None)
