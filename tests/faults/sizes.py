"""How long a run is: FAULTS=long asks for the whole of it, everything else for a short form."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

LONG: Final = os.environ.get("FAULTS") == "long"
_PAGE_BYTES: Final = 4096
_RESIDENT: Final = 1


def size(*, short: int, long: int) -> int:
    """Return how much is tried in this run."""
    return long if LONG else short


def resident_bytes() -> int:
    """Return how much memory this process holds now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[_RESIDENT]) * _PAGE_BYTES
