"""How long things may take, and when offices are reminded, as an administrator keeps it.

Clocks that run keep the end they began with; what is changed counts from the next clock on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.escalation import WHOLE, ClockKind, Unit
from casework.domain.facts import Severity
from casework.models import CountrySetting, Setting, TermRow
from casework.services import directory, history
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# The longest a term may be, in its own unit: nobody waits for longer than a year by mistake.
LONGEST: Final = {Unit.WORKING_DAYS: 260, Unit.DAYS: 366, Unit.HOURS: 24 * 14}
MOST_REMINDERS: Final = 5
_KINDS: Final = {kind.value: order for order, kind in enumerate(ClockKind)}


@dataclass(frozen=True)
class TermData:
    """A term; an empty severity or country fits all."""

    kind: str
    amount: int
    unit: str
    source: str
    severity: str = ""
    country: str = ""


def table(session: Session) -> Sequence[TermRow]:
    """Return all terms, those of one kind together, the general one first."""
    rows = session.scalars(select(TermRow)).all()
    return sorted(rows, key=lambda r: (_KINDS[r.kind], bool(r.severity), r.severity, r.country))


def is_general(row: TermRow) -> bool:
    """Tell whether this is the term that stays, because no clock can do without it."""
    return not row.severity and not row.country


def add(session: Session, actor: Actor, now: datetime, data: TermData) -> TermRow:
    """Add a term for a severity or a country; raise Refused."""
    _check(session, data)
    same = select(TermRow.id).where(
        TermRow.kind == data.kind,
        TermRow.severity == data.severity,
        TermRow.country == data.country,
    )
    if session.scalar(same) is not None:
        raise Refused("kind", "there")
    row = TermRow(
        kind=data.kind,
        severity=data.severity,
        country=data.country,
        amount=data.amount,
        unit=data.unit,
        source=data.source,
    )
    session.add(row)
    _record(session, actor, now, row, before=None, after=_said(row))
    return row


def change(session: Session, actor: Actor, now: datetime, row: TermRow, data: TermData) -> None:
    """Change how long something may take, and where that comes from; raise Refused.

    What the term is for stays: another case of it is another term.
    """
    _check(session, data)
    before = _said(row)
    row.amount, row.unit, row.source = data.amount, data.unit, data.source
    _record(session, actor, now, row, before=before, after=_said(row))


def remove(session: Session, actor: Actor, now: datetime, row: TermRow) -> None:
    """Take a particular term away, so that the general one counts; raise Refused."""
    if is_general(row):
        raise Refused("kind", "general")
    before = _said(row)
    session.delete(row)
    _record(session, actor, now, row, before=before, after=None)


def set_reminders(session: Session, actor: Actor, now: datetime, percents: Sequence[int]) -> None:
    """Say at which parts of a term an office is reminded; the end is always one. Raise Refused."""
    if any(not 0 < each <= WHOLE for each in percents):
        raise Refused("percents", "range")
    wanted = sorted({*percents, WHOLE})
    if len(wanted) > MOST_REMINDERS:
        raise Refused("percents", "many")
    before = directory.reminder_percents(session)
    session.merge(Setting(name=directory.REMINDERS, value=wanted))
    session.flush()
    directory.forget(session)
    history.record(session, None, actor, now, "settings:reminders", before=before, after=wanted)


def _check(session: Session, data: TermData) -> None:
    if data.kind not in set(ClockKind):
        raise Refused("kind", "unknown")
    if data.unit not in set(Unit):
        raise Refused("unit", "unknown")
    if not 1 <= data.amount <= LONGEST[Unit(data.unit)]:
        raise Refused("amount", "range")
    if not data.source:
        raise Refused("source", "empty")
    if data.severity and data.severity not in set(Severity):
        raise Refused("severity", "unknown")
    if data.country and session.get(CountrySetting, data.country) is None:
        raise Refused("country", "unknown")


def _said(row: TermRow) -> dict[str, int | str]:
    return {"amount": row.amount, "unit": row.unit}


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    row: TermRow,
    *,
    before: dict[str, int | str] | None,
    after: dict[str, int | str] | None,
) -> None:
    session.flush()
    directory.forget(session)
    history.record(
        session,
        None,
        actor,
        now,
        "settings:term",
        kind=row.kind,
        severity=row.severity,
        country=row.country,
        before=before,
        after=after,
    )
