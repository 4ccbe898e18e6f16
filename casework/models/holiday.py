"""Public holidays that an administrator adds to, or takes out of, the published calendar."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class Holiday(Row):
    """One day of one country; `works` true says that offices are open although published."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("country", "day"),)

    country: Mapped[str] = mapped_column(String(2))
    day: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    works: Mapped[bool] = mapped_column(default=False)
