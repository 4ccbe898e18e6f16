"""Dispatches of a case to an office."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from casework.crypto import SealedText
from casework.models.case import NEVER
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.case import Case
    from casework.models.office import Office
    from casework.models.staff import Staff

_LONGEST_NUMBER: Final = 60
_LISTED: Final = ("office_id", "may_see", "case_ended")


class Referral(OfCase):
    """One dispatch: the office, the rule that decided, and how the office answered.

    `may_see` repeats what the rules of permission say of this office now, for listings; the
    single writer of status keeps it true: of one dispatch to an office at most. From `stands_at`
    on it repeats where the case stands in the lists of the office, which `lying` keeps.
    `passed_over` holds codes, not words.
    """

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_office_sight", "office_id", "may_see", "case_id"),
        # The lists of an office are read in the order of these, up to the end of a page.
        Index("ix_referral_office_queue", *_LISTED, "stands_at", "case_id", "own_move"),
        Index("ix_referral_office_move", *_LISTED, "own_move", "stands_at", "case_id"),
        Index("ix_referral_office_state", "office_id", "state"),
        Index("ix_referral_number_key", "number_key", "case_id"),
        Index("ix_referral_office_time", "office_id", "ended_at", "case_id"),
    )

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    track: Mapped[str] = mapped_column(String(12))
    level: Mapped[int] = mapped_column(Integer, default=0)
    lead: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(12))
    may_see: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[str] = mapped_column(String(60))
    passed_over: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sender_office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    sender_staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    office_number: Mapped[str] = mapped_column(String(_LONGEST_NUMBER), default="")
    # By which the office's number is found, however it is typed.
    number_key: Mapped[str] = mapped_column(String(_LONGEST_NUMBER), default="")
    offered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    decline_code: Mapped[str] = mapped_column(String(24), default="")
    # By when the office has to act, or when the case ended; whether the next move is the
    # office's own; whether the case has ended.
    stands_at: Mapped[datetime] = mapped_column(default=NEVER)
    own_move: Mapped[bool] = mapped_column(default=False)
    case_ended: Mapped[bool] = mapped_column(default=False)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = SealedText()
    note = SealedText()

    case: Mapped[Case] = relationship(back_populates="referrals")
    office: Mapped[Office] = relationship(foreign_keys=[office_id], lazy="joined")
    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])

    @validates("office_number")
    def _keep_key(self, _name: str, number: str) -> str:
        self.number_key = key_of_number(number)
        return number


def key_of_number(number: str) -> str:
    """Return the key of an office's own number: small letters, of which a few become two."""
    return number.lower()[:_LONGEST_NUMBER]
