"""From a proof of who somebody is to a session that opens pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from casework.domain.facts import SYSTEM
from casework.models import Login, Staff
from casework.services import (
    facts,
    history,
    logins,
    own_notices,
    recovery,
    second_factor,
    throttles,
)
from casework.services.own_notices import Told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.throttles import Trier


class Way(StrEnum):
    """By what somebody shows who they are."""

    PASSWORD = auto()
    CODE = auto()
    PASSWORD_AND_CODE = auto()
    PASSKEY = auto()
    PROVIDER = auto()


@dataclass(frozen=True)
class SetUp:
    """A second factor that is now in use: the token of the new session, and recovery codes."""

    token: str
    codes: list[str]


def begin(session: Session, now: datetime, staff: Staff, way: Way, *, factor: bool) -> str:
    """Begin a session of somebody who has just proved who they are; return its token.

    `factor` says that the way of signing in has shown a second factor already.
    """
    _record(session, now, staff, "sign-in", way=way.value)
    return logins.begin_for_staff(session, now, staff, factor=factor)


def failed(session: Session, now: datetime, trier: Trier) -> None:
    """Count and record a wrong password. What was typed is kept only where it is an account's."""
    throttles.password_failed(session, now, trier)
    staff_id = session.scalar(select(Staff.id).where(Staff.email == trier.email))
    known = {} if staff_id is None else {"account": staff_id}
    history.record(session, None, SYSTEM, now, "account:sign-in-failed", **known)


def refused(session: Session, now: datetime, way: Way) -> None:
    """Record that a passkey, or the word of a provider, was not believed; whose is not known."""
    history.record(session, None, SYSTEM, now, "account:sign-in-refused", way=way.value)


def proved(
    session: Session, now: datetime, login: Login, staff: Staff, way: Way, *, in_full: bool
) -> str:
    """Record that the owner of a session has proved again who they are; return its new token.

    `in_full` says that it was by all that the account is asked for.
    """
    _record(session, now, staff, "proved", way=way.value)
    return logins.refresh(session, now, login.id, in_full=in_full)


def end(session: Session, now: datetime, staff: Staff) -> None:
    """Record that somebody has signed out."""
    _record(session, now, staff, "sign-out")


def show_code(session: Session, now: datetime, login: Login, staff: Staff, code: str) -> str | None:
    """Take the code of a second factor; return the token of a whole session, or None.

    The half session ends with it.
    """
    if not prove_by_code(session, now, staff, code):
        return None
    return instead(session, now, login, staff, "second-step")


def prove_by_code(session: Session, now: datetime, staff: Staff, code: str) -> bool:
    """Tell whether a code of the second factor is right. A wrong one is counted and recorded.

    Whoever sends wrong codes has got the password right: when they have used all tries up, the
    owner is told.
    """
    if second_factor.accept(session, now, staff.id, code):
        throttles.factor_right(session, staff.id)
        return True
    if throttles.factor_failed(session, now, staff.id):
        own_notices.tell(session, now, staff.id, Told.WRONG_CODES)
    _record(session, now, staff, "second-step-failed")
    return False


def show_recovery_code(
    session: Session, now: datetime, login: Login, staff: Staff, code: str
) -> str | None:
    """Take a recovery code instead; return the token of a whole session, or None."""
    if not recovery.use(session, now, staff.id, code):
        _record(session, now, staff, "second-step-failed")
        return None
    left = recovery.left(session, staff.id)
    own_notices.tell(session, now, staff.id, Told.RECOVERY_USED, left)
    return instead(session, now, login, staff, "recovery-code")


def set_up(session: Session, now: datetime, login: Login, staff: Staff, code: str) -> SetUp | None:
    """Take the offered secret into use by its first code; None when the code is not right.

    All other sessions of the account end, and there are new recovery codes.
    """
    if not second_factor.confirm(session, now, login, code):
        return None
    logins.end_others_of_staff(session, login)
    own_notices.tell(session, now, staff.id, Told.FACTOR_SET)
    codes = recovery.renew(session, now, staff.id)
    return SetUp(instead(session, now, login, staff, "factor-set"), codes)


def new_recovery_codes(session: Session, now: datetime, staff: Staff) -> list[str]:
    """Make new recovery codes in place of the old ones, and tell the owner."""
    own_notices.tell(session, now, staff.id, Told.CODES_RENEWED)
    _record(session, now, staff, "recovery-codes")
    return recovery.renew(session, now, staff.id)


def instead(session: Session, now: datetime, login: Login, staff: Staff, deed: str) -> str:
    """Begin a whole session in the place of `login`, and record by what; return its token."""
    session.execute(delete(Login).where(Login.id == login.id))
    _record(session, now, staff, deed)
    return logins.begin_for_staff(session, now, staff, factor=True)


def _record(session: Session, now: datetime, staff: Staff, deed: str, **data: str) -> None:
    actor = facts.staff_actor(staff)
    history.record(session, None, actor, now, f"account:{deed}", account=staff.id, **data)
