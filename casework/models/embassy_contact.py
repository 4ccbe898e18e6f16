"""Whether the embassy was asked for help, and what came of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.of_case import OfCase


class EmbassyContact(OfCase):
    """One attempt: which post, when, how, with which result. The words are sealed."""

    __tablename__ = "embassy_contact"

    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    result: Mapped[str] = mapped_column(String(24))
    on_date: Mapped[str] = mapped_column(String(10), default="")
    how: Mapped[str] = mapped_column(String(16), default="")
    asked_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked = SealedText()
    answered = SealedText()
