"""What any WSGI server runs: wsgi:app."""

import sys

from casework.app import create_app
from casework.cli import database
from casework.config import UnusableSetting
from casework.crypto import KeysMissing

try:
    app = create_app()
    database.check_ready(app)
except (UnusableSetting, database.DatabaseUnusable) as error:
    sys.exit(str(error))
except KeysMissing as error:
    sys.exit(f"The keys cannot be used: {error}.")
