"""Writes a new revision of the tables, from what the models say: `make revision NAME=tasks`.

The database of the installation has to be of the newest version. Afterwards the name goes to the
end of casework/migrations/__init__.py, and somebody reads what was written.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic import command

from casework.app import create_app
from casework.cli import upgrading

with create_app().app_context():
    command.revision(upgrading.config(), sys.argv[1], autogenerate=True, rev_id=sys.argv[1])
