"""What is said when a setting cannot be as it was given."""

from __future__ import annotations


class Refused(ValueError):
    """A setting would not do: the field it stands in, and a code for why."""

    def __init__(self, field: str, why: str) -> None:
        """Keep both; a page says it in words at the field."""
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why
