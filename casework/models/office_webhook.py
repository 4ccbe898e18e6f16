"""Offices with a system of their own, which wants to be told."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.own_key import OwnKey


class OfficeWebhook(OwnKey):
    """Where an office's system is told, and the secret by which it knows that it was us."""

    __tablename__ = "office_webhook"

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(default=True)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret = SealedText()
