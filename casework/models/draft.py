"""A complaint that is still being written, and the receipt it becomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText, new_data_key
from casework.db import Row


class Draft(Row):
    """The answers so far, sealed with a key of the draft's own.

    The tracking code is made with the draft, so that a repeated post shows the same receipt.
    """

    __tablename__ = "draft"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    resume_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
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

    def __init__(self, **values: Any) -> None:
        """Make the data key with the row."""
        super().__init__()
        self.wrapped_key = new_data_key(self.__tablename__, self.id)
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def key_row(self) -> Draft:
        """The row whose key seals this row: itself."""
        return self
