"""Packets for an office that never signs in: planned, made and counted.

What stands on the paper is what the office would see here, and is kept nowhere.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from casework import crypto
from casework.domain import packet_code, permissions
from casework.domain.facts import DESK_ROLES, LIVE, Actor, ReferralState
from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.models import Packet, Referral
from casework.services import at_hand, casefile, directory, installation, preview
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.models import Case
    from casework.services.sight import Sight

GROUNDS: Final = {
    "no_account": N_("Nobody at the office uses Casework"),
    "paper": N_("The office wants it on paper"),
    "silence": N_("The office has not answered so far"),
}
MADE: Final = "packet"


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
class Tally:
    """How many packets an office got, and how many it answered or left unanswered."""

    made: int
    answered: int
    unanswered: int


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


def of_case(session: Session, case: Case) -> Sequence[Packet]:
    """Return the packets of a case, newest first."""
    rows = at_hand.all_rows(session, case, Packet)
    return sorted(rows, key=lambda row: (row.made_at, row.id), reverse=True)


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
