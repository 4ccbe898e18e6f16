"""How long things may take, edited by an administrator."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class TermRow(Row):
    """A term for a kind of clock; an empty severity or country fits all."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("kind", "severity", "country"),)

    kind: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(8), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    amount: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text, default="")
