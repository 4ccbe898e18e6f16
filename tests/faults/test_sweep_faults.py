"""Four workers share the due cases, are killed at any moment, and go by clocks that are wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Case, Escalation, Event, Referral
from casework.services import audit, sweep
from tests import factories
from tests.conftest import BOTH
from tests.factories import BEGINNING, World, agrees
from tests.faults import due
from tests.faults.sizes import size

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROOT: Final = Path(__file__).parents[2]
WORKERS: Final = 4
CASES: Final = size(short=240, long=10_000)
KILLS: Final = size(short=4, long=60)
AT_ONCE: Final = size(short=10, long=100)
# Long enough for the first clock of every case, and not for one that a step begins.
LATER: Final = BEGINNING + timedelta(days=9)
WRONG: Final = timedelta(days=1)
WITHIN: Final = size(short=120, long=600)  # seconds, on a busy machine.
# Sweeps until nothing is due by the latest of all clocks; says when it begins.
PROGRAM: Final = """
import os, random, sys
from datetime import datetime, timedelta
from pathlib import Path
from casework import app, config
from casework.cli import sweeping
from casework.db import db
from casework.services import sweep
made = app.create_app(config.from_environment(os.environ, Path(sys.argv[1])))
later, wrong = datetime.fromisoformat(sys.argv[2]), float(sys.argv[3])
sweeping.AT_ONCE = int(sys.argv[4])
print("begun", flush=True)
with made.app_context():
    while sweep.due_cases(db.session(), later + timedelta(seconds=wrong), 1):
        db.session.rollback()
        off = random.choice([-wrong, 0, wrong])
        if sweeping.sweep_all(later + timedelta(seconds=off)).failed:
            sys.exit("a case failed")
        db.session.rollback()
"""


class Workers:
    """Processes that sweep, of which one dies now and then."""

    def __init__(self, app: Flask, keys: str, folder: Path) -> None:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        self.environment = os.environ | {"DATABASE_URL": url, "CASEWORK_KEYS": keys}
        self.environment |= {"SECRET_KEY": "k" * 64, "CASEWORK_DEMO": "0"}
        self.folder = folder
        self.running = [self._start() for _ in range(WORKERS)]

    def _start(self) -> subprocess.Popen[str]:
        given = [str(self.folder), LATER.isoformat(), str(WRONG.total_seconds()), str(AT_ONCE)]
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *given],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill_one(self, random: Random) -> None:
        """Kill one that has begun, a moment later; another takes its place."""
        place = random.randrange(WORKERS)
        dying = self.running[place]
        assert dying.stdout is not None
        dying.stdout.readline()
        time.sleep(random.uniform(0.0, 0.3))
        dying.kill()
        dying.communicate()
        self.running[place] = self._start()

    def finish(self) -> None:
        """Wait until all have nothing more to do."""
        said = [each.communicate(timeout=WITHIN) for each in self.running]
        assert [each.returncode for each in self.running] == [0] * WORKERS, said

    def stop(self) -> None:
        for each in self.running:
            each.kill()
            each.communicate()


@pytest.mark.parametrize("database", BOTH)
def test_each_step_is_taken_once(
    app: Flask, session: Session, keys: str, tmp_path: Path, database: str
) -> None:
    random = Random(20261126)
    factories.small_directory(session)
    first = World(session, BEGINNING).file(decisions=agrees("KH", "TH"))
    cases = {first.id, *due.copy(session, first, CASES - 1)}
    session.commit()
    begun, killed, left = time.monotonic(), 0, True
    workers = Workers(app, keys, tmp_path)
    try:
        # Who dies when all is done shows nothing.
        while left and killed < KILLS:
            workers.kill_one(random)
            killed += 1
            left = bool(sweep.due_cases(session, LATER + WRONG, 1))
            session.rollback()
        workers.finish()
    finally:
        workers.stop()
    took = time.monotonic() - begun
    steps = Counter(
        tuple(row) for row in session.execute(select(Escalation.case_id, Escalation.level))
    )
    print(
        f"\n{database}: {len(cases)} due cases, {WORKERS} workers, {killed} killed while there was"
        f" work left: {sum(steps.values())} steps of {len(steps)} (case, level), {took:.1f} s"
    )
    assert steps == {(case_id, 1): 1 for case_id in cases}
    assert session.scalars(select(Case.level).distinct()).all() == [1]
    sent = select(Referral.case_id, func.count()).group_by(Referral.case_id)
    assert {number for _, number in session.execute(sent)} == {2}
    told = select(func.count()).where(Event.action == "escalate").group_by(Event.case_id)
    assert session.scalars(told).all() == [1] * len(cases)
    assert audit.verify(session).finding is None
