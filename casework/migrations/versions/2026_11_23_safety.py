"""Conflicts that need a second person to lift, emergency access, groups, merged cases."""

from __future__ import annotations

from typing import Final

revision: Final = "safety"
down_revision: Final = "evidence"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Filled in by the change that needs it."""
