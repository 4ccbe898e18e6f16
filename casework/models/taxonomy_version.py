"""Versions of the taxonomy. A case keeps the one it was filed under."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class TaxonomyVersion(Base):
    """One version: the whole document, never changed once a case was filed under it."""

    __tablename__ = "taxonomy_version"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
