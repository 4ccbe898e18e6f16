"""Questions to a browser: asked for a few minutes, answered once, by the same browser."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, delete, select

from casework import crypto
from casework.models import Handshake
from casework.services import logins

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Long enough to fetch a telephone from the next room, or to sign in at a provider.
LASTS: Final = timedelta(minutes=10)
CHALLENGE_BYTES: Final = 32


class Purpose(StrEnum):
    """What a question is for: an answer to one is none to another."""

    ADD_PASSKEY = "add_passkey"
    PASSKEY = "passkey"
    CONFIRM_BY_PASSKEY = "confirm_passkey"
    PROVIDER = "provider"
    CONFIRM_BY_PROVIDER = "confirm_provider"


@dataclass(frozen=True)
class Question:
    """A question that was asked. `staff_id` is who alone may answer it; None is anybody."""

    challenge: bytes
    staff_id: int | None = None
    verifier: str | None = None
    wanted: str | None = None


def ask(
    session: Session,
    now: datetime,
    purpose: Purpose,
    *,
    staff_id: int | None = None,
    verifier: str | None = None,
    wanted: str | None = None,
) -> tuple[str, Question]:
    """Return a token for the browser, and the question that it stands for."""
    # Nobody else clears up after whoever asks and goes away.
    session.execute(delete(Handshake).where(Handshake.until <= now))
    token = secrets.token_urlsafe(logins.TOKEN_BYTES)
    question = Question(secrets.token_bytes(CHALLENGE_BYTES), staff_id, verifier, wanted)
    session.add(
        Handshake(
            token_hash=crypto.token_hash(token),
            purpose=purpose.value,
            staff_id=staff_id,
            challenge=question.challenge,
            until=now + LASTS,
            verifier=verifier,
            wanted=wanted,
        )
    )
    session.flush()
    return token, question


def take(session: Session, now: datetime, purpose: Purpose, token: str) -> Question | None:
    """Return the question of a token, which nobody can answer again; None when there is none.

    What it returns is used up only when the transaction is committed: who answers wrongly must
    not undo it.
    """
    row = session.scalar(
        select(Handshake).where(
            Handshake.token_hash == crypto.token_hash(token),
            Handshake.purpose == purpose.value,
            Handshake.until > now,
        )
    )
    if row is None:
        return None
    question = Question(row.challenge, row.staff_id, row.verifier, row.wanted)
    session.expunge(row)
    # Of two answers at once only one still finds the row.
    gone = session.execute(delete(Handshake).where(Handshake.id == row.id))
    return question if isinstance(gone, CursorResult) and gone.rowcount == 1 else None
