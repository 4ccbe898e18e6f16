"""Routing rules, edited by an administrator."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class RoutingRule(Row):
    """One row of the ordered table; lists of codes are JSON, empty ones fit everything.

    `title` is an English msgid for shipped rules and plain text for an administrator's own.
    """

    __tablename__ = "routing_rule"

    code: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(Integer, index=True)
    track: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    destinations: Mapped[list[str]] = mapped_column(JSON, default=list)
    severities: Mapped[list[str]] = mapped_column(JSON, default=list)
    documented: Mapped[str] = mapped_column(String(8), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    targets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
