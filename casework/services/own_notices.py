"""Notices to the owner of an account: what happened to it, so that a stranger's hand is seen.

What one administrator does to the accounts of others is told to all who keep the house with them:
whoever gives themselves a second account does not stay alone with it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Select, select, update

from casework.domain.facts import Actor, ActorKind, Role
from casework.models import AccountNotice, Staff
from casework.services import staff_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SHOWN: Final = 10


class Told(StrEnum):
    """What an owner is told."""

    FACTOR_SET = "factor_set"
    FACTOR_RESET = "factor_reset"
    REINVITED = "reinvited"
    CODES_RENEWED = "codes_renewed"
    RECOVERY_USED = "recovery_used"
    WRONG_CODES = "wrong_codes"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_RENAMED = "passkey_renamed"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    PROVIDER_LINKED = "provider_linked"
    OTHER_MADE = "other_made"
    OTHER_ROLE = "other_role"
    OTHER_REINVITED = "other_reinvited"
    OTHER_RESET = "other_reset"


# What is told of the account of somebody else, whose id is the number of the notice.
OF_OTHERS: Final = frozenset(
    {Told.OTHER_MADE, Told.OTHER_ROLE, Told.OTHER_REINVITED, Told.OTHER_RESET}
)
_KEEPERS: Final = (Role.COORDINATOR.value, Role.ADMINISTRATOR.value)


def tell(
    session: Session, now: datetime, staff_id: int, told: Told, number: int | None = None
) -> None:
    """Leave a notice for the owner of an account, who is written to as well."""
    notice = AccountNotice(staff_id=staff_id, kind=told.value, number=number, at=now)
    session.add(notice)
    staff_letters.write_account(session, notice, now)


def tell_keepers(session: Session, now: datetime, actor: Actor, staff: Staff, told: Told) -> None:
    """Tell coordinators and administrators, but not the actor, what was done to an account.

    What the house does by itself, as when it loads the demonstration, is told to nobody.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    keepers = select(Staff.id).where(
        Staff.role.in_(_KEEPERS), Staff.active, Staff.id.not_in([actor.staff_id or 0, staff.id])
    )
    for keeper in session.scalars(keepers).all():
        tell(session, now, keeper, told, staff.id)


def newest(session: Session, staff_id: int) -> Sequence[AccountNotice]:
    """Return the newest notices to the owner of an account, those put away as well."""
    return session.scalars(_newest(AccountNotice.staff_id == staff_id)).all()


def unseen(session: Session, staff_id: int) -> Sequence[AccountNotice]:
    """Return the newest notices that the owner has not put away."""
    own = (AccountNotice.staff_id == staff_id) & AccountNotice.seen_at.is_(None)
    return session.scalars(_newest(own)).all()


def put_away(session: Session, now: datetime, staff_id: int) -> None:
    """Mark all notices to the owner of an account as seen."""
    session.execute(
        update(AccountNotice)
        .where(AccountNotice.staff_id == staff_id, AccountNotice.seen_at.is_(None))
        .values(seen_at=now)
    )


def _newest(which: ColumnElement[bool]) -> Select[AccountNotice]:
    order = (AccountNotice.at.desc(), AccountNotice.id.desc())
    return select(AccountNotice).where(which).order_by(*order).limit(SHOWN)
