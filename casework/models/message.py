"""Messages between the complainant and those who handle the case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.office import Office
    from casework.models.staff import Staff


class Message(OfCase):
    """One message.

    `office_id` is the office that wrote it or that it is meant for; without one it is between
    the complainant and the desk.
    """

    __tablename__ = "message"

    at: Mapped[datetime]
    from_complainant: Mapped[bool]
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    language: Mapped[str] = mapped_column(String(8), default="")
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    original_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    body = SealedText()
    original = SealedText()

    staff: Mapped[Staff | None] = relationship()
    office: Mapped[Office | None] = relationship()
