"""In which time a member of staff reads about their own account."""

from __future__ import annotations

from datetime import UTC, tzinfo

from casework.domain.facts import Actor
from casework.web.staff.blueprint import zone_of


def zone(actor: Actor) -> tzinfo:
    """Return the time zone of the reader's office; UTC before the calendars are loaded."""
    try:
        return zone_of(actor)
    except LookupError:
        return UTC
