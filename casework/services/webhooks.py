"""Offices with a system of their own: it is told the reference of a case and a code, no more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.config import encrypted
from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.letters import Channel
from casework.models import Case, Letter, Notice, OfficeWebhook
from casework.services import directory, history, outbox, visibility, ways_out

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.services.outbox import Parcel

_SECRET_BYTES: Final = 32
_LONGEST_URL: Final = 500


@dataclass(frozen=True)
class ToSystem:
    """What an office's system is told, where, and the secret that signs it."""

    url: str
    secret: str
    event: str
    reference: str


class NoAddress(ValueError):
    """What was given is no address that is asked encrypted."""


def write(session: Session, notice: Notice, now: datetime) -> None:
    """Write a letter to the system of the office that a notice is for, if it has one."""
    if ways_out.system_of(notice.office_id) in ways_out.open_now(session, now):
        outbox.put(
            session,
            now,
            Channel.WEBHOOK,
            f"notice {notice.id} {Channel.WEBHOOK}",
            kind=notice.kind,
            language="",
            office_id=notice.office_id,
            case_id=notice.case_id,
            notice_id=notice.id,
        )


def opened(session: Session, parcel: Parcel) -> ToSystem | None:
    """Return what a parcel tells; None where the office may not know of the case any more."""
    office_id = parcel.office_id or ""
    hook = of(session, office_id)
    if hook is None or not hook.active:
        return None
    # As much as the one who heads the office may see.
    head = Actor(ActorKind.STAFF, Role.SUPERVISOR, office=directory.offices(session)[office_id])
    (letter_id,) = parcel.ids
    reference = session.scalar(
        select(Case.reference)
        .join(Letter, Letter.case_id == Case.id)
        .where(Letter.id == letter_id, visibility.condition(head))
    )
    if reference is None:
        return None
    return ToSystem(hook.url, hook.secret or "", parcel.kind, reference)


def of(session: Session, office_id: str) -> OfficeWebhook | None:
    """Return the system of an office, switched on or off."""
    return session.scalar(select(OfficeWebhook).where(OfficeWebhook.office_id == office_id))


def join(session: Session, actor: Actor, now: datetime, office_id: str, url: str) -> str | None:
    """Tell an office's system at an address from now on.

    Returns the secret that was made for it, once; None where it has one already. Raises NoAddress.
    """
    if not encrypted(url) or len(url) > _LONGEST_URL:
        raise NoAddress
    hook, secret = of(session, office_id), None
    if hook is None:
        secret = secrets.token_hex(_SECRET_BYTES)
        hook = OfficeWebhook(office_id=office_id, url=url, active=True, secret=secret)
        session.add(hook)
    hook.url, hook.active = url, True
    _changed(session, actor, now, office_id, "on")
    return secret


def renew(session: Session, actor: Actor, now: datetime, hook: OfficeWebhook) -> str:
    """Make a new secret for an office's system and return it; the old one counts no more."""
    hook.secret = secret = secrets.token_hex(_SECRET_BYTES)
    _changed(session, actor, now, hook.office_id, "secret")
    return secret


def leave(session: Session, actor: Actor, now: datetime, hook: OfficeWebhook) -> None:
    """Tell an office's system nothing more."""
    hook.active = False
    _changed(session, actor, now, hook.office_id, "off")


def _changed(session: Session, actor: Actor, now: datetime, office_id: str, what: str) -> None:
    history.record(session, None, actor, now, "settings:webhook", office=office_id, what=what)
    session.flush()
    ways_out.forget(session)
