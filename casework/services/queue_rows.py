"""What a list says of each of its cases: a few queries for the whole page, none for a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from casework.domain import countdown
from casework.domain.countdown import Countdown
from casework.domain.escalation import Unit
from casework.domain.workflow import ENDED, Status
from casework.models import CaseCategory, Clock, Event, Staff
from casework.services import directory, names
from casework.services.history import NO_MOVES

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.names import Names


class Holder(StrEnum):
    """With whom a case is, as its reader says it."""

    YOU = "you"
    COLLEAGUE = "colleague"
    FREE = "free"
    DESK = "desk"
    OFFICE = "office"
    OTHER_OFFICE = "other_office"
    WORKER = "worker"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Move:
    """The last thing that happened: codes and data, as the history keeps them."""

    action: str
    at: datetime
    actor_kind: str
    office_id: str | None
    person: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A case in a list: its columns and what was looked up beside them."""

    row: Row[Any]
    categories: Sequence[str]
    clock: Countdown | None
    holder: Holder
    holder_name: str
    last: Move | None


@dataclass(frozen=True)
class Lines:
    """The lines of a page, with the names of the offices they speak of."""

    lines: Sequence[Line]
    names: Names


def of(session: Session, actor: Actor, now: datetime, rows: Sequence[Row[Any]]) -> Lines:
    """Return the lines of a page of `queue.page`, in its order."""
    ids = [row.id for row in rows]
    categories = categories_of(session, ids)
    clocks = clocks_of(session, actor, ids)
    moves = _moves(session, actor, ids)
    known = names.of(
        session,
        [
            *(row.desk_office_id for row in rows),
            *(row.lead_office_id for row in rows),
            *(clock.office_id for each in clocks.values() for clock in each),
            *(move.office_id for move in moves.values()),
            *(move.data.get("office") for move in moves.values()),
        ],
    )
    lines = []
    for row in rows:
        holder, name = _holder(actor, row, known)
        clock = standing(session, row, clocks[row.id], known, now)
        lines.append(Line(row, categories[row.id], clock, holder, name, moves.get(row.id)))
    return Lines(lines, known)


def categories_of(session: Session, ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Return the category codes of cases, each in the order in which they were chosen."""
    query = (
        select(CaseCategory.case_id, CaseCategory.code)
        .where(CaseCategory.case_id.in_(ids))
        .order_by(CaseCategory.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for case_id, code in session.execute(query):
        if code not in found[case_id]:
            found[case_id].append(code)
    return found


def clocks_of(session: Session, actor: Actor, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Return the running and lapsed clocks of cases that concern the actor."""
    query = select(Clock.case_id, Clock.office_id, Clock.unit, Clock.due_at, Clock.remaining).where(
        Clock.case_id.in_(ids), or_(Clock.stopped_at.is_(None), Clock.lapsed_at.is_not(None))
    )
    if actor.government:
        query = query.where(Clock.office_id == actor.office_id)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query.order_by(Clock.id)):
        found[row.case_id].append(row)
    return found


def standing(
    session: Session, row: Row[Any], clocks: Sequence[Any], known: Names, now: datetime
) -> Countdown | None:
    """Return the clock that put the row where it stands in the list, on its office's calendar."""
    if row.status in ENDED:
        return None
    paused = row.status == Status.WAITING_COMPLAINANT
    found = next((c for c in clocks if c.due_at == row.due_at or paused), None)
    if found is None:
        return None
    host = known.hosts.get(found.office_id) or directory.DEFAULT_COUNTRY
    calendar = directory.calendar(session, host, now.year)
    return countdown.left(Unit(found.unit), found.due_at, calendar, now, paused=paused)


def _moves(session: Session, actor: Actor, ids: Sequence[int]) -> Mapping[int, Move]:
    newest = select(func.max(Event.id)).where(Event.case_id.in_(ids), Event.action.not_in(NO_MOVES))
    if actor.government:
        # What the desk and other offices do is not told to an office; its own moves are.
        newest = newest.where(Event.office_id == actor.office_id)
    query = (
        select(
            Event.case_id,
            Event.action,
            Event.at,
            Event.actor_kind,
            Event.office_id,
            Staff.name,
            Event.data,
        )
        .outerjoin(Staff, Staff.id == Event.staff_id)
        .where(Event.id.in_(newest.group_by(Event.case_id)))
    )
    return {
        row.case_id: Move(
            row.action, row.at, row.actor_kind, row.office_id, row.name or "", row.data
        )
        for row in session.execute(query)
    }


def _holder(actor: Actor, row: Row[Any], known: Names) -> tuple[Holder, str]:
    if row.waits_for == "complainant":
        return Holder.WORKER, ""
    if row.waits_for == "office":
        return _office(actor, row.lead_office_id, known)
    return _desk(actor, row, known) if row.waits_for else (Holder.NOBODY, "")


def _office(actor: Actor, lead: str | None, known: Names) -> tuple[Holder, str]:
    if lead == actor.office_id:
        return Holder.YOU, ""
    # Which other office works on a case is told to the desk, and to nobody else.
    return (Holder.OTHER_OFFICE, "") if actor.government else (Holder.OFFICE, known.office(lead))


def _desk(actor: Actor, row: Row[Any], known: Names) -> tuple[Holder, str]:
    desk = known.office(row.desk_office_id)
    if row.desk_office_id != actor.office_id:
        return Holder.DESK, desk
    if row.caseworker_id == actor.staff_id:
        return Holder.YOU, ""
    return (Holder.COLLEAGUE, row.caseworker) if row.caseworker_id else (Holder.FREE, desk)
