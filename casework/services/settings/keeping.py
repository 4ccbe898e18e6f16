"""Rules of retention as an administrator keeps them. A change switches retention off.

Whoever changes a rule has to look at a new dry run before anything is deleted by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.retention import EVERY, WITHDRAWN, Fate
from casework.models import RetentionRule
from casework.services import directory, history, retention
from casework.services.outcome import OUTCOMES
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# Nobody is kept for longer than a working life by mistake, and nobody deleted on the spot.
MOST_MONTHS: Final = 600
ENDS: Final = (*OUTCOMES, WITHDRAWN)


@dataclass(frozen=True)
class RuleData:
    """A rule; EVERY stands for all categories or outcomes."""

    months: int
    fate: str
    source: str
    category: str = EVERY
    outcome: str = EVERY


def table(session: Session) -> Sequence[RetentionRule]:
    """Return all rules, the general one first."""
    rows = session.scalars(select(RetentionRule)).all()
    return sorted(rows, key=lambda r: (r.category != EVERY, r.category, r.outcome != EVERY))


def add(session: Session, actor: Actor, now: datetime, data: RuleData) -> RetentionRule:
    """Add a rule; raise Refused."""
    _check(session, data)
    same = select(RetentionRule.id).where(
        RetentionRule.category == data.category, RetentionRule.outcome == data.outcome
    )
    if session.scalar(same) is not None:
        raise Refused("category", "rule_there")
    row = RetentionRule(**vars(data))
    session.add(row)
    _record(session, actor, now, row, before=None, after=_said(row))
    return row


def change(
    session: Session, actor: Actor, now: datetime, row: RetentionRule, data: RuleData
) -> None:
    """Change how long and what then; whom the rule is for stays. Raise Refused."""
    _check(session, data)
    before = _said(row)
    row.months, row.fate, row.source = data.months, data.fate, data.source
    _record(session, actor, now, row, before=before, after=_said(row))


def remove(session: Session, actor: Actor, now: datetime, row: RetentionRule) -> None:
    """Take a rule away; what no rule speaks of is kept."""
    before = _said(row)
    session.delete(row)
    _record(session, actor, now, row, before=before, after=None)


def _check(session: Session, data: RuleData) -> None:
    if data.category not in {EVERY, *directory.taxonomy(session).codes}:
        raise Refused("category", "unknown")
    if data.outcome not in {EVERY, *ENDS}:
        raise Refused("outcome", "unknown")
    if not 1 <= data.months <= MOST_MONTHS:
        raise Refused("months", "range")
    if data.fate not in set(Fate):
        raise Refused("fate", "unknown")
    if not data.source:
        raise Refused("source", "empty")


def _said(row: RetentionRule) -> dict[str, int | str]:
    return {"months": row.months, "fate": row.fate}


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    row: RetentionRule,
    *,
    before: dict[str, int | str] | None,
    after: dict[str, int | str] | None,
) -> None:
    session.flush()
    history.record(
        session,
        None,
        actor,
        now,
        "settings:retention-rule",
        category=row.category,
        outcome=row.outcome,
        before=before,
        after=after,
    )
    retention.switch_off(session, actor, now)
