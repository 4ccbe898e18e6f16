"""Settings of the installation and of countries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Setting(Base):
    """One named value, such as whether demonstration data is loaded."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class CountrySetting(Base):
    """A country's time zone, weekend (ISO weekdays), office hours and currencies.

    `origin` and `destination` say whether the forms offer it as one end of a corridor.
    """

    __tablename__ = "country_setting"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(40))
    weekend: Mapped[list[int]] = mapped_column(JSON)
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
    currency: Mapped[str] = mapped_column(String(3))
    also_used: Mapped[list[str]] = mapped_column(JSON, default=list)
    origin: Mapped[bool] = mapped_column(default=False)
    destination: Mapped[bool] = mapped_column(default=False)
