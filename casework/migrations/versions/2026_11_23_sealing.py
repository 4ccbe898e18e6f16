"""Passports are found by a blind index; keys are rotated."""

from __future__ import annotations

from typing import Final

revision: Final = "sealing"
down_revision: Final = "care"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Filled in by the change that needs it."""
