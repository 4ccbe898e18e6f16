"""Steps of the escalation ladder, edited by an administrator."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class LadderStepRow(Row):
    """Who is asked at a level: targets by role and place, best first."""

    __tablename__ = "ladder_step"

    level: Mapped[int] = mapped_column(Integer, unique=True)
    title: Mapped[str] = mapped_column(String(200))
    targets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
