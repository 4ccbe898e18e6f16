"""Whose account somebody may enter by the word of a provider of sign-ins.

The provider says who somebody is, never what they may do: no account is made by it, and roles
and offices stay what an administrator has set.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain import email_address
from casework.models import Staff
from casework.services import facts, history, logins, own_notices
from casework.services.own_notices import Told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.oidc import Person


class UnknownPerson(LookupError):
    """Nobody who works here is this person to the provider."""


class EmailNotVerified(PermissionError):
    """The provider does not vouch for the address, by which alone an account could be found."""


def enter(session: Session, now: datetime, person: Person) -> Staff:
    """Return the active account of a person; raise UnknownPerson or EmailNotVerified.

    The first time it is found by the verified e-mail address and joined with the person, from
    then on by the person alone: whoever is given the address later does not get the account.
    """
    staff = session.scalar(
        select(Staff).where(Staff.issuer == person.issuer, Staff.subject == person.subject)
    )
    if staff is None:
        return _join(session, now, person)
    if not staff.active:
        raise UnknownPerson
    return staff


def _join(session: Session, now: datetime, person: Person) -> Staff:
    if person.email is None:
        raise EmailNotVerified
    address = email_address.typed(person.email)
    staff = session.scalar(select(Staff).where(Staff.email == address, Staff.active))
    if staff is None or staff.subject is not None:
        raise UnknownPerson
    staff.issuer, staff.subject = person.issuer, person.subject
    session.flush()
    own_notices.tell(session, now, staff.id, Told.PROVIDER_LINKED)
    actor = facts.staff_actor(staff)
    history.record(session, None, actor, now, "account:provider-linked", account=staff.id)
    return staff


def proves(staff: Staff, person: Person, now: datetime) -> bool:
    """Tell whether the provider's word is a new proof that somebody is the owner of an account."""
    same = (staff.issuer, staff.subject) == (person.issuer, person.subject)
    return same and person.proved_at is not None and now - person.proved_at < logins.FRESH
