"""Offices' own numbers are found by a key of their own, instead of reading all of them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "number_keys"
down_revision: Final = "sorted_lists"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.add_column(
        "referral", sa.Column("number_key", sa.String(60), nullable=False, server_default="")
    )
    op.execute("UPDATE referral SET number_key = lower(office_number) WHERE office_number > ''")
    op.drop_index("ix_referral_office_number", "referral")
    op.create_index("ix_referral_number_key", "referral", ["number_key", "case_id"])
    if op.get_bind().dialect.name == "sqlite":
        # Of an index that it has not looked at SQLite thinks too much. A part of it is enough.
        op.execute("PRAGMA analysis_limit = 1000")
        op.execute("ANALYZE referral")


def downgrade() -> None:
    op.drop_index("ix_referral_number_key", "referral")
    op.drop_column("referral", "number_key")
    op.create_index("ix_referral_office_number", "referral", ["office_number", "case_id"])
