"""What the workers have done last: their heartbeat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class WorkerTurn(Row):
    """The last turn of a task.

    A task that all workers share has a row for each of them, `place` being the worker; one that
    only one of them does at a time has a single row, with an empty `place`. `ended_at` is empty
    while the turn lasts, and stays so when the worker died in it.
    """

    __tablename__ = "worker_turn"
    __table_args__ = (UniqueConstraint("task", "place"),)

    task: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(80), default="")
    worker: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")
