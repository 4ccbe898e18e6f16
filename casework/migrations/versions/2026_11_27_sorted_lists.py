"""Lists by when cases were filed, or moved, are read in the order of an index, filters included."""

from __future__ import annotations

from typing import Final

from alembic import op

revision: Final = "sorted_lists"
down_revision: Final = "lists"
branch_labels: Final = None
depends_on: Final = None

_FILTERED: Final = (
    *("origin", "destination", "status", "waits_for", "severity", "level"),
    *("desk_office_id", "caseworker_id"),
)


def upgrade() -> None:
    op.drop_index("ix_cases_moved", "cases")
    for name, column in (
        ("ix_cases_filed_queue", "filed_at"),
        ("ix_cases_moved_queue", "moved_at"),
    ):
        op.create_index(name, "cases", ["ended", column, "id", *_FILTERED])
    if op.get_bind().dialect.name == "sqlite":
        # Of an index that it has not looked at SQLite thinks too much. A part of it is enough.
        op.execute("PRAGMA analysis_limit = 1000")
        op.execute("ANALYZE cases")


def downgrade() -> None:
    for name in ("ix_cases_filed_queue", "ix_cases_moved_queue"):
        op.drop_index(name, "cases")
    op.create_index("ix_cases_moved", "cases", ["moved_at", "id"])
