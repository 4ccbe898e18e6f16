"""Where a case stands in lists is kept on the case, and lists are read in the order of an index."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "standing"
down_revision: Final = "notices"
branch_labels: Final = None
depends_on: Final = None

_NEVER: Final = {
    "sqlite": "'9999-01-01 00:00:00.000000'",
    "postgresql": "'9999-01-01 00:00:00+00'",
}
_ENDED: Final = "'closed', 'withdrawn'"
_TOP: Final = 5
_ASKED_FOR: Final = [
    "waits_for",
    "unanswered",
    "status",
    "level",
    "severity",
    "origin",
    "destination",
    "desk_office_id",
    "caseworker_id",
    "lead_office_id",
    "filed_at",
    "steps_left",
    "next_due_at",
    "next_due_kind",
]
_COLUMNS: Final = [
    "pressing_at",
    "steps_left",
    "unanswered",
    "lead_office_id",
    "disputed",
    "ended",
    "ended_at",
]
_INDEXES: Final[dict[str, list[str]]] = {
    "ix_cases_pressing": ["ended", "pressing_at", "id", *_ASKED_FOR],
    "ix_cases_desk_queue": [
        "desk_office_id",
        "ended",
        "pressing_at",
        "id",
        *(name for name in _ASKED_FOR if name != "desk_office_id"),
    ],
    "ix_cases_worker_queue": ["caseworker_id", "ended", "pressing_at", "id"],
    "ix_cases_level": ["ended", "steps_left", "pressing_at", "id"],
    "ix_cases_disputed": ["disputed", "ended", "steps_left", "pressing_at", "id"],
    "ix_cases_filed": ["filed_at", "id", "reference"],
    "ix_cases_place": ["place", "filed_at", "id"],
    "ix_cases_moved": ["moved_at", "id"],
    "ix_cases_ended": ["ended", "ended_at", "id"],
}
_ELSEWHERE: Final = {
    "ix_case_conflict_staff": ("case_conflict", ["staff_id", "case_id"]),
    "ix_case_party_party": ("case_party", ["party_id", "case_id"]),
    "ix_clock_lapsed": ("clock", ["lapsed_at", "referral_id"]),
    "ix_referral_office_number": ("referral", ["office_number", "case_id"]),
    "ix_referral_office_time": ("referral", ["office_id", "ended_at", "case_id"]),
}
_BEFORE: Final = {
    "ix_cases_desk_queue": ["desk_office_id", "next_due_at", "id"],
    "ix_cases_worker_queue": ["caseworker_id", "next_due_at", "id"],
    "ix_cases_level": ["level", "id"],
    "ix_cases_filed_at": ["filed_at"],
}


def upgrade() -> None:
    never = _NEVER[op.get_bind().dialect.name]
    false = sa.false()
    instant = sa.DateTime(timezone=True)
    for column in (
        sa.Column("pressing_at", instant, nullable=False, server_default=sa.text(never)),
        sa.Column("steps_left", sa.Integer(), nullable=False, server_default="5"),
        sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=false),
        sa.Column("lead_office_id", sa.String(40), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False, server_default=false),
        sa.Column("ended", sa.Boolean(), nullable=False, server_default=false),
        sa.Column("ended_at", instant, nullable=True),
    ):
        op.add_column("cases", column)
    op.execute(_worked_out(never))
    for name in _BEFORE:
        op.drop_index(name, table_name="cases")
    for name, columns in _INDEXES.items():
        op.create_index(name, "cases", columns)
    for name, (table, columns) in _ELSEWHERE.items():
        op.create_index(name, table, columns)
    op.drop_index("ix_case_party_party_id", table_name="case_party")


def downgrade() -> None:
    op.create_index("ix_case_party_party_id", "case_party", ["party_id"])
    for name, (table, _) in _ELSEWHERE.items():
        op.drop_index(name, table_name=table)
    for name in _INDEXES:
        op.drop_index(name, table_name="cases")
    for name, columns in _BEFORE.items():
        op.create_index(name, "cases", columns)
    for column in _COLUMNS:
        op.drop_column("cases", column)


def _worked_out(never: str) -> str:
    """Return the statement that works everything out once, as the models then keep it."""
    return f"""
UPDATE cases SET
    steps_left = {_TOP} - cases.level,
    ended = cases.status IN ({_ENDED}),
    ended_at = CASE WHEN cases.status IN ({_ENDED})
        THEN coalesce(cases.closed_at, cases.moved_at) END,
    disputed = EXISTS (
        SELECT 1 FROM event WHERE event.case_id = cases.id AND event.action = 'dispute'),
    lead_office_id = (
        SELECT max(referral.office_id) FROM referral WHERE referral.case_id = cases.id
            AND referral.lead AND referral.state IN ('offered', 'accepted')),
    unanswered = EXISTS (
        SELECT 1 FROM message WHERE message.case_id = cases.id AND message.from_complainant
            AND NOT EXISTS (
                SELECT 1 FROM message AS later WHERE later.case_id = message.case_id
                    AND NOT later.from_complainant AND later.at >= message.at)),
    pressing_at = coalesce((
        SELECT min(clock.lapsed_at) FROM clock WHERE clock.case_id = cases.id
            AND clock.lapsed_at IS NOT NULL AND (
                clock.kind = 'resolve' AND cases.status <> 'outcome_proposed'
                OR clock.kind = 'acknowledge'
                    AND cases.status IN ('received', 'triage', 'referred')
                OR clock.kind = 'first_answer' AND NOT EXISTS (
                    SELECT 1 FROM message WHERE message.case_id = clock.case_id
                        AND NOT message.from_complainant AND message.at >= clock.due_at))),
        cases.next_due_at, {never})
"""  # noqa: S608 - nothing that anybody typed stands in it.
