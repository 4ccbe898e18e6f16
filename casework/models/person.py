"""People of a case: who complains, and who is affected. They need not be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.case import Case


class Person(OfCase):
    """A complainant or an affected worker; all that could name them is sealed.

    `contact` is how to reach them safely (way, time, code word, whose telephone), as JSON.
    """

    __tablename__ = "person"

    kind: Mapped[str] = mapped_column(String(16))
    telephone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    passport_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_original_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    telephone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    passport_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name = SealedText()
    name_original = SealedText()
    telephone = SealedText()
    passport = SealedText()
    contact = SealedText()

    case: Mapped[Case] = relationship(back_populates="people")
