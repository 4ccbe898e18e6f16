"""Emergency access: a case that somebody opened although it is not theirs to see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.case import Case
    from casework.models.staff import Staff


class EmergencyAccess(OfCase):
    """Who opened which case until when, and why. The reason is sealed: it may name people."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_staff", "staff_id", "until"),)

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = SealedText()
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(lazy="joined")
    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id], lazy="joined")
