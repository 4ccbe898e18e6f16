"""An installation in a folder of its own, as a server's processes make it: INSTANCE names it."""

from __future__ import annotations

import os
from pathlib import Path

from casework import config
from casework.app import create_app

app = create_app(config.from_environment(os.environ, Path(os.environ["INSTANCE"])))
