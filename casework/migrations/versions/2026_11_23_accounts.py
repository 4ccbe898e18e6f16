"""Second factors, passkeys, single sign-on and counters of failed attempts."""

from __future__ import annotations

from typing import Final

revision: Final = "accounts"
down_revision: Final = "history_chain"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Filled in by the change that needs it."""


def downgrade() -> None:
    """Filled in by the change that needs it."""
