"""Packets: what was printed for an office that never signs in, and the link by which it answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.referral import Referral


class Packet(OfCase):
    """One packet of one dispatch. What stood in it is not kept; its code only as a hash.

    Whoever shows the code holds a visit for a short while, of which the browser has the token and
    this row the hash. `replaced_at` says that a newer packet took its place.
    """

    __tablename__ = "packet"
    __table_args__ = (Index("ix_packet_office", "office_id", "until"),)

    referral_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    language: Mapped[str] = mapped_column(String(8))
    ground: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    visit_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    visit_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(12), default="")
    replaced_at: Mapped[datetime | None]

    referral: Mapped[Referral] = relationship()
