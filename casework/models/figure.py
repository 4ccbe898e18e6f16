"""What the worker has counted last for supervisors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class Figure(Row):
    """The cases of a desk that lie with one holder, counted at one instant.

    `of` is person, office or silent; `holder` the id of whoever holds the cases, empty for
    nobody. Of a silent office `open` are the dispatches that lay with it and `late` those that
    ran out. A row with `against` counts the same without the cases of which that office, or that
    member of staff of it, may not know; where there is none, they may know of all.
    """

    __tablename__ = "figure"
    __table_args__ = (Index("ix_figure_desk", "desk_office_id", "against_office_id"),)

    of: Mapped[str] = mapped_column(String(8))
    desk_office_id: Mapped[str] = mapped_column(String(40))
    holder: Mapped[str] = mapped_column(String(40), default="")
    against_office_id: Mapped[str | None] = mapped_column(String(40))
    against_staff_id: Mapped[int | None] = mapped_column(BigInteger)
    open: Mapped[int] = mapped_column(Integer)
    late: Mapped[int] = mapped_column(Integer)
    week: Mapped[int] = mapped_column(Integer, default=0)
    oldest: Mapped[datetime | None]
    counted_at: Mapped[datetime]
