"""How the tables came to be what they are, revision by revision.

Their names stand here, oldest first, so that a server sees whether the database is of its version
without loading what runs revisions. A test holds them against the revisions themselves.
"""

from typing import Final

from sqlalchemy import text

REVISIONS: Final = (
    "first_tables",
    "history_chain",
    "accounts",
    "evidence",
    "safety",
    "care",
    "sealing",
    "full_proof",
    "packets",
    "worker",
    "notices",
    "standing",
    "lists",
    "sorted_lists",
    "number_keys",
)
NEWEST: Final = REVISIONS[-1]
# Asks a database of which revision it is.
WRITTEN: Final = text("SELECT version_num FROM alembic_version")
