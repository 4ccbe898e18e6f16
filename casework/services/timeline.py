"""The time line of a case: what happened, what was said and what was noted, newest first.

A desk reads all of it. An office reads what it did and what was done towards it; who else
works on a case, and what they do, is not told to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import ActorKind
from casework.domain.workflow import Action
from casework.services import history, messages, notebook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case, Event


class Shape(StrEnum):
    """How an entry is marked: we or an office acted, the worker spoke, a lapse or a climb."""

    DOT = "dot"
    RING = "ring"
    DIAMOND = "diamond"


@dataclass(frozen=True)
class Entry:
    """One entry. `action` is the code of what happened; a message or note carries its text."""

    at: datetime
    shape: Shape
    action: str
    actor_kind: str
    office_id: str | None
    staff_id: int | None
    data: Mapping[str, Any]
    text: str | None = None
    original: str | None = None
    language: str = ""


# The message or the note itself tells these, with its words.
_TOLD_OTHERWISE: Final = frozenset({*history.NO_MOVES, Action.ANSWER, Action.REPLY, Action.NOTE})
_CLIMBS: Final = frozenset(
    {Action.ESCALATE, Action.ESCALATE_TO_DESK, Action.ASK_ESCALATION, "flagged", "lapsed_at_top"}
)
# Which rule chose whom, and who was passed over, is the desk's to know.
_OF_THE_RULES: Final = frozenset({"desk", "routed"})
# What everybody who has the case is told, whoever did it.
_FOR_ALL: Final = frozenset(
    {
        "filed",
        Action.CONFIRM,
        Action.DISPUTE,
        Action.CLOSE,
        Action.CLOSE_UNCONFIRMED,
        Action.WITHDRAW,
        Action.REOPEN,
        Action.PROPOSE_OUTCOME,
    }
)
MESSAGE: Final = "message"


def of(session: Session, case: Case, actor: Actor, *, only_messages: bool = False) -> list[Entry]:
    """Return the entries that the actor may read."""
    found = [_message(row) for row in messages.readable(session, case, actor)]
    if not only_messages:
        found += [_note(row) for row in notebook.notes(session, case, actor)]
        found += _events(history.of_case(session, case), actor, case.desk_office_id)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _events(events: Sequence[Event], actor: Actor, desk: str) -> list[Entry]:
    told = [event for event in events if event.action not in _TOLD_OTHERWISE]
    if not actor.government:
        return [_event(event, event.office_id, event.data) for event in told]
    return [_told_to_office(event, actor, desk) for event in told if _concerns(event, actor)]


def _told_to_office(event: Event, actor: Actor, desk: str) -> Entry:
    """Return an event as an office is told it: of what others did, only that it was done."""
    if event.office_id == actor.office_id:
        return _event(event, event.office_id, event.data)
    own = event.data.get("office") == actor.office_id
    known = event.office_id if event.office_id == desk else None
    return _event(event, known, {"office": actor.office_id} if own else {})


def _concerns(event: Event, actor: Actor) -> bool:
    if event.action in _OF_THE_RULES:
        return False
    return (
        event.action in _FOR_ALL
        or event.office_id == actor.office_id
        or event.data.get("office") == actor.office_id
    )


def _event(event: Event, office_id: str | None, data: Mapping[str, Any]) -> Entry:
    shape = Shape.RING if event.actor_kind == ActorKind.COMPLAINANT else Shape.DOT
    shape = Shape.DIAMOND if event.action in _CLIMBS else shape
    known = office_id is not None and office_id == event.office_id
    staff_id = event.staff_id if known else None
    return Entry(event.at, shape, event.action, event.actor_kind, office_id, staff_id, data)


def _message(row: Any) -> Entry:
    said_by_worker = row.from_complainant
    return Entry(
        row.at,
        Shape.RING if said_by_worker else Shape.DOT,
        MESSAGE,
        ActorKind.COMPLAINANT if said_by_worker else ActorKind.STAFF,
        row.office_id,
        row.staff_id,
        {},
        row.body,
        row.original,
        row.language,
    )


def _note(row: Any) -> Entry:
    return Entry(
        row.at,
        Shape.DOT,
        row.kind,
        ActorKind.STAFF,
        row.office_id,
        row.staff_id,
        {},
        row.body,
    )


def readers(events: Sequence[Event], limit: int = 10) -> list[Event]:
    """Return who opened the case last, newest first."""
    return [event for event in events if event.action == history.READ][:limit]


def refused(events: Sequence[Event], actor: Actor, limit: int = 10) -> list[Event]:
    """Return, to who supervises, who asked for the case last and may not see it, newest first."""
    if not areas.may_enter(actor, Permission.ESCALATIONS):
        return []
    return [event for event in events if event.action == history.DENIED][:limit]
