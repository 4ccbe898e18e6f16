"""Server-side sessions: begun, found, kept alive and ended.

A session is a row; the browser holds a random token and the row its hash. Deleting the row
ends the session at once, wherever the cookie still lies.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, bindparam, delete, or_, select, update

from casework import crypto
from casework.models import Case, Login, Staff
from casework.services import installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TOKEN_BYTES: Final = 32
STAFF_IDLE: Final = timedelta(hours=8)
STAFF_LONGEST: Final = timedelta(hours=24)
# How long a proof of who somebody is holds for what needs one.
FRESH: Final = timedelta(minutes=10)
CASE_IDLE: Final = timedelta(minutes=30)
CASE_LONGEST: Final = timedelta(hours=8)
# Writing at every request would make every reader a writer.
_SEEN_EVERY: Final = timedelta(minutes=1)
# What every page has to know of the installation comes with it.
_FIND: Final = select(Login, *installation.known()).where(Login.token_hash == bindparam("hash"))


def begin_for_staff(session: Session, now: datetime, staff: Staff, *, factor: bool) -> str:
    """Begin a session of a member of staff, who has just proved who they are; return its token.

    `factor` says that a second factor was shown; without it the person is half signed in.
    """
    login = Login(staff_id=staff.id, created_at=now, seen_at=now, fresh_at=now, full_at=now)
    login.factor_at = now if factor else None
    return _begin(session, login)


def begin_for_case(session: Session, now: datetime, case: Case) -> str:
    """Begin a session of whoever opened the case with its tracking code; return its token."""
    return _begin(session, Login(case_id=case.id, created_at=now, seen_at=now))


def _begin(session: Session, login: Login) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    login.token_hash = crypto.token_hash(token)
    session.add(login)
    session.flush()
    return token


def find(session: Session, now: datetime, token: str) -> Login | None:
    """Return the living session of a token; None when there is none, or it has run out."""
    found = session.execute(_FIND, {"hash": crypto.token_hash(token)}).one_or_none()
    if found is None:
        return None
    login: Login = found[0]
    installation.learn(session, *found[1:])
    if not _lives(login, now):
        return None
    if login.staff is not None and not login.staff.active:
        return None
    return login


def _lives(login: Login, now: datetime) -> bool:
    idle, longest = (
        (CASE_IDLE, CASE_LONGEST) if login.staff_id is None else (STAFF_IDLE, STAFF_LONGEST)
    )
    return now - login.seen_at < idle and now - login.created_at < longest


def wants_to_be_seen(login: Login, now: datetime) -> bool:
    """Tell whether so much time has passed that the session's last use is worth writing down."""
    return now - login.seen_at >= _SEEN_EVERY


def seen(session: Session, now: datetime, login_id: int) -> None:
    """Write down that a session is in use."""
    session.execute(update(Login).where(Login.id == login_id).values(seen_at=now))


def is_fresh(login: Login, now: datetime, *, in_full: bool = False) -> bool:
    """Tell whether whoever sits there proved within the last ten minutes who they are.

    With `in_full` only a proof by all that the account is asked for counts.
    """
    proved_at = login.full_at if in_full else login.fresh_at
    return proved_at is not None and now - proved_at < FRESH


def refresh(session: Session, now: datetime, login_id: int, *, in_full: bool) -> str:
    """Write down that the person has just proved again who they are; return the new token.

    The one that the browser had until now opens nothing any more.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    proved = {"fresh_at": now, "token_hash": crypto.token_hash(token)}
    proved |= {"full_at": now} if in_full else {}
    session.execute(update(Login).where(Login.id == login_id).values(proved))
    return token


def end(session: Session, token: str) -> None:
    """End the session of a token; nothing happens when there is none."""
    session.execute(delete(Login).where(Login.token_hash == crypto.token_hash(token)))


def end_all_of_staff(session: Session, staff_id: int) -> None:
    """End every session of a member of staff."""
    session.execute(delete(Login).where(Login.staff_id == staff_id))


def of_staff(session: Session, now: datetime, staff_id: int) -> list[Login]:
    """Return the living sessions of a member of staff, the one used last first."""
    rows = session.scalars(
        select(Login).where(Login.staff_id == staff_id).order_by(Login.seen_at.desc(), Login.id)
    )
    return [login for login in rows if _lives(login, now)]


def end_one_of_staff(session: Session, staff_id: int, login_id: int) -> bool:
    """End one session of a member of staff; tell whether there was such a one."""
    one = delete(Login).where(Login.id == login_id, Login.staff_id == staff_id)
    ended = session.execute(one)
    return isinstance(ended, CursorResult) and ended.rowcount == 1


def end_others_of_staff(session: Session, kept: Login) -> None:
    """End every session of a member of staff but one."""
    others = (Login.staff_id == kept.staff_id) & (Login.id != kept.id)
    session.execute(delete(Login).where(others))


def end_others_of_case(session: Session, kept: Login) -> None:
    """End every session of a case but one, as when the person changes the code."""
    others = (Login.case_id == kept.case_id) & (Login.id != kept.id)
    session.execute(delete(Login).where(others))


def sweep(session: Session, now: datetime) -> int:
    """Delete the sessions that have run out; return how many there were."""
    staff = Login.staff_id.is_not(None) & or_(
        Login.seen_at <= now - STAFF_IDLE, Login.created_at <= now - STAFF_LONGEST
    )
    case = Login.staff_id.is_(None) & or_(
        Login.seen_at <= now - CASE_IDLE, Login.created_at <= now - CASE_LONGEST
    )
    result = session.execute(delete(Login).where(or_(staff, case)))
    return result.rowcount if isinstance(result, CursorResult) else 0
