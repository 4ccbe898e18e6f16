"""What a complainant claims."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Integer, LargeBinary, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.of_case import OfCase


class Claim(OfCase):
    """An amount claimed, or money paid that is claimed back. `what` is in the person's words."""

    __tablename__ = "claim"

    kind: Mapped[str] = mapped_column(String(24))
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(String(3))
    workers: Mapped[int] = mapped_column(Integer, default=1)
    from_on: Mapped[str] = mapped_column(String(10), default="")
    to_on: Mapped[str] = mapped_column(String(10), default="")
    receipt: Mapped[str] = mapped_column(String(8), default="")
    what_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    what = SealedText()
