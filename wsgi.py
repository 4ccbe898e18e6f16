"""What a web server runs: wsgi:app, or wsgi:ready where it takes a function that makes one."""

import sys

from flask import Flask

from casework.app import create_app
from casework.cli import database
from casework.config import UnusableSetting
from casework.crypto import KeysMissing

try:
    app = create_app()
except UnusableSetting as error:
    sys.exit(str(error))
except KeysMissing as error:
    sys.exit(f"The keys cannot be used: {error}.")


def ready() -> Flask:
    """Return the application, once its database is found to be of this version and of its keys.

    Commands do without: the one that makes the database has to start before there is one.
    """
    try:
        database.check_ready(app)
    except database.DatabaseUnusable as error:
        sys.exit(str(error))
    return app
