"""The second factor of an account: codes that a telephone makes from a secret (RFC 6238).

Nobody but the owner ever sees the secret, and a code is good once.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pyotp
from sqlalchemy import CursorResult, delete, exists, or_, select, update

from casework.domain.digits import to_latin_in_number, without_separators
from casework.models import Passkey, SecondFactor
from casework.services import installation

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.models import Login, Staff

STEP: Final = timedelta(seconds=30)
DIGITS: Final = 6
# The clock of a telephone may be half a minute wrong: a code of a step around now is good.
_AROUND: Final = (-1, 0, 1)
_ISSUER: Final = "Casework"


class Asked(StrEnum):
    """What signing in still asks of somebody who has given the password."""

    NOTHING = "nothing"
    CODE = "code"
    PASSKEY = "passkey"
    SET_UP = "set_up"


def has(session: Session, staff_id: int) -> bool:
    """Tell whether an account has a second factor that works."""
    return bool(session.scalar(select(_works(staff_id))))


def _works(staff_id: int) -> ColumnElement[bool]:
    return exists().where(SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_not(None))


def whole(session: Session, login: Login) -> bool:
    """Tell whether a session of staff opens pages, or still waits for its second factor."""
    if login.factor_at is not None or login.staff_id is None:
        return login.factor_at is not None
    return asked(session, login.staff_id) is Asked.NOTHING


def asked(session: Session, staff_id: int) -> Asked:
    """Return what an account is asked after its password.

    Where the demonstration is shown, anybody may look around with its published passwords: there
    a second factor is offered and not demanded.
    """
    passkey = exists().where(Passkey.staff_id == staff_id)
    by_code, by_passkey = session.execute(select(_works(staff_id), passkey)).one()
    if by_code:
        return Asked.CODE
    if by_passkey:
        return Asked.PASSKEY
    return Asked.NOTHING if installation.shows_demonstration(session) else Asked.SET_UP


def offered(session: Session, login: Login, staff: Staff) -> str:
    """Return the secret that this session may set up; make one when it has none yet."""
    row = _row(session, staff.id)
    if row is None:
        row = SecondFactor(staff_id=staff.id)
        session.add(row)
    secret = row.next_secret
    if secret is None or row.next_login_id != login.id:
        secret = pyotp.random_base32()
        row.next_secret, row.next_login_id = secret, login.id
        session.flush()
    return secret


def address(secret: str, email: str) -> str:
    """Return what the picture for the telephone says: the address of a key, as apps read it."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def confirm(session: Session, now: datetime, login: Login, code: str) -> bool:
    """Take the offered secret into use when `code` shows that the telephone has it."""
    row = _row(session, login.staff_id)
    if row is None or row.next_secret is None or row.next_login_id != login.id:
        return False
    step = _step_of(row.next_secret, now, code)
    if step is None:
        return False
    row.secret, row.next_secret, row.next_login_id = row.next_secret, None, None
    row.confirmed_at, row.last_step = now, step
    session.flush()
    return True


def accept(session: Session, now: datetime, staff_id: int, code: str) -> bool:
    """Tell whether a code is right and has not been taken before; take it."""
    row = _row(session, staff_id)
    if row is None or row.secret is None:
        return False
    step = _step_of(row.secret, now, code)
    if step is None:
        return False
    # Of two requests with one code only one finds the step still open.
    taken = session.execute(
        update(SecondFactor)
        .where(
            SecondFactor.id == row.id,
            or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step),
        )
        .values(last_step=step)
    )
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def take_away(session: Session, staff_id: int) -> None:
    """Forget the second factor of an account; nothing happens when there is none."""
    session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff_id))


def _row(session: Session, staff_id: int | None) -> SecondFactor | None:
    return session.scalar(select(SecondFactor).where(SecondFactor.staff_id == staff_id))


def _step_of(secret: str, now: datetime, code: str) -> int | None:
    """Return the newest step around now whose code this is."""
    typed = without_separators(to_latin_in_number(code))
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    current, maker = int(now.timestamp()) // int(STEP.total_seconds()), pyotp.TOTP(secret)
    right = [
        current + around
        for around in _AROUND
        if hmac.compare_digest(maker.generate_otp(current + around), typed)
    ]
    return max(right, default=None)
