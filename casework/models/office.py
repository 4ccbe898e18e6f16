"""Offices: the institutions a case can be with."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Office(Base):
    """An institution, with the public source that names it.

    `verified` says whether a public page names it; `statutory_days` is its own legal term
    for resolving a complaint, where one is known.
    """

    __tablename__ = "office"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_local: Mapped[str] = mapped_column(String(300), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    host: Mapped[str] = mapped_column(String(2), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(32), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    escalates_to_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    rank: Mapped[int] = mapped_column(Integer, default=50)
    routable: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    statutory_days: Mapped[int | None] = mapped_column(Integer)
    statutory_kind: Mapped[str] = mapped_column(String(200), default="")
    deadline_source: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str] = mapped_column(Text, default="")
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
