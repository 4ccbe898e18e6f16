"""Conflicts of interest of a case, kept for listings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.of_case import OfCase


class CaseConflict(OfCase):
    """An office, or a member of staff, that may not know of the case.

    `presumed` says that it rests only on a complaint that names no post, which triage ends.
    `held_since` is set while no rule derives the conflict any more and nobody has lifted it;
    `changed_by` made the change that would have lifted it.
    """

    __tablename__ = "case_conflict"
    __table_args__ = (
        Index("ix_case_conflict_office", "office_id", "case_id"),
        Index("ix_case_conflict_staff", "staff_id", "case_id"),
    )

    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    presumed: Mapped[bool] = mapped_column(default=False)
    held_since: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
