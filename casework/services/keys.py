"""Data keys wrapped anew when the wrapping key changes, while the house is in use.

Only the small wrapped keys move; what they seal stays as it is. A row is found by the version
its wrapped key begins with, so that a rotation which was stopped goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from casework import crypto
from casework.db import Base
from casework.models import Setting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

AT_ONCE: Final = 500
# The mark of the secret from which indexes and codes are derived, and of each wrapping key.
_ROOT: Final = "keyset"
_WRAPPING: Final = "keyset:"


def tables() -> list[type[Any]]:
    """Return every table whose rows carry a wrapped data key, by name."""
    mapped = [mapper.class_ for mapper in Base.registry.mappers]
    holders = [each for each in mapped if "wrapped_key" in each.__table__.columns]
    return sorted(holders, key=lambda each: each.__tablename__)


def in_use(session: Session) -> Counter[int]:
    """Return how many data keys each version of the wrapping key wraps."""
    found: Counter[int] = Counter()
    for table in tables():
        mark = func.substr(table.wrapped_key, 1, crypto.VERSION_BYTES)
        for version, rows in session.execute(select(mark, func.count()).group_by(mark)):
            found[int.from_bytes(version, "big")] += rows
    return found


def outdated(session: Session) -> int:
    """Return how many data keys are not wrapped by the current key."""
    used = in_use(session)
    return sum(used.values()) - used[crypto.current_version()]


def rewrap(session: Session, table: type[Any], after: int) -> tuple[int | None, int]:
    """Wrap some data keys of a table anew, those with ids above `after`.

    Returns the last id that was looked at, None when there is none left, and how many changed.
    A row whose key is changed by somebody else in this moment is left to them.
    """
    newest = crypto.version_mark(crypto.current_version())
    query = (
        select(table.id, table.wrapped_key)
        .where(table.id > after, func.substr(table.wrapped_key, 1, len(newest)) != newest)
        .order_by(table.id)
        .limit(AT_ONCE)
    )
    rows = session.execute(query).all()
    for row_id, wrapped in rows:
        fresh = crypto.rewrapped(wrapped, table.__tablename__, row_id)
        session.execute(
            update(table)
            .where(table.id == row_id, table.wrapped_key == wrapped)
            .values(wrapped_key=fresh)
        )
    return (rows[-1].id if rows else None), len(rows)


def keep_marks(session: Session) -> None:
    """Write down which keys this database is sealed with; marks of retired keys go."""
    marks = {f"{_WRAPPING}{version}": mark for version, mark in crypto.fingerprints().items()}
    for row in _kept(session):
        if row.name not in marks:
            session.delete(row)
    for name, mark in {_ROOT: crypto.fingerprint(), **marks}.items():
        session.merge(Setting(name=name, value=mark))


def belong(session: Session) -> bool:
    """Tell whether the installed keys are those that this database is sealed with."""
    secret = session.get(Setting, _ROOT)
    if secret is None:
        return True
    have = crypto.fingerprints()
    return secret.value == crypto.fingerprint() and all(
        have.get(int(row.name.removeprefix(_WRAPPING))) == row.value for row in _kept(session)
    )


def _kept(session: Session) -> list[Setting]:
    return list(session.scalars(select(Setting).where(Setting.name.startswith(_WRAPPING))))
