"""Where a case stands for an office is kept on the dispatch; what the worker counts has a table."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "lists"
down_revision: Final = "standing"
branch_labels: Final = None
depends_on: Final = None

_NEVER: Final = {
    "sqlite": "'9999-01-01 00:00:00.000000'",
    "postgresql": "timestamptz '9999-01-01 00:00:00+00'",
}
_INDEXES: Final[dict[str, list[str]]] = {
    "ix_referral_office_queue": [
        *("office_id", "may_see", "case_ended", "stands_at", "case_id", "own_move"),
    ],
    "ix_referral_office_move": [
        *("office_id", "may_see", "case_ended", "own_move", "stands_at", "case_id"),
    ],
}


def upgrade() -> None:
    never = _NEVER[op.get_bind().dialect.name]
    instant = sa.DateTime(timezone=True)
    for column in (
        sa.Column("stands_at", instant, nullable=False, server_default=sa.text(never)),
        sa.Column("own_move", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("case_ended", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("referral", column)
    op.execute(_worked_out(never))
    for name, columns in _INDEXES.items():
        op.create_index(name, "referral", columns)
    op.create_table(
        "figure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("of", sa.String(8), nullable=False),
        sa.Column("desk_office_id", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("against_office_id", sa.String(40), nullable=True),
        sa.Column("against_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("oldest", instant, nullable=True),
        sa.Column("counted_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
    )
    op.create_index("ix_figure_desk", "figure", ["desk_office_id", "against_office_id"])
    op.add_column("party", sa.Column("named", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE party SET named = (SELECT count(DISTINCT case_party.case_id) FROM case_party"
        " WHERE case_party.party_id = party.id)"
    )
    op.drop_index("ix_party_name_folded", table_name="party_name")
    op.create_index("ix_party_name_folded", "party_name", ["folded", "party_id"])


def downgrade() -> None:
    op.drop_index("ix_party_name_folded", table_name="party_name")
    op.create_index("ix_party_name_folded", "party_name", ["folded"])
    op.drop_column("party", "named")
    op.drop_table("figure")
    for name in _INDEXES:
        op.drop_index(name, table_name="referral")
    for column in ("stands_at", "own_move", "case_ended"):
        op.drop_column("referral", column)


def _worked_out(never: str) -> str:
    """Return the statement that works everything out once, as the models then keep it."""
    return f"""
UPDATE referral SET
    case_ended = (SELECT cases.ended FROM cases WHERE cases.id = referral.case_id),
    stands_at = (
        SELECT CASE
            WHEN cases.ended THEN cases.ended_at
            WHEN cases.waits_for = 'complainant' THEN {never}
            ELSE coalesce((
                SELECT min(clock.due_at) FROM clock WHERE clock.case_id = referral.case_id
                    AND clock.office_id = referral.office_id AND clock.stopped_at IS NULL
                    AND clock.remaining IS NULL), {never}) END
        FROM cases WHERE cases.id = referral.case_id),
    own_move = EXISTS (
        SELECT 1 FROM referral AS own JOIN cases ON cases.id = own.case_id
        WHERE own.case_id = referral.case_id AND own.office_id = referral.office_id
            AND (own.state = 'offered'
                OR own.state = 'accepted' AND own.lead AND cases.waits_for = 'office'))
"""  # noqa: S608 - nothing that anybody typed stands in it.
