"""What is true of the installation as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.models import Setting

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import Session

DEMONSTRATION: Final = "demonstration"
# Under this name the settings hold a word that changes with every change of the directory.
EDITION: Final = "directory_edition"
_KEPT: Final = "installation"
EXPORTED: Final = "export_rows"
MOST_EXPORTED: Final = 10_000
PACKETS: Final = "packet_days"
PACKET_DAYS: Final = 14


def known() -> tuple[ScalarSelect[Any], ...]:
    """Return what every page has to know, as columns for a query that is asked anyway."""
    return tuple(
        select(Setting.value).where(Setting.name == name).scalar_subquery()
        for name in (EDITION, DEMONSTRATION)
    )


_KNOWN: Final = select(*known())


def learn(session: Session, edition: Any, demonstration: Any) -> None:
    """Keep for this session what stands in the columns of `known`."""
    session.info.setdefault(_KEPT, (edition, bool(demonstration)))


def _kept(session: Session) -> tuple[Any, bool]:
    if _KEPT not in session.info:
        learn(session, *session.execute(_KNOWN).one())
    kept: tuple[Any, bool] = session.info[_KEPT]
    return kept


def forget(session: Session) -> None:
    """Ask again what was kept: it is another now."""
    session.info.pop(_KEPT, None)


def edition(session: Session) -> str | None:
    """Return the word that changes with every change of the directory, if it has one."""
    found: str | None = _kept(session)[0]
    return found


def shows_demonstration(session: Session) -> bool:
    """Tell whether demonstration data is loaded, so that every page has to say so."""
    return _kept(session)[1]


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
    forget(session)
