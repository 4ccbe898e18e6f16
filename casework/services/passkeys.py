"""Passkeys: added, used and taken away (W3C Web Authentication).

The device asks its owner for a finger, a face or a number before it answers, so that a passkey
is two factors at once: something somebody has, and what only they can do with it. What a browser
sends is never believed before it is verified, and a refusal says nothing about why.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select

from casework import crypto
from casework.models import Passkey, Staff
from casework.on_demand import Library
from casework.services import (
    facts,
    handshakes,
    history,
    own_notices,
    passkey_answers,
    second_factor,
)
from casework.services.handshakes import Purpose
from casework.services.own_notices import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    import webauthn
    from sqlalchemy.orm import Session
    from webauthn.helpers import structs

    from casework.services.handshakes import Question
    from casework.services.passkey_answers import Site
else:
    webauthn, structs = Library("webauthn"), Library("webauthn.helpers.structs")

# Nobody has more devices, and each costs a row in the list that browsers are sent.
MOST: Final = 10
LONGEST_NAME: Final = 60
_HOUSE: Final = "Casework"


class UnknownPasskey(LookupError):
    """The account has no such passkey."""


class LastFactor(PermissionError):
    """Without this passkey the account would have no second factor."""


def of_staff(session: Session, staff_id: int) -> Sequence[Passkey]:
    """Return the passkeys of an account, oldest first."""
    found = select(Passkey).where(Passkey.staff_id == staff_id)
    return session.scalars(found.order_by(Passkey.created_at, Passkey.id)).all()


def may_add(session: Session, staff_id: int) -> bool:
    """Tell whether an account may have one more."""
    return _count(session, staff_id) < MOST


def begin_adding(session: Session, now: datetime, site: Site, staff: Staff) -> tuple[str, str]:
    """Return a token, and as JSON what the browser is to ask of a new passkey."""
    token, question = handshakes.ask(session, now, Purpose.ADD_PASSKEY, staff_id=staff.id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_HOUSE,
        user_id=_handle(staff.id),
        user_name=staff.email,
        user_display_name=staff.name,
        challenge=question.challenge,
        exclude_credentials=[_described(each) for each in of_staff(session, staff.id)],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return token, webauthn.options_to_json(options)


def finish_adding(
    session: Session, now: datetime, site: Site, staff: Staff, token: str, *, answer: str, name: str
) -> Passkey | None:
    """Keep the passkey that answered; None when it is refused. The question is used up anyway."""
    question = handshakes.take(session, now, Purpose.ADD_PASSKEY, token)
    _hold(session, staff)
    if question is None or question.staff_id != staff.id or not may_add(session, staff.id):
        return None
    new = passkey_answers.new_key(site, question.challenge, answer)
    if new is None or _find(session, new.verified.credential_id) is not None:
        return None
    passkey = Passkey(
        staff_id=staff.id,
        credential_id=new.verified.credential_id,
        public_key=new.verified.credential_public_key,
        sign_count=new.verified.sign_count,
        transports=new.transports,
        name=_name(name),
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    _tell(session, now, passkey, Told.PASSKEY_ADDED)
    return passkey


def begin_showing(
    session: Session, now: datetime, site: Site, purpose: Purpose, staff_id: int | None = None
) -> tuple[str, str]:
    """Return a token, and as JSON what the browser is to ask of a passkey.

    With `staff_id` only a passkey of that account answers; without, the person picks one of
    those that the device keeps for this site, and no address has to be typed.
    """
    token, question = handshakes.ask(session, now, purpose, staff_id=staff_id)
    mine = of_staff(session, staff_id) if staff_id is not None else ()
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=question.challenge,
        allow_credentials=[_described(each) for each in mine],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return token, webauthn.options_to_json(options)


def finish_showing(
    session: Session, now: datetime, site: Site, purpose: Purpose, token: str, *, answer: str
) -> Staff | None:
    """Return the active account whose passkey answered; None when it is refused.

    The question is used up anyway. The owner is told when a passkey counts backwards: then there
    are two of it, and one is a copy.
    """
    question = handshakes.take(session, now, purpose, token)
    given = passkey_answers.shown(answer)
    if question is None or given is None:
        return None
    passkey = _find(session, given.raw_id)
    if passkey is None or not _fits(question, passkey, given):
        return None
    count = passkey_answers.count(site, question.challenge, given, passkey.public_key)
    staff = session.get_one(Staff, passkey.staff_id)
    if count is None or not staff.active:
        return None
    if passkey.sign_count > 0 and count <= passkey.sign_count:
        _tell(session, now, passkey, Told.PASSKEY_COPIED)
        return None
    passkey.sign_count, passkey.used_at = count, now
    session.flush()
    return staff


def rename(session: Session, now: datetime, staff: Staff, passkey_id: int, name: str) -> None:
    """Give one of an account's passkeys another name; raise UnknownPasskey."""
    passkey = own(session, staff, passkey_id)
    passkey.name = _name(name)
    session.flush()
    _tell(session, now, passkey, Told.PASSKEY_RENAMED)


def remove(session: Session, now: datetime, staff: Staff, passkey_id: int) -> None:
    """Take a passkey away; raise UnknownPasskey, or LastFactor when nothing else is there."""
    _hold(session, staff)
    passkey = own(session, staff, passkey_id)
    if _count(session, staff.id) == 1 and not second_factor.has(session, staff.id):
        raise LastFactor
    _tell(session, now, passkey, Told.PASSKEY_REMOVED)
    session.delete(passkey)
    session.flush()


def forget(session: Session, staff_id: int) -> None:
    """Take all passkeys of an account away, as when its owner has lost the device."""
    session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))


def own(session: Session, staff: Staff, passkey_id: int) -> Passkey:
    """Return one of an account's passkeys; raise UnknownPasskey, also for one of others."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.staff_id != staff.id:
        raise UnknownPasskey(passkey_id)
    return passkey


def _count(session: Session, staff_id: int) -> int:
    counted = select(func.count()).select_from(Passkey).where(Passkey.staff_id == staff_id)
    return session.scalar(counted) or 0


def _hold(session: Session, staff: Staff) -> None:
    # Of two requests at once the second one waits here, and then counts what there is.
    session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())


def _find(session: Session, credential_id: bytes) -> Passkey | None:
    # Its counter is compared and written: of two sign-ins at once one waits for the other.
    found = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalar(found.with_for_update())


def _fits(question: Question, passkey: Passkey, given: structs.AuthenticationCredential) -> bool:
    """Tell whether a passkey is of the one who was asked, and names its owner rightly."""
    handle = given.response.user_handle
    if handle is not None and not hmac.compare_digest(handle, _handle(passkey.staff_id)):
        return False
    if question.staff_id is None:
        return handle is not None
    return question.staff_id == passkey.staff_id


def _handle(staff_id: int) -> bytes:
    """Return what a passkey calls its owner: it says nothing to whoever finds the device."""
    return crypto.blind_index("passkey-owner", str(staff_id))


def _described(passkey: Passkey) -> structs.PublicKeyCredentialDescriptor:
    return structs.PublicKeyCredentialDescriptor(
        id=passkey.credential_id,
        transports=[structs.AuthenticatorTransport(each) for each in passkey.transports],
    )


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


def _tell(session: Session, now: datetime, passkey: Passkey, told: Told) -> None:
    """Write what happened to a passkey into the history, and tell its owner."""
    actor = facts.staff_actor(session.get_one(Staff, passkey.staff_id))
    action = f"account:{told.value.replace('_', '-')}"
    history.record(session, None, actor, now, action, account=passkey.staff_id, passkey=passkey.id)
    own_notices.tell(session, now, passkey.staff_id, told)
