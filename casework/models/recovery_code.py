"""Recovery codes: what lets somebody in whose second factor is not at hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class RecoveryCode(Row):
    """One code as a keyed hash. It works once, and a used one stays to be counted."""

    __tablename__ = "recovery_code"

    staff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
