"""The outbox: what is to go out of the house, written in the transaction of what it tells."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Row

if TYPE_CHECKING:
    from casework.models.account_notice import AccountNotice
    from casework.models.notice import Notice


class Letter(Row):
    """One message to one recipient by one channel: a member of staff, a person, or an office.

    It holds codes only. The address is looked up when the letter goes; a complainant's stands
    sealed with their case. Letters that go as one have one `batch`, also when they go again, so
    that the receiver knows them by the same mark. `last_error` is a code.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_staff_id_state", "staff_id", "state"),
    )

    channel: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    dedupe_key: Mapped[str] = mapped_column(String(60), unique=True)
    staff_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE")
    )
    case_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    notice_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("notice.id", ondelete="CASCADE"), index=True
    )
    account_notice_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account_notice.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(8))
    batch: Mapped[int | None] = mapped_column(BigInteger, index=True)
    made_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(40))
    last_error: Mapped[str] = mapped_column(String(24), default="")
    sent_at: Mapped[datetime | None]

    # So that what is told is stored before the letter that tells it.
    notice: Mapped[Notice | None] = relationship()
    account_notice: Mapped[AccountNotice | None] = relationship()
