"""How far somebody has used up a budget of failed attempts; shared by all processes."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Attempt(Base):
    """One budget of one subject, which stands here only as a keyed hash.

    Each failure moves `due`, in milliseconds since 1970, into the future by the time in which
    one attempt grows back. Once it has passed, nothing is held against the subject any more.
    """

    __tablename__ = "attempt"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    due: Mapped[int] = mapped_column(index=True)
