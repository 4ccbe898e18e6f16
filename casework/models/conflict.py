"""Conflicts of interest of a case, kept for listings."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.of_case import OfCase


class CaseConflict(OfCase):
    """An office, or a member of staff, that may not know of the case."""

    __tablename__ = "case_conflict"
    __table_args__ = (Index("ix_case_conflict_office", "office_id", "case_id"),)

    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
