"""Cases that may not be deleted for now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.of_case import OfCase


class LegalHold(OfCase):
    """One hold, from when it was set until it was released. `ground` is told to the person."""

    __tablename__ = "legal_hold"

    ground: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = SealedText()
