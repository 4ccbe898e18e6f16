"""Things to do for a case by a day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.staff import Staff


class Task(OfCase):
    """A task of one office. `due_on` is a local day in ISO form."""

    __tablename__ = "task"

    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    due_on: Mapped[str] = mapped_column(String(10), default="")
    done_at: Mapped[datetime | None]
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title = SealedText()

    staff: Mapped[Staff | None] = relationship()
