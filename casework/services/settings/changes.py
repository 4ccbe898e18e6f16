"""The history of settings and accounts: what an administrator reads of who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from casework.models import Event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGE: Final = 50
# Whoever signed in when, and how, is nobody's business here.
_SIGN_INS: Final = frozenset(
    {
        "account:sign-in",
        "account:sign-in-refused",
        "account:second-step",
        "account:recovery-code",
        "account:proved",
        "account:sign-out",
        "account:signed-out",
    }
)


@dataclass(frozen=True)
class Page:
    """A page of changes; `more` is the id to read on from, when there is something."""

    rows: list[Event]
    more: int | None


def page(session: Session, *, before: int | None = None, size: int = PAGE) -> Page:
    """Return changes older than the one with the id `before`, the newest first."""
    query = select(Event).where(
        Event.case_id.is_(None),
        or_(Event.action.startswith("settings:"), Event.action.startswith("account:")),
        Event.action.not_in(_SIGN_INS),
    )
    if before is not None:
        query = query.where(Event.id < before)
    rows = list(session.scalars(query.order_by(Event.id.desc()).limit(size + 1)))
    shown = rows[:size]
    return Page(shown, shown[-1].id if len(rows) > size else None)
