"""Packets for an office that never signs in: made, opened by their code, answered once.

Whoever shows the code of a packet acts as an officer of its office, on this one case, and only to
say yes or no or to write. Nothing of the code's power is stored: each time it is worked out anew
what the office may do, so it ends with the referral, with a conflict and with the consent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from casework import crypto
from casework.domain import packet_code, permissions
from casework.domain.facts import DESK_ROLES, LIVE, Actor, ActorKind, ReferralState, Role
from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.models import Packet, Referral
from casework.services import (
    casefile,
    directory,
    history,
    installation,
    logins,
    messages,
    preview,
    referrals,
)
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.models import Case
    from casework.services.sight import Sight

# Long enough to read a page and to ask a colleague.
VISIT: Final = timedelta(minutes=30)
GROUNDS: Final = {
    "no_account": N_("Nobody at the office uses Casework"),
    "paper": N_("The office wants it on paper"),
    "silence": N_("The office has not answered so far"),
}
# What can be said by the link; all else takes an account.
ANSWERS: Final = (Action.ACCEPT, Action.ANSWER, Action.DECLINE)
MADE: Final = "packet"
OPENED: Final = "packet_opened"
ANSWERED: Final = "packet_answered"


class NoPacket(LookupError):
    """No packet can be made for this dispatch: the office does not have the case, or not so."""


@dataclass(frozen=True)
class Plan:
    """A packet that is about to be made: its code, which is shown once, and what it shows."""

    referral_id: int
    office_id: str
    code: str
    until: datetime
    sight: Sight


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


@dataclass(frozen=True)
class Tally:
    """How many packets an office got, and how many it answered or left unanswered."""

    made: int
    answered: int
    unanswered: int


def actor_of(session: Session, office_id: str) -> Actor:
    """Return as whom somebody acts who holds the code of a packet: an officer without a name."""
    return Actor(ActorKind.STAFF, Role.OFFICER, office=directory.offices(session)[office_id])


def find(session: Session, case: Case, referral_id: int) -> Referral:
    """Return the dispatch for which a packet can be made; raise NoPacket."""
    found = next((row for row in case.referrals if row.id == referral_id), None)
    if found is None or found.state not in LIVE:
        raise NoPacket
    office = directory.offices(session)[found.office_id]
    facts = case_facts(session, case)
    if office.role in DESK_ROLES or not permissions.office_may_see(
        office, facts, ReferralState(found.state)
    ):
        raise NoPacket
    return found


def plan(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    referral_id: int,
    version: int | None = None,
) -> Plan:
    """Return what is to be printed; nothing is written yet.

    Printing takes its time, and nobody should wait for it. Raises as `make` does.
    """
    casefile.check(session, case, actor, Action.PACKET, now, version=version)
    office_id = find(session, case, referral_id).office_id
    return Plan(
        referral_id,
        office_id,
        packet_code.make(secrets.token_bytes(packet_code.RANDOM_BYTES)),
        now + timedelta(days=installation.packet_days(session)),
        preview.for_office(session, case, directory.offices(session)[office_id]),
    )


def make(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    plan: Plan,
    language: str,
    ground: str,
    version: int | None = None,
) -> Packet:
    """Make a packet that was printed; an older one of the same dispatch ends.

    `language` is that of the paper, `ground` one of GROUNDS; `version` says from what the paper
    was made. The case has to be locked. Raises NoPacket, NotAllowed and StaleCase.
    """
    casefile.check(session, case, actor, Action.PACKET, now, version=version)
    referral = find(session, case, plan.referral_id)
    _replace(session, referral, now)
    packet = _row(referral, actor, now, plan)
    packet.language, packet.ground = language, ground
    session.add(packet)
    casefile.move(
        session,
        case,
        actor,
        Action.PACKET,
        now,
        office=referral.office_id,
        packet=packet.id,
        language=language,
        ground=ground,
        until=packet.until.isoformat(),
    )
    casefile.settle(session, case, now)
    return packet


def _row(referral: Referral, actor: Actor, now: datetime, plan: Plan) -> Packet:
    return Packet(
        case=referral.case,
        referral_id=referral.id,
        office_id=referral.office_id,
        staff_id=actor.staff_id,
        made_at=now,
        until=plan.until,
        token_hash=crypto.token_hash(plan.code),
    )


def _replace(session: Session, referral: Referral, now: datetime) -> None:
    older = select(Packet).where(
        Packet.referral_id == referral.id,
        Packet.answered_at.is_(None),
        Packet.replaced_at.is_(None),
        Packet.until > now,
    )
    for row in session.scalars(older):
        row.replaced_at = now


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


def of_case(session: Session, case: Case) -> Sequence[Packet]:
    """Return the packets of a case, newest first."""
    rows = select(Packet).where(Packet.case_id == case.id)
    return session.scalars(rows.order_by(Packet.made_at.desc(), Packet.id.desc())).all()


def lives(session: Session, now: datetime, packet: Packet) -> bool:
    """Tell whether the link of a packet can still be used."""
    return _living(session, now, packet) is not None


def _unanswered(now: datetime) -> ColumnElement[bool]:
    silent = Referral.state == ReferralState.SILENT.value
    return (
        Packet.answered_at.is_(None)
        & Packet.replaced_at.is_(None)
        & or_(Packet.until <= now, silent)
    )


def tally(session: Session, office_id: str, now: datetime) -> Tally:
    """Count the packets of an office: a newer one in the place of an older counts once more."""
    counted = (
        select(
            func.count(),
            func.count(Packet.answered_at),
            func.count().filter(_unanswered(now)),
        )
        .select_from(Packet)
        .join(Referral, Referral.id == Packet.referral_id)
        .where(Packet.office_id == office_id)
    )
    return Tally(*session.execute(counted).one())
