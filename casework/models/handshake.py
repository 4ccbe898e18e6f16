"""Questions that wait for an answer from the browser they were given to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.own_key import OwnKey


class Handshake(OwnKey):
    """One question of a few minutes: to a passkey, or to a provider of sign-ins.

    The browser holds a random token and this row its hash; whoever answers takes the row away.
    `challenge` is what the answer has to repeat. `verifier` is what only we can show the provider
    (RFC 7636), `wanted` the page that was asked for before.
    """

    __tablename__ = "handshake"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    challenge: Mapped[bytes] = mapped_column(LargeBinary(32))
    until: Mapped[datetime] = mapped_column(index=True)
    verifier_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    wanted_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    verifier = SealedText()
    wanted = SealedText()
