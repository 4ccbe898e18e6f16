"""What lies in files, the database's own among them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def contents(files: Iterable[Path]) -> list[bytes]:
    """Return the bytes of each file, read by another process.

    Whoever closes a file of an open SQLite database lets go of all locks that their own process
    holds on it: the next connection that is closed then takes the journal away from the others.
    """
    return [subprocess.run(["cat", file], capture_output=True, check=True).stdout for file in files]
