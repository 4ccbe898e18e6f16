"""What every row that hangs on a case has: its link, and the case as owner of the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from casework.db import Row

if TYPE_CHECKING:
    from casework.models.case import Case


class OfCase(Row):
    """A row of a case. Its sealed cells open with the case's data key."""

    __abstract__ = True

    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )

    @declared_attr
    def case(cls) -> Mapped[Case]:  # noqa: N805 — a declared attribute takes the class.
        """The case this row belongs to."""
        return relationship("Case")

    @property
    def key_row(self) -> Case:
        """The row whose key seals this row."""
        return self.case
