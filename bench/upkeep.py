"""Measures what nobody waits for at a page: the sweep, the cold start, memory, sizes of pages."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from bench import serving
from bench.client import Browser
from bench.place import ROOT
from bench.serving import Server
from bench.timing import Row
from casework.cli import upkeep as counting
from casework.db import db
from casework.models import Clock
from casework.web import clock

_PUBLIC: Final = (
    "/en/",
    "/km/",
    "/my/",
    "/km/complaint/category",
    "/my/complaint/category",
    "/km/case",
)
_KIB: Final = 1024


def sweep() -> Row:
    """Let the sweep act on all that is due, as the command does; needs an application's context."""
    number = due()
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "escalate"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    taken = time.perf_counter() - started
    return Row(
        f"sweep of {number:,} due cases",
        [taken],
        per_second=number / taken,
        peer="escalation",
        note=done.stdout.strip(),
    )


def figures() -> Row:
    """Count the supervisor's figures, as the worker does; needs an application's context."""
    started = time.perf_counter()
    counting.count_figures()
    db.session.remove()
    return Row("figures of the dashboard", [time.perf_counter() - started], note="by the worker")


def due() -> int:
    """Return how many cases are due; needs an application's context."""
    wanted = select(func.count(func.distinct(Clock.case_id))).where(Clock.next_at <= clock.now())
    number = db.session.scalar(wanted) or 0
    db.session.remove()
    return number


def memory(running: Server) -> Row:
    """Return the row of what the server takes after the load."""
    taken = running.mebibytes()
    return Row("memory after the load", peer="memory", size=taken, note=f"{taken:,.0f} MiB")


def cold_start(times: int) -> Row:
    """Start the server again and again; return the row of how long it takes to its first page."""
    taken = []
    for _ in range(times):
        with serving.ours() as server:
            taken.append(server.cold_start)
    return Row("cold start", taken, peer="cold start")


def sizes(port: int) -> Iterator[Row]:
    """Return the rows of bytes on the wire, of each page and all that it asks for."""
    for path in _PUBLIC:
        browser = Browser(port)
        page = browser.get(path)
        beside = {
            found: browser.get(found).size
            for found in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2))"', page.text)
        }
        fonts = sum(size for name, size in beside.items() if name.endswith(".woff2"))
        rest = sum(beside.values()) - fonts
        note = f"{page.size / _KIB:.1f} KiB, styles and scripts {rest / _KIB:.1f} KiB"
        yield Row(f"bytes of {path}", note=f"{note}, fonts {fonts / _KIB:.1f} KiB")
