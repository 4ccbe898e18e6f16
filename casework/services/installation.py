"""What is true of the installation as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.models import Setting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DEMONSTRATION: Final = "demonstration"
EXPORTED: Final = "export_rows"
MOST_EXPORTED: Final = 10_000
PACKETS: Final = "packet_days"
PACKET_DAYS: Final = 14


def shows_demonstration(session: Session) -> bool:
    """Tell whether demonstration data is loaded, so that every page has to say so."""
    row = session.get(Setting, DEMONSTRATION)
    return row is not None and bool(row.value)


def most_exported(session: Session) -> int:
    """Return how many cases one export may hold."""
    row = session.get(Setting, EXPORTED)
    return int(row.value) if row is not None else MOST_EXPORTED


def packet_days(session: Session) -> int:
    """Return for how many days the link of a packet can be used."""
    row = session.get(Setting, PACKETS)
    return int(row.value) if row is not None else PACKET_DAYS


def mark_demonstration(session: Session, *, loaded: bool) -> None:
    """Write down whether demonstration data is loaded."""
    session.merge(Setting(name=DEMONSTRATION, value=loaded))
