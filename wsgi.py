"""What any WSGI server runs: wsgi:app."""

import sys

import click

from casework import logs
from casework.app import create_app
from casework.cli import database
from casework.config import UnusableSetting
from casework.crypto import KeysMissing

try:
    app = create_app()
    logs.configure(json=app.config["SETTINGS"].working.json_log)
    # A command looks itself at what it needs: `flask prepare` is there to make it ready.
    if click.get_current_context(silent=True) is None:
        database.check_ready(app)
except (UnusableSetting, database.DatabaseUnusable) as error:
    sys.exit(str(error))
except KeysMissing as error:
    sys.exit(f"The keys cannot be used: {error}.")
