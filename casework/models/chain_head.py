"""How far the history has got."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import MAC_BYTES
from casework.db import Base

ONLY: Final = 1


class ChainHead(Base):
    """One row: number and mac of the newest line, and a seal that only the keyset can make.

    Before the first line the number is 0.
    """

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    mac: Mapped[bytes] = mapped_column(LargeBinary(MAC_BYTES))
    seal: Mapped[bytes] = mapped_column(LargeBinary(MAC_BYTES))
