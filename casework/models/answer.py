"""Answers to the questions of a category. Always sealed."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import SealedText
from casework.models.of_case import OfCase


class Answer(OfCase):
    """One answer, under the codes of its category and question."""

    __tablename__ = "answer"

    category: Mapped[str] = mapped_column(String(32))
    question: Mapped[str] = mapped_column(String(48))
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    original_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    value = SealedText()
    original = SealedText()
