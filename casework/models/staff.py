"""Members of staff and their accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Row
from casework.models.office import Office


class Staff(Row):
    """An account. The password is an Argon2id hash; an invitation is the hash of a token.

    `issuer` and `subject` are who the person is to a provider of sign-ins, once they have used it.
    """

    __tablename__ = "staff"
    __table_args__ = (Index("ix_staff_issuer_subject", "issuer", "subject", unique=True),)

    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    invite_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    invite_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    issuer: Mapped[str | None] = mapped_column(String(300))
    subject: Mapped[str | None] = mapped_column(String(300))

    office: Mapped[Office | None] = relationship(lazy="joined")
