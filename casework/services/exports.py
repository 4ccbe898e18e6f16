"""Exports: cases as a table that leaves the house, with a reason, a limit and a second person.

Nobody takes out what they could not see: every export starts from the list that its reader sees.
Names leave only when somebody else of the network has agreed, once, within a day (security card,
abuse 13). Nothing of a table is kept here; that it was taken, by whom and how much of it, is.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Role
from casework.domain.search_text import clean
from casework.models import Export, Staff
from casework.services import export_rows, history, installation, queue
from casework.services.queue import Sort, View, Whose, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.export_rows import Line

VALID: Final = timedelta(hours=24)
LONGEST_REASON: Final = 200
SHOWN: Final = 50
_HEADS: Final = (Role.SUPERVISOR, Role.COORDINATOR)
_WITH_NAME: Final = joinedload(Export.staff)


class Form(StrEnum):
    """As which kind of file."""

    CSV = "csv"
    XLSX = "xlsx"


class State(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"
    TAKEN = "taken"
    EXPIRED = "expired"


class NotForYou(PermissionError):
    """The actor may not do this with the export, or not now."""


class TooMany(ValueError):
    """More cases than may leave at once."""

    def __init__(self, most: int) -> None:
        """Keep how many may leave."""
        super().__init__(f"more than {most}")
        self.most = most


def ask(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    wish: Wish,
    reason: str,
    form: Form,
    identity: bool,
) -> Export:
    """Ask for an export of the cases that the actor sees and wishes; names wait for somebody else.

    `reason` is kept sealed. Raises NotForYou, TooMany, and ValueError without a reason.
    """
    _check_entrance(actor, identity=identity)
    words = clean(reason).strip()[:LONGEST_REASON]
    if not words:
        raise ValueError("An export needs a reason.")
    found = _ids(session, actor, now, wish)
    row = Export(
        staff_id=actor.staff_id,
        office_id=actor.office_id,
        at=now,
        expires_at=now + VALID,
        form=form.value,
        identity=identity,
        state=(State.WAITING if identity else State.READY).value,
        wanted=asdict(wish),
        cases=len(found),
        reason=words,
    )
    session.add(row)
    session.flush()
    _record(session, row, actor, now, "export:asked")
    return row


def _check_entrance(actor: Actor, *, identity: bool) -> None:
    enters = areas.may_enter(actor, Permission.EXPORT) and actor.office_id is not None
    if not enters or (identity and not areas.may_export_names(actor)):
        raise NotForYou


def _ids(session: Session, actor: Actor, now: datetime, wish: Wish) -> list[int]:
    most = installation.most_exported(session)
    # What was opened in an emergency is read there and then; it does not leave in a table.
    plain = replace(actor, opened=frozenset())
    page = queue.page(session, plain, now, wish=wish, size=most)
    if page.after is not None:
        raise TooMany(most)
    return [row.id for row in page.rows]


def _record(session: Session, row: Export, actor: Actor, now: datetime, action: str) -> None:
    history.record(
        session,
        None,
        actor,
        now,
        action,
        export=row.id,
        cases=row.cases,
        identity=row.identity,
        form=row.form,
        wanted=row.wanted,
    )


def state(row: Export, now: datetime) -> State:
    """Return how far an export is; what nobody took in time has expired."""
    known = State(row.state)
    open_still = known in {State.WAITING, State.READY}
    return State.EXPIRED if open_still and now > row.expires_at else known


def lock(session: Session, export_id: int) -> Export | None:
    """Return an export as it is now, held against others until the transaction ends."""
    return session.get(Export, export_id, with_for_update=True, populate_existing=True)


def may_decide(row: Export, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor is the second person who may decide on an export now."""
    return (
        areas.may_enter(actor, Permission.EXPORT_DECISION)
        and actor.staff_id != row.staff_id
        and state(row, now) is State.WAITING
    )


def decide(session: Session, row: Export, actor: Actor, now: datetime, *, yes: bool) -> None:
    """Let an export with names go, once and for a day, or refuse it. Raises NotForYou."""
    if not may_decide(row, actor, now):
        raise NotForYou
    row.state = (State.READY if yes else State.REFUSED).value
    row.decided_by_id, row.decided_at = actor.staff_id, now
    row.expires_at = now + VALID
    _record(session, row, actor, now, "export:approved" if yes else "export:refused")
    session.flush()


def may_take(row: Export, actor: Actor, now: datetime) -> bool:
    """Tell whether the actor asked for this export, and may take it now."""
    try:
        _check_entrance(actor, identity=row.identity)
    except NotForYou:
        return False
    return actor.staff_id == row.staff_id and state(row, now) is State.READY


def take(session: Session, row: Export, actor: Actor, now: datetime) -> list[Line]:
    """Return the lines of an export, which can then not be taken again.

    They are the cases that the actor sees at this moment, whatever was seen when it was asked
    for. Raises NotForYou and TooMany.
    """
    if not may_take(row, actor, now):
        raise NotForYou
    found = _ids(session, actor, now, _wish(row))
    lines = export_rows.of(session, found, identity=row.identity)
    row.state, row.taken_at, row.cases = State.TAKEN.value, now, len(lines)
    _record(session, row, actor, now, "export")
    session.flush()
    return lines


def _wish(row: Export) -> Wish:
    kept = dict(row.wanted)
    return Wish(
        view=View(kept.pop("view")),
        whose=Whose(kept.pop("whose")),
        sort=Sort(kept.pop("sort")),
        **kept,
    )


def may_see(row: Export, actor: Actor) -> bool:
    """Tell whether the actor may know of an export: one's own, of one's desk, of the network."""
    if not areas.may_enter(actor, Permission.EXPORT):
        return False
    heads = actor.role in _HEADS and (actor.network or actor.office_id == row.office_id)
    return heads or actor.staff_id == row.staff_id


def known(session: Session, actor: Actor) -> Sequence[Export]:
    """Return the newest exports that the actor may know of."""
    query = select(Export).options(_WITH_NAME).order_by(Export.id.desc()).limit(SHOWN)
    if actor.role not in _HEADS:
        query = query.where(Export.staff_id == actor.staff_id)
    elif not actor.network:
        query = query.where(
            or_(Export.office_id == actor.office_id, Export.staff_id == actor.staff_id)
        )
    return session.scalars(query).all()


def news(session: Session, actor: Actor, now: datetime) -> Sequence[Export]:
    """Return the exports that the actor has to look at: those to decide, and those just taken.

    The head of a desk is told what was taken from it; what a head took, the network is told.
    """
    if actor.role not in _HEADS or not areas.may_enter(actor, Permission.EXPORT):
        return []
    waiting = (Export.state == State.WAITING.value) & (Export.expires_at >= now)
    taken = (Export.state == State.TAKEN.value) & Export.seen_at.is_(None)
    ours = Export.office_id == actor.office_id
    by_heads = Export.staff_id.in_(select(Staff.id).where(Staff.role.in_(_HEADS)))
    told = taken & (or_(ours, by_heads) if actor.network else ours)
    concerns = or_(waiting, told) if actor.network else told
    query = select(Export).where(concerns, Export.staff_id != actor.staff_id)
    found = query.options(_WITH_NAME).order_by(Export.id.desc()).limit(SHOWN)
    return session.scalars(found).all()


def look_at(row: Export, actor: Actor, now: datetime) -> None:
    """Note that a head other than who took it has looked at an export."""
    looked = actor.role in _HEADS and actor.staff_id != row.staff_id
    if looked and row.state == State.TAKEN and row.seen_at is None:
        row.seen_at = now


def count(session: Session, actor: Actor, now: datetime, wish: Wish) -> int:
    """Return how many cases an export would hold now. Raises TooMany."""
    return len(_ids(session, actor, now, wish))
