"""Conflicts that need a second person to lift, emergency access, groups, merged cases."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "safety"
down_revision: Final = "evidence"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    _held_conflicts()
    _emergency_access()


def _held_conflicts() -> None:
    with op.batch_alter_table("case_conflict") as conflict:
        conflict.add_column(
            sa.Column("presumed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        conflict.add_column(sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
        conflict.add_column(sa.Column("changed_by", sa.BigInteger(), nullable=True))
        conflict.create_foreign_key(
            op.f("fk_case_conflict_changed_by_staff"), "staff", ["changed_by"], ["id"]
        )


def _emergency_access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_emergency_access_case_id_cases"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_emergency_access_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["staff.id"], name=op.f("fk_emergency_access_reviewed_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(op.f("ix_emergency_access_case_id"), "emergency_access", ["case_id"])
    op.create_index("ix_emergency_access_staff", "emergency_access", ["staff_id", "until"])
    # Added in place: rebuilding the table of cases would take all that hangs on them with it.
    op.add_column("cases", sa.Column("group_id", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "cases",
        sa.Column("code_is_shared", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(op.f("ix_cases_group_id"), "cases", ["group_id"])
    op.create_index(op.f("ix_cases_merged_into_id"), "cases", ["merged_into_id"])


def downgrade() -> None:
    op.drop_table("emergency_access")
    with op.batch_alter_table("case_conflict") as conflict:
        conflict.drop_constraint(op.f("fk_case_conflict_changed_by_staff"), type_="foreignkey")
        conflict.drop_column("changed_by")
        conflict.drop_column("held_since")
        conflict.drop_column("presumed")
    op.drop_index(op.f("ix_cases_merged_into_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_group_id"), table_name="cases")
    op.drop_column("cases", "code_is_shared")
    op.drop_column("cases", "merged_into_id")
    op.drop_column("cases", "group_id")
