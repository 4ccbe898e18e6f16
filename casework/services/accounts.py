"""Accounts of staff: made by invitation, signed in to, changed and ended.

Nobody sets another person's password: an administrator hands over a link that works once.
Whatever changes who an account belongs to or what it may do ends its sessions.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework import crypto
from casework.domain import email_address
from casework.domain.facts import Actor, ActorKind, Role
from casework.models import Staff
from casework.services import (
    account_rules,
    history,
    logins,
    own_notices,
    passkeys,
    passwords,
    recovery,
    second_factor,
)
from casework.services.own_notices import Told

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

INVITATION_LASTS: Final = timedelta(days=7)


class EmailTaken(ValueError):
    """Another account has this e-mail address."""


class UnknownAccount(LookupError):
    """There is no such account."""


class WrongSignIn(PermissionError):
    """E-mail address and password do not go together; which is wrong is not told."""


class InvitationUnknown(LookupError):
    """The invitation was never made, has been used or replaced, or is too old."""


def create(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    email: str,
    name: str,
    role: Role,
    office_id: str | None = None,
    language: str = "en",
) -> tuple[Staff, str]:
    """Make an account and return it with the token of its invitation.

    Raises NotAnAdministrator, BadEmail, EmailTaken, OfficeNeeded or UnknownLanguage.
    """
    account_rules.only_administrators(actor)
    email = email_address.plain(email)
    if session.scalar(select(Staff.id).where(Staff.email == email)) is not None:
        raise EmailTaken(email)
    staff = Staff(
        email=email,
        name=name,
        role=role.value,
        office_id=account_rules.office(session, role, office_id),
        language=account_rules.language(language),
        password_hash="",
        active=True,
        created_at=now,
    )
    session.add(staff)
    token = _invite(staff, now)
    session.flush()
    own_notices.tell_keepers(session, now, actor, staff, Told.OTHER_MADE)
    history.record(session, None, actor, now, "account:create", account=staff.id, role=role.value)
    return staff, token


def everyone(session: Session) -> Sequence[Staff]:
    """Return all accounts, the active ones first, by name."""
    return session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)).all()


def account(session: Session, staff_id: int) -> Staff:
    """Return one account; raise UnknownAccount."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise UnknownAccount(staff_id)
    return staff


def invited(session: Session, now: datetime, token: str) -> Staff:
    """Return the account that an invitation is for; raise InvitationUnknown."""
    return _invited(now, session.scalar(_by_invitation(token)))


def _by_invitation(token: str) -> Select[Staff]:
    return select(Staff).where(Staff.invite_hash == crypto.token_hash(token))


def _invited(now: datetime, staff: Staff | None) -> Staff:
    if staff is None or not staff.active:
        raise InvitationUnknown
    if staff.invite_expires_at is None or now >= staff.invite_expires_at:
        raise InvitationUnknown
    return staff


def accept_invitation(session: Session, now: datetime, token: str, password: str) -> Staff:
    """Set the first password with an invitation, which is used up.

    Raises InvitationUnknown or WeakPassword.
    """
    # Of two who accept it at one moment the second one waits, and finds it used up.
    staff = _invited(now, session.scalar(_by_invitation(token).with_for_update(of=Staff)))
    _set_password(session, staff, password)
    history.record(session, None, _self(staff), now, "account:accept", account=staff.id)
    return staff


def authenticate(session: Session, email: str, password: str) -> Staff:
    """Return the account of an e-mail address and its password; raise WrongSignIn.

    It writes nothing, so that the slow comparison keeps no writer waiting.
    """
    staff = session.scalar(select(Staff).where(Staff.email == email_address.typed(email)))
    kept = staff.password_hash if staff is not None and staff.active else ""
    if not passwords.matches(kept, password) or staff is None:
        raise WrongSignIn
    return staff


def change_password(session: Session, now: datetime, staff: Staff, old: str, new: str) -> None:
    """Change one's own password; every session ends. Raises WrongSignIn or WeakPassword."""
    if not passwords.matches(staff.password_hash, old):
        raise WrongSignIn
    _set_password(session, staff, new)
    history.record(session, None, _self(staff), now, "account:password", account=staff.id)


def change_profile(
    session: Session, actor: Actor, now: datetime, staff: Staff, *, name: str, language: str
) -> None:
    """Set how an account is named and in which language it reads; raise UnknownLanguage."""
    if (staff.name, staff.language) != (name, account_rules.language(language)):
        staff.name, staff.language = name, language
        history.record(session, None, actor, now, "account:profile", account=staff.id)


def reinvite(session: Session, actor: Actor, now: datetime, staff: Staff) -> str:
    """Return a new invitation for an account, which is active again from now on.

    The old password and single sign-on stop working, and the owner is told. Raises
    NotAnAdministrator or OwnAccount.
    """
    account_rules.only_administrators(actor)
    account_rules.not_oneself(actor, staff)
    staff.active = True
    staff.password_hash = ""
    staff.issuer, staff.subject = None, None
    token = _invite(staff, now)
    logins.end_all_of_staff(session, staff.id)
    own_notices.tell(session, now, staff.id, Told.REINVITED)
    own_notices.tell_keepers(session, now, actor, staff, Told.OTHER_REINVITED)
    history.record(session, None, actor, now, "account:reinvite", account=staff.id)
    return token


def reset_factor(session: Session, actor: Actor, now: datetime, staff: Staff) -> None:
    """Take a lost second factor, passkeys and recovery codes away, unseen; end all sessions.

    The owner is told, and sets a new one up at the next sign-in. Raises NotAnAdministrator or
    OwnAccount.
    """
    account_rules.only_administrators(actor)
    account_rules.not_oneself(actor, staff)
    second_factor.take_away(session, staff.id)
    passkeys.forget(session, staff.id)
    recovery.forget(session, staff.id)
    logins.end_all_of_staff(session, staff.id)
    own_notices.tell(session, now, staff.id, Told.FACTOR_RESET)
    own_notices.tell_keepers(session, now, actor, staff, Told.OTHER_RESET)
    history.record(session, None, actor, now, "account:factor-reset", account=staff.id)


def deactivate(session: Session, actor: Actor, now: datetime, staff: Staff) -> None:
    """End an account and all its sessions; raise OwnAccount or LastAdministrator."""
    account_rules.only_administrators(actor)
    account_rules.not_oneself(actor, staff)
    account_rules.not_the_last(session, staff)
    staff.active = False
    staff.password_hash = ""
    staff.invite_hash = None
    staff.invite_expires_at = None
    logins.end_all_of_staff(session, staff.id)
    history.record(session, None, actor, now, "account:deactivate", account=staff.id)


def set_role(
    session: Session,
    actor: Actor,
    now: datetime,
    staff: Staff,
    *,
    role: Role,
    office_id: str | None,
) -> None:
    """Give an account another role or office, which ends its sessions.

    Raises NotAnAdministrator, OwnAccount, LastAdministrator or OfficeNeeded.
    """
    account_rules.only_administrators(actor)
    account_rules.not_oneself(actor, staff)
    if role is not Role.ADMINISTRATOR:
        account_rules.not_the_last(session, staff)
    before = {"role": staff.role, "office": staff.office_id}
    staff.office_id = account_rules.office(session, role, office_id)
    staff.role = role.value
    logins.end_all_of_staff(session, staff.id)
    own_notices.tell_keepers(session, now, actor, staff, Told.OTHER_ROLE)
    after = {"role": staff.role, "office": staff.office_id}
    history.record(
        session, None, actor, now, "account:role", account=staff.id, before=before, after=after
    )


def _invite(staff: Staff, now: datetime) -> str:
    token = secrets.token_urlsafe(logins.TOKEN_BYTES)
    staff.invite_hash = crypto.token_hash(token)
    staff.invite_expires_at = now + INVITATION_LASTS
    return token


def _set_password(session: Session, staff: Staff, password: str) -> None:
    passwords.check(password, staff.email)
    staff.password_hash = passwords.hashed(password)
    staff.invite_hash = None
    staff.invite_expires_at = None
    logins.end_all_of_staff(session, staff.id)


def _self(staff: Staff) -> Actor:
    return Actor(ActorKind.STAFF, Role(staff.role), staff.id)
