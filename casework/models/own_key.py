"""Rows that are sealed with a key of their own: deleting one makes what it held unreadable."""

from __future__ import annotations

from typing import Any, Self

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.crypto import new_data_key
from casework.db import Row


class OwnKey(Row):
    """A table each of whose rows has a data key, made with the row."""

    __abstract__ = True

    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)

    def __init__(self, **values: Any) -> None:
        """Make the data key first: what the row seals needs it at once."""
        super().__init__()
        self.wrapped_key = new_data_key(self.__tablename__, self.id)
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def key_row(self) -> Self:
        """The row whose key seals this row: itself."""
        return self
