"""What a person was told is kept is kept, and once, whoever pulls the plug of a process."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select, text

from casework import storage
from casework.models import Case, Evidence
from casework.services import audit
from casework.services.evidence import showing, taking
from tests.conftest import BOTH
from tests.faults.phones import Phone
from tests.faults.service import Service, running
from tests.faults.sizes import size
from tests.samples import pictures

pytestmark = pytest.mark.faults

COMPLAINTS: Final = size(short=10, long=2000)
KILLS: Final = size(short=3, long=200)
WORKERS: Final = 4
PHONES: Final = 8


@dataclass
class Run:
    """What the phones were told, and what was done to the server meanwhile."""

    service: Service
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    cut: int = 0
    refused: int = 0

    def file(self, number: int) -> None:
        """File one complaint with a file, as a person does who does not give up."""
        phone = Phone(self.service.url, lang=("en", "km", "my")[number % 3])
        phone.walk(until="files")
        phone.add_file(f"slip-{number}.png", pictures.png())
        phone.walk(first="files")
        self.acknowledged.append(phone.send())
        self.cut += phone.cut
        self.refused += len(phone.faults)

    def kill(self, over: threading.Event) -> None:
        """Kill processes one by one while the complaints come in, spread over all of them."""
        chance = random.Random(26)
        while not over.is_set():
            self.service.keep()
            if len(self.acknowledged) < self.kills * COMPLAINTS / KILLS or self.kills == KILLS:
                time.sleep(0.01)
                continue
            time.sleep(chance.uniform(0, 0.3))
            with contextlib.suppress(ProcessLookupError, IndexError):
                os.kill(chance.choice(self.service.processes()), signal.SIGKILL)
                self.kills += 1


def _drive(run: Run) -> None:
    over = threading.Event()
    killer = threading.Thread(target=run.kill, args=[over])
    killer.start()
    with ThreadPoolExecutor(PHONES) as pool:
        done = [pool.submit(run.file, number) for number in range(COMPLAINTS)]
    over.set()
    killer.join()
    for each in done:
        each.result()


def _files_open(store: storage.Store, rows: Sequence[Evidence]) -> bool:
    return all(
        b"".join(showing.read(store, row, taking.ORIGINAL)) == pictures.png() for row in rows
    )


@pytest.mark.parametrize("database", BOTH)
def test_no_acknowledged_complaint_is_lost_and_none_is_twice(
    tmp_path: Path, keys: str, database: str, new_database: str
) -> None:
    with running(tmp_path, WORKERS, url=new_database, keys=keys) as service:
        run = Run(service)
        begun = time.monotonic()
        _drive(run)
        seconds = time.monotonic() - begun
    with service.looked_at() as session:
        references = Counter(session.scalars(select(Case.reference)))
        lost = set(run.acknowledged) - set(references)
        twice = sum(references.values()) - COMPLAINTS
        rows = session.scalars(select(Evidence).where(Evidence.case_id.is_not(None))).all()
        assert _files_open(storage.FolderStore(tmp_path / "evidence", 0), rows)
        assert len(rows) == COMPLAINTS
        assert audit.verify(session).finding is None
        if database == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    print(
        f"\n{database}: {COMPLAINTS} complaints with a file each, {WORKERS} processes, "
        f"{run.kills} × kill -9 in {seconds:.0f} s: {run.cut} lines cut, {run.refused} answers"
        f" of “not saved”; acknowledged {len(run.acknowledged)}, lost {len(lost)}, twice {twice}"
    )
    assert run.kills == KILLS
    assert not lost
    assert twice == 0
