"""Passports are found by a blind index; keys are rotated."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "sealing"
down_revision: Final = "care"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("passport_index", sa.LargeBinary(length=16), nullable=True))
        person.add_column(sa.Column("passport_sealed", sa.LargeBinary(), nullable=True))
        person.create_index(op.f("ix_person_passport_index"), ["passport_index"])


def downgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.drop_index(op.f("ix_person_passport_index"))
        person.drop_column("passport_sealed")
        person.drop_column("passport_index")
