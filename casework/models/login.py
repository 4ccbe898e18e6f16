"""Server-side sessions: of staff who signed in, and of a person whose code opened a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Row
from casework.models.case import Case
from casework.models.staff import Staff


class Login(Row):
    """A session. The cookie holds a random token, this row its hash; deleting it ends it.

    Of staff: `factor_at` is when the second factor was shown, and while it is empty the person
    is only half signed in. `fresh_at` is when they last proved who they are, `full_at` when they
    did so by all that the account is asked for.
    """

    __tablename__ = "login"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    factor_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]
    full_at: Mapped[datetime | None]

    staff: Mapped[Staff | None] = relationship(lazy="joined")
    case: Mapped[Case | None] = relationship()
