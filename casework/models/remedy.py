"""What was offered, ordered and paid: the other side of the ledger."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.of_case import OfCase


class RemedyEntry(OfCase):
    """One entry: a remedy offered, ordered or received, with its amount when it is money."""

    __tablename__ = "remedy"

    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    workers: Mapped[int] = mapped_column(Integer, default=1)
    on_date: Mapped[str] = mapped_column(String(10))
    proof_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proof = SealedText()
