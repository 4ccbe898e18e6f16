"""The second factor of an account: the secret that a telephone makes codes from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.own_key import OwnKey


class SecondFactor(OwnKey):
    """The secret in use, and the next one until a first code has shown that it is well kept.

    The next one is shown to one session only: whoever has read it in another must not know what
    the owner then sets up. `last_step` is the newest step of time whose code was taken: no code
    is taken twice.
    """

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), unique=True
    )
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_login_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    secret = SealedText()
    next_secret = SealedText()
