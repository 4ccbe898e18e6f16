"""Clocks that run on a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.office import Office
    from casework.models.referral import Referral


class Clock(OfCase):
    """One clock: who must act by when. `next_at` is the instant the sweep must look at it.

    A clock without a referral is the desk's own. `thresholds` are ISO instants in UTC, the
    last one the due instant; `remaining` are the seconds left while it is paused. A clock stops
    when it is met, when it lapses, or when nobody waits for it any more.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_next", "next_at"),
        Index("ix_clock_lapsed", "lapsed_at", "referral_id"),
    )

    referral_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    thresholds: Mapped[list[str]] = mapped_column(JSON)
    reminded: Mapped[int] = mapped_column(Integer, default=0)
    remaining: Mapped[int | None] = mapped_column(BigInteger)
    next_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]

    office: Mapped[Office] = relationship(lazy="joined")
    # So that a dispatch is stored before the clocks that run on it.
    referral: Mapped[Referral | None] = relationship()
