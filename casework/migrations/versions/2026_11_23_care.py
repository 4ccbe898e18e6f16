"""Retention, legal holds, exports."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "care"
down_revision: Final = "safety"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the rules of retention and the holds; let a case say when it is to be deleted."""
    op.create_table(
        "retention_rule",
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("category", "outcome", name=op.f("uq_retention_rule_category_outcome")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_legal_hold_case_id_cases"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_legal_hold_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["staff.id"], name=op.f("fk_legal_hold_released_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_case_id"), "legal_hold", ["case_id"])
    # Added in place: rebuilding the table of cases would take all that hangs on them with it.
    op.add_column("cases", sa.Column("delete_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_cases_delete_after"), "cases", ["delete_after"])
    _exports()


def _exports() -> None:
    op.create_table(
        "export",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.String(length=40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_export_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_export_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_export_decided_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_staff_id"), "export", ["staff_id"])
    op.create_index(op.f("ix_export_office_id"), "export", ["office_id"])
    op.create_index("ix_export_state", "export", ["state", "id"])


def downgrade() -> None:
    """Take both tables and the columns away."""
    op.drop_table("export")
    op.drop_index(op.f("ix_cases_delete_after"), table_name="cases")
    op.drop_column("cases", "anonymised_at")
    op.drop_column("cases", "delete_after")
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")
