"""Packets for offices that never sign in."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "packets"
down_revision: Final = "full_proof"
branch_labels: Final = None
depends_on: Final = None

_HASH: Final = 32


def upgrade() -> None:
    """Make the table of packets."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "packet",
        sa.Column("referral_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=_HASH), nullable=False),
        sa.Column("visit_hash", sa.LargeBinary(length=_HASH), nullable=True),
        sa.Column("visit_until", instant, nullable=True),
        sa.Column("opened_at", instant, nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("replaced_at", instant, nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_packet_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_packet_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_packet_office_id_office")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_packet_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_packet_token_hash")),
        sa.UniqueConstraint("visit_hash", name=op.f("uq_packet_visit_hash")),
    )
    op.create_index(op.f("ix_packet_case_id"), "packet", ["case_id"])
    op.create_index(op.f("ix_packet_referral_id"), "packet", ["referral_id"])
    op.create_index("ix_packet_office", "packet", ["office_id", "until"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("packet")
