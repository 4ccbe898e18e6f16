"""The heartbeat of the workers."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "worker"
down_revision: Final = "packets"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table of turns."""
    op.create_table(
        "worker_turn",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_turn")),
        sa.UniqueConstraint("task", "place", name=op.f("uq_worker_turn_task_place")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("worker_turn")
