"""A complaint that is still being written, and the receipt it becomes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.own_key import OwnKey


class Draft(OwnKey):
    """The answers so far, sealed with a key of the draft's own.

    The tracking code is made with the draft, so that a repeated post shows the same receipt.
    """

    __tablename__ = "draft"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    resume_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    language: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(index=True)
    case_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("cases.id", ondelete="CASCADE"), unique=True
    )
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answers = SealedText()
    code = SealedText()
