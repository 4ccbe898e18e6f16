"""What time it is: asked in one place, so that a test can travel."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app


def system() -> datetime:
    """Return the time of the machine, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the time that the installation goes by, aware, in UTC."""
    moment: datetime = current_app.config["CLOCK"]()
    return moment
