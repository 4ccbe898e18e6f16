"""What nobody may do to an account, and what an account has to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.languages import CODES
from casework.models import Office, Staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# An administrator keeps the house and an analyst reads figures; everybody else works somewhere.
WITHOUT_OFFICE: Final = frozenset({Role.ADMINISTRATOR, Role.ANALYST})


class NotAnAdministrator(PermissionError):
    """Only an administrator keeps accounts."""


class OfficeNeeded(ValueError):
    """The role works in an office, and none that exists was given."""


class UnknownLanguage(ValueError):
    """The language is not one of ours."""


class OwnAccount(PermissionError):
    """Nobody changes their own role or ends their own account."""


class LastAdministrator(PermissionError):
    """Without this account nobody could keep accounts any more."""


def only_administrators(actor: Actor) -> None:
    """Let administrators and the house itself pass; raise NotAnAdministrator."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if not areas.may_enter(actor, Permission.SETTINGS):
        raise NotAnAdministrator


def not_oneself(actor: Actor, staff: Staff) -> None:
    """Raise OwnAccount when the account is the actor's own."""
    if actor.staff_id == staff.id:
        raise OwnAccount


def not_the_last(session: Session, staff: Staff) -> None:
    """Raise LastAdministrator when nobody else could keep accounts."""
    keepers = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR.value, Staff.active)
    # Of two who end each other at one moment the second one waits, and finds itself the last.
    found = session.scalars(keepers.order_by(Staff.id).with_for_update()).all()
    if staff.role == Role.ADMINISTRATOR.value and not set(found) - {staff.id}:
        raise LastAdministrator


def office(session: Session, role: Role, office_id: str | None) -> str | None:
    """Return the office that an account works in; raise OfficeNeeded."""
    if office_id is not None and session.get(Office, office_id) is None:
        raise OfficeNeeded(office_id)
    if office_id is None and role not in WITHOUT_OFFICE:
        raise OfficeNeeded(role.value)
    return office_id


def language(code: str) -> str:
    """Return the code of an enabled language; raise UnknownLanguage."""
    if code not in CODES:
        raise UnknownLanguage(code)
    return code
