"""The accounts of the demonstration: people who do not exist, with passwords made on the spot."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.domain.facts import SYSTEM, Role
from casework.models import Staff
from casework.services import accounts, reference

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # None that is read as another.
_LENGTH: Final = 16


@dataclass(frozen=True)
class Account:
    """What somebody needs to sign in, and what the account is for."""

    email: str
    password: str
    what: str


def create(session: Session, now: datetime) -> tuple[dict[str, Staff], list[Account]]:
    """Make all accounts; return the people by their key in stories, and how to sign in."""
    people, made = {}, []
    for row in _shipped():
        staff, token = accounts.create(
            session,
            SYSTEM,
            now,
            email=row["email"],
            name=row["name"],
            role=Role(row["role"]),
            office_id=row.get("office"),
            language=row["language"],
        )
        people[row["key"]] = staff
        made.append(_let_in(session, now, staff, token))
    return people, made


def renew(session: Session, now: datetime) -> list[Account]:
    """Give every account that is still there a new password; return how to sign in."""
    emails = [row["email"] for row in _shipped()]
    staying = session.scalars(select(Staff).where(Staff.email.in_(emails)).order_by(Staff.id))
    return [
        _let_in(session, now, staff, accounts.reinvite(session, SYSTEM, now, staff))
        for staff in staying.all()
    ]


def _let_in(session: Session, now: datetime, staff: Staff, token: str) -> Account:
    password = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    accounts.accept_invitation(session, now, token, password)
    session.flush()
    session.refresh(staff, ["office"])
    at = f", {staff.office.name}" if staff.office else ""
    return Account(staff.email, password, f"{staff.name}: {staff.role}{at}")


def _shipped() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reference.read("demo/people")["person"]
    return rows
