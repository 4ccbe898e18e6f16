"""Sessions know when their owner last gave a full proof of who they are."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "full_proof"
down_revision: Final = "sealing"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    with op.batch_alter_table("login") as login:
        login.add_column(sa.Column("full_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("login") as login:
        login.drop_column("full_at")
