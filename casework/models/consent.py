"""Consents: one decision about one recipient and one scope."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.case import Case


class Consent(OfCase):
    """A decision, with the wording it answered, how it was given, and by whom it was noted."""

    __tablename__ = "consent"

    recipient_kind: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(16))
    given: Mapped[bool]
    wording_version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8))
    how: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="consents")
