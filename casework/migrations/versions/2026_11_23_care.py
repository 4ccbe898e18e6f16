"""Retention, legal holds, exports."""

from __future__ import annotations

from typing import Final

revision: Final = "care"
down_revision: Final = "safety"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Filled in by the change that needs it."""
