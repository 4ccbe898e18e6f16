"""Notices to staff: a reference and a reason, never a word of the case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.case import Case


class Notice(OfCase):
    """One notice to an office, or to one member of it, shown until it is put away."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_office", "office_id", "seen_at", "id"),)

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(lazy="joined")
