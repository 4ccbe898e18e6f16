"""Steps of the ladder that a case has climbed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.office import Office


class Escalation(OfCase):
    """One step up: why, who was silent and for how long. Each level is climbed once."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("case_id", "level"),)

    level: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(24))
    silent_office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    silent_days: Mapped[int] = mapped_column(Integer, default=0)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    to_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))

    silent_office: Mapped[Office | None] = relationship(foreign_keys=[silent_office_id])
    to_office: Mapped[Office] = relationship(foreign_keys=[to_office_id])
