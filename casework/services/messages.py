"""Words between the complainant and those who handle the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain import burmese
from casework.domain.burmese import BurmeseText
from casework.domain.escalation import ClockKind
from casework.domain.facts import DESK_ROLES, ActorKind
from casework.domain.search_text import clean
from casework.domain.workflow import Action
from casework.models import Message
from casework.services import at_hand, casefile, clocks, news, notices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case


class EmptyMessage(ValueError):
    """A message needs words."""


def _words(message: Message, body: str) -> None:
    typed = clean(body)
    if not typed:
        raise EmptyMessage
    read = BurmeseText.read(typed, zawgyi=burmese.decide([typed]))
    message.body, message.original = read.unicode, read.original


def write(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    body: str,
    *,
    ask: bool = False,
    version: int | None = None,
) -> Message:
    """Write to the complainant; with `ask` the case then waits for their answer.

    The first message of an office stops its clock for the first answer. Raises EmptyMessage,
    NotAllowed, StaleCase.
    """
    casefile.move(session, case, actor, Action.ANSWER, now, version=version)
    if ask:
        casefile.move(session, case, actor, Action.ASK_COMPLAINANT, now)
    at_desk = actor.office is None or actor.office.role in DESK_ROLES
    message = Message(
        case=case,
        at=now,
        from_complainant=False,
        staff_id=actor.staff_id,
        office_id=None if at_desk else actor.office_id,
        language=case.language,
    )
    _words(message, body)
    session.add(message)
    clocks.met(session, case, ClockKind.FIRST_ANSWER, actor.office_id or "", now)
    if at_desk:
        clocks.met(session, case, ClockKind.FIRST_ANSWER, None, now)
    if ask:
        # Whoever is asked again has the whole time again.
        clocks.met(session, case, ClockKind.SILENCE, None, now)
    casefile.settle(session, case, now)
    news.tell(session, case, now)
    return message


def reply(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    body: str,
    office_id: str | None = None,
    version: int | None = None,
) -> Message:
    """Write as the complainant: to the desk, or also to one office that has the case."""
    casefile.move(session, case, actor, Action.REPLY, now, version=version)
    holders = {referral.office_id for referral in case.referrals if referral.may_see}
    message = Message(
        case=case,
        at=now,
        from_complainant=True,
        office_id=office_id if office_id in holders else None,
        language=case.language,
    )
    _words(message, body)
    session.add(message)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "reply", now)
    if message.office_id:
        notices.tell(session, case, message.office_id, "reply", now)
    return message


def readable(session: Session, case: Case, actor: Actor) -> Sequence[Message]:
    """Return the messages the actor may read, newest first.

    The complainant and the desk read all; an office reads only what it wrote or was sent.
    """
    office = actor.office
    in_part = actor.kind is ActorKind.STAFF and (office is None or office.role not in DESK_ROLES)
    # Whoever works nowhere reads nothing: no message is of no office to them.
    own = actor.office_id or ""
    held = at_hand.rows(session, case, Message)
    if held is not None:
        read = [row for row in held if not in_part or row.office_id == own]
        return sorted(read, key=lambda row: (row.at, row.id), reverse=True)
    query = select(Message).where(Message.case_id == case.id)
    if in_part:
        query = query.where(Message.office_id == own)
    return session.scalars(query.order_by(Message.at.desc(), Message.id.desc())).all()
