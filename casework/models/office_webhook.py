"""Offices with a system of their own, which wants to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText, new_data_key
from casework.db import Row


class OfficeWebhook(Row):
    """Where an office's system is told, and the secret by which it knows that it was us."""

    __tablename__ = "office_webhook"

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(default=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret = SealedText()

    def __init__(self, **values: Any) -> None:
        """Make the data key with the row."""
        super().__init__()
        self.wrapped_key = new_data_key(self.__tablename__, self.id)
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def key_row(self) -> OfficeWebhook:
        """The row whose key seals this row: itself."""
        return self
