"""The registry of those complained about, kept across cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Row
from casework.models.of_case import OfCase

if TYPE_CHECKING:
    from casework.models.office import Office


class Party(Row):
    """An agency, a broker or an employer. Names stay plain so that they can be searched.

    `named` says in how many cases, as the worker has counted: whom to look at first.
    """

    __tablename__ = "party"

    kind: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), default="")
    licence: Mapped[str] = mapped_column(String(60), default="")
    named: Mapped[int] = mapped_column(Integer, default=0)

    names: Mapped[list[PartyName]] = relationship(
        back_populates="party", cascade="all, delete-orphan"
    )


class PartyName(Row):
    """A name of a party in any script, and the folded form by which it is found."""

    __tablename__ = "party_name"
    # Parts of names are looked for in the index alone, one name after the other.
    __table_args__ = (Index("ix_party_name_folded", "folded", "party_id"),)

    party_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("party.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(400))

    party: Mapped[Party] = relationship(back_populates="names")


class CaseParty(OfCase):
    """Someone complained about in a case: a party, an office, or a member of staff."""

    __tablename__ = "case_party"
    __table_args__ = (Index("ix_case_party_party", "party_id", "case_id"),)

    role: Mapped[str] = mapped_column(String(16))
    party_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("party.id"))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))

    party: Mapped[Party | None] = relationship(lazy="joined")
    office: Mapped[Office | None] = relationship(lazy="joined")
