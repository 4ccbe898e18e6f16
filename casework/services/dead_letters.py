"""Letters that nobody tries to send any more, and how long letters are remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, delete, or_, select, update

from casework.domain.letters import LetterState
from casework.models import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

# What went, or was not wanted any more, is remembered this long; what is dead a little longer.
KEPT: Final = timedelta(days=30)
DEAD_KEPT: Final = timedelta(days=180)
SHOWN: Final = 200


def newest(session: Session) -> Sequence[Letter]:
    """Return letters that nobody tries to send any more, newest first: as many as are shown."""
    query = select(Letter).where(Letter.state == LetterState.DEAD.value)
    return session.scalars(query.order_by(Letter.id.desc()).limit(SHOWN)).all()


def retry(session: Session, now: datetime, letter_id: int | None = None) -> int:
    """Try dead letters again from the beginning: one, or all; return how many."""
    which = Letter.state == LetterState.DEAD.value
    if letter_id is not None:
        # What went as one goes as one again.
        batch = select(Letter.batch).where(Letter.id == letter_id).scalar_subquery()
        which &= or_(Letter.id == letter_id, Letter.batch == batch)
    done = session.execute(
        update(Letter)
        .where(which)
        .values(state=LetterState.WAITING.value, attempts=0, not_before=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0


def purge(session: Session, now: datetime) -> int:
    """Delete letters that went, or are not wanted, after a while; return how many there were."""
    over = [LetterState.SENT.value, LetterState.DROPPED.value]
    gone = session.execute(
        delete(Letter).where(
            or_(
                Letter.state.in_(over) & (Letter.made_at <= now - KEPT),
                (Letter.state == LetterState.DEAD.value) & (Letter.made_at <= now - DEAD_KEPT),
                # Nobody could even try for so long: the way is closed, and this no news any more.
                (Letter.state == LetterState.WAITING.value) & (Letter.not_before <= now - KEPT),
            )
        )
    )
    return gone.rowcount if isinstance(gone, CursorResult) else 0
