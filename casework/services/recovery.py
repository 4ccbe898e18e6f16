"""Recovery codes: ten words of random letters, each good once, for a lost second factor.

They are shown once and kept as keyed hashes: 120 random bits need no slow one.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, delete, func, select, update

from casework import crypto
from casework.domain.digits import without_separators
from casework.models import RecoveryCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MADE: Final = 10
_BYTES: Final = 15
_BLOCK: Final = 4
# The alphabet (RFC 4648, base 32) has none of these: who writes one has read a letter.
_MISREAD: Final = str.maketrans("018", "OIB")


def renew(session: Session, now: datetime, staff_id: int) -> list[str]:
    """Make new codes, as they are shown once; those made before are good no longer."""
    forget(session, staff_id)
    codes = [base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(MADE)]
    for code in codes:
        session.add(RecoveryCode(staff_id=staff_id, code_hash=_hash(staff_id, code), made_at=now))
    session.flush()
    return [_shown(code) for code in codes]


def use(session: Session, now: datetime, staff_id: int, code: str) -> bool:
    """Tell whether a code is good, and use it up: of two requests with it one is told so."""
    plain = without_separators(code).upper().translate(_MISREAD)
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_hash == _hash(staff_id, plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def left(session: Session, staff_id: int) -> int:
    """Return how many codes are still good."""
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def forget(session: Session, staff_id: int) -> None:
    """Delete all codes of an account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


def _hash(staff_id: int, code: str) -> bytes:
    return crypto.blind_index("recovery-code", f"{staff_id}|{code}")


def _shown(code: str) -> str:
    return "-".join(code[start : start + _BLOCK] for start in range(0, len(code), _BLOCK))
