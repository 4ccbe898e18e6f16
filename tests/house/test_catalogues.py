"""Catalogues: nothing missing, nothing stale, every placeholder where it belongs."""

from __future__ import annotations

import subprocess
import sys

from tests.house.sources import ROOT


def test_every_catalogue_is_whole() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "catalogues.py"), "check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
