"""What a web server runs: gunicorn wsgi:app."""

import sys

from casework.app import create_app
from casework.config import UnusableSetting
from casework.crypto import KeysMissing

try:
    app = create_app()
except UnusableSetting as error:
    sys.exit(str(error))
except KeysMissing as error:
    sys.exit(f"The keys cannot be used: {error}.")
