"""How long ended cases are kept, edited by an administrator."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class RetentionRule(Row):
    """A rule for a category and an outcome; "*" stands for all of them."""

    __tablename__ = "retention_rule"
    __table_args__ = (UniqueConstraint("category", "outcome"),)

    category: Mapped[str] = mapped_column(String(32), default="*")
    outcome: Mapped[str] = mapped_column(String(24), default="*")
    months: Mapped[int] = mapped_column(Integer)
    fate: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(Text, default="")
