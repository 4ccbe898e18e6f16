"""Exports: who took which cases out of the house, when, and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.own_key import OwnKey

if TYPE_CHECKING:
    from casework.models.staff import Staff


class Export(OwnKey):
    """One export, from when it was asked for. What was taken is not kept, only how much.

    `wanted` are the filters of the list, as codes. The reason may name people and is sealed with
    a key of its own. `seen_at` says when a supervisor has looked at it.
    """

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_state", "state", "id"),)

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"), index=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(8))
    identity: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    cases: Mapped[int] = mapped_column(Integer)
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = SealedText()

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def number(self) -> str:
        """What stands on every line of the file, so that it leads back here."""
        return f"E{self.id:X}"
