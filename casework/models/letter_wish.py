"""How a member of staff wants to be told."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class LetterWish(Row):
    """For each thing there is to tell: now, in the digest, or never; what is missing is as usual.

    Quiet hours are local times such as 22:00; both are empty where there are none.
    """

    __tablename__ = "letter_wish"

    staff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), unique=True
    )
    choices: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_until: Mapped[str] = mapped_column(String(5), default="")
