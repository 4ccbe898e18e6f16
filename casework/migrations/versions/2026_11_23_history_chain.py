"""The history is chained and can only grow."""

from __future__ import annotations

from typing import Final

revision: Final = "history_chain"
down_revision: Final = "first_tables"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Filled in by the change that needs it."""
