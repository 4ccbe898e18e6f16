"""Notes that staff keep for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.staff import Staff


class Note(OfCase):
    """A note, a call or a visit. Only the office that wrote it reads it; the desk's, the desk."""

    __tablename__ = "note"

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8), default="note")
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    body = SealedText()

    staff: Mapped[Staff | None] = relationship()
