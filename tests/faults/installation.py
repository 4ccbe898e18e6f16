"""An installation in a folder of its own, as a server's processes make it: INSTANCE names it."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from casework import config
from casework.app import create_app


def make() -> Flask:
    """Return the application for what the environment says, with its data in INSTANCE."""
    return create_app(config.from_environment(os.environ, Path(os.environ["INSTANCE"])))
