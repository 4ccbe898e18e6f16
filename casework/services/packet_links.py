"""The link of a packet: opened by the code that stands on it, and used up by one answer.

Whoever shows the code acts as an officer of the packet's office, on this one case, and only to
say yes or no or to write. Nothing of the code's power is stored: each time it is worked out anew
what the office may do, so it ends with the referral, with a conflict and with the consent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework import crypto
from casework.domain import permissions
from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.workflow import Action
from casework.models import Packet
from casework.services import casefile, directory, history, logins, messages, referrals
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.models import Case

# Long enough to read a page and to ask a colleague.
VISIT: Final = timedelta(minutes=30)
# What can be said by the link; all else takes an account.
ANSWERS: Final = (Action.ACCEPT, Action.ANSWER, Action.DECLINE)
OPENED: Final = "packet_opened"
ANSWERED: Final = "packet_answered"


@dataclass(frozen=True)
class Reply:
    """What an office says by its link: one of ANSWERS, with what belongs to it.

    `number` is the office's own; `code` why it says no; `words` are for the desk, and for the
    worker too unless it says no.
    """

    action: Action
    number: str = ""
    code: str = ""
    words: str = ""


@dataclass(frozen=True)
class Visit:
    """A living link: its packet, as whom its holder acts, and what can be said now."""

    packet: Packet
    actor: Actor
    answers: Sequence[Action]


def actor_of(session: Session, office_id: str) -> Actor:
    """Return as whom somebody acts who holds the code of a packet: an officer without a name."""
    return Actor(ActorKind.STAFF, Role.OFFICER, office=directory.offices(session)[office_id])


def open_by_code(session: Session, now: datetime, code: str) -> str | None:
    """Begin a visit with the code of a living packet; return its token, None where there is none.

    An older visit of the same packet ends.
    """
    found = session.scalar(select(Packet).where(Packet.token_hash == crypto.token_hash(code)))
    visit = _living(session, now, found)
    if visit is None:
        return None
    packet, token = visit.packet, secrets.token_urlsafe(logins.TOKEN_BYTES)
    packet.visit_hash, packet.visit_until = crypto.token_hash(token), now + VISIT
    packet.opened_at = packet.opened_at or now
    history.record(session, packet.case, visit.actor, now, OPENED, packet=packet.id)
    return token


def visit(session: Session, now: datetime, token: str) -> Visit | None:
    """Return the living visit of a token; None when there is none, or it has run out."""
    found = session.scalar(select(Packet).where(Packet.visit_hash == crypto.token_hash(token)))
    if found is None or found.visit_until is None or now >= found.visit_until:
        return None
    return _living(session, now, found)


def _living(session: Session, now: datetime, packet: Packet | None) -> Visit | None:
    if packet is None or packet.answered_at or packet.replaced_at or now >= packet.until:
        return None
    actor = actor_of(session, packet.office_id)
    facts = case_facts(session, packet.case)
    own = permissions.own_referral(actor, facts)
    active = actor.office is not None and actor.office.active
    if not active or own is None or own.id != packet.referral_id:
        return None
    answers = [each for each in ANSWERS if permissions.allowed(actor, facts, each, now)]
    return Visit(packet, actor, answers) if answers else None


def answer(session: Session, visit: Visit, now: datetime, reply: Reply) -> None:
    """Do what an office says by its link, which is used up by it; the case has to be locked.

    Raises NotAllowed, and EmptyMessage where there have to be words.
    """
    if reply.action not in visit.answers:
        raise casefile.NotAllowed(reply.action, visit.packet.case.status)
    packet, case, actor = visit.packet, visit.packet.case, visit.actor
    if reply.action is Action.DECLINE:
        referrals.decline(session, case, actor, now, code=reply.code, reason=reply.words)
    else:
        _take_or_write(session, case, actor, now, reply)
    packet.answered_at, packet.answer = now, reply.action.value
    packet.visit_hash = packet.visit_until = None
    history.record(session, case, actor, now, ANSWERED, packet=packet.id, answer=reply.action)


def _take_or_write(session: Session, case: Case, actor: Actor, now: datetime, reply: Reply) -> None:
    if reply.action is Action.ACCEPT:
        referrals.accept(session, case, actor, now, office_number=reply.number)
    elif reply.number:
        referrals.set_office_number(session, case, actor, now, number=reply.number)
    if reply.words or reply.action is Action.ANSWER:
        messages.write(session, case, actor, now, reply.words)


def lives(session: Session, now: datetime, packet: Packet) -> bool:
    """Tell whether the link of a packet can still be used."""
    return _living(session, now, packet) is not None
