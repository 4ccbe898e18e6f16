"""The peer, for the server that runs ours too."""

from __future__ import annotations

import os
from typing import Final

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.settings")
app: Final = get_wsgi_application()
