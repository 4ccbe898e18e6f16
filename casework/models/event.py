"""The history of a case: what happened, as codes and data, never as words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import MAC_BYTES
from casework.db import Row

if TYPE_CHECKING:
    from casework.models.office import Office
    from casework.models.staff import Staff


class Event(Row):
    """One line of history. `data` holds codes, ids, instants and numbers only.

    `seq` counts all lines without a gap, `mac` ties each to the one before it; both are given
    when the transaction commits, and from then on nothing changes. `case_id` is no link: a case
    may be destroyed, and what was done to it stays told.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_case", "case_id", "id"),)

    case_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    action: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(MAC_BYTES))

    staff: Mapped[Staff | None] = relationship()
    office: Mapped[Office | None] = relationship()
