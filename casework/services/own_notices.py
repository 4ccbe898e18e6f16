"""Notices to the owner of an account: what happened to it, so that a stranger's hand is seen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Select, select, update

from casework.models import AccountNotice
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


def tell(
    session: Session, now: datetime, staff_id: int, told: Told, number: int | None = None
) -> None:
    """Leave a notice for the owner of an account, who is written to as well."""
    notice = AccountNotice(staff_id=staff_id, kind=told.value, number=number, at=now)
    session.add(notice)
    staff_letters.write_account(session, notice, now)


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
