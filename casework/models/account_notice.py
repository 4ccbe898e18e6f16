"""Notices to the owner of an account about the account itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Row


class AccountNotice(Row):
    """What happened to an account, by a code; `number` is what the words of the code count."""

    __tablename__ = "account_notice"

    staff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    number: Mapped[int | None]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
