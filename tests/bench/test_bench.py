"""The bench still works: in its shortest form, every measure of it, on the server as it is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from bench import quick, seed
from casework.db import db, transaction
from casework.models import Case
from casework.services import audit, casefile
from casework.web import clock

ROOT: Final = Path(__file__).resolve().parents[2]
WITHIN: Final = 600  # seconds, on a machine that is busy with other tests.
MEASURED: Final = (
    "queue, all cases",
    "queue, its SQL alone",
    "search, firm, Burmese, 1 signs",
    "case page",
    "escalation queue",
    "dashboard: workload",
    "one-page filing",
    "the migrant's whole way",
    "cold start",
    "sweep of 2 due cases",
)


@pytest.mark.slow
def test_every_measure_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.run", "--cases", "60", "--times", "1"),
            *("--due", "6", "--folder", str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for name in MEASURED:
        assert re.search(rf"^\| {re.escape(name)} \|", done.stdout, re.MULTILINE), name
    assert "8 clients, form and post, 0 failures" in done.stdout


@pytest.fixture
def as_with_a_million(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application where even a small seed goes in batches, made in another process."""
    monkeypatch.setattr(seed, "AT_ONCE", 30)
    monkeypatch.setattr(quick, "MANY", 10)
    app.config["CLOCK"] = clock.system
    # The seed numbers cases from the first, as in a database of its own.
    with app.app_context(), transaction() as fresh:
        fresh.execute(text("DELETE FROM sqlite_sequence"))
    return app


@pytest.mark.slow
def test_what_is_seeded_is_what_the_application_would_have_written(
    as_with_a_million: Flask,
) -> None:
    with as_with_a_million.app_context():
        before = indexes()
        seed.seed(cases=80, due=8)
        assert indexes() == before
        session, now = db.session(), clock.system()
        assert audit.verify(session).finding is None
        assert not session.execute(text("PRAGMA foreign_key_check")).all()
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        assert len(cases) == 80
        assert {case.language for case in cases} >= {"en", "km", "my", "th", "lo"}
        for case in cases[40:]:
            assert case.story
            stood = standing(case)
            casefile.settle(session, case, now)
            assert standing(case) == stood
        session.rollback()


@pytest.mark.slow
def test_a_seed_that_was_stopped_goes_on_and_puts_the_indexes_back(
    as_with_a_million: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_with_a_million.app_context():
        before, stored = indexes(), seed._store

        def stop(batch: seed.Batch, numbers: range) -> None:
            if numbers.start > 70:
                raise KeyboardInterrupt
            stored(batch, numbers)

        with monkeypatch.context() as patch:
            patch.setattr(seed, "_store", stop)
            with pytest.raises(KeyboardInterrupt):
                seed.seed(cases=100, due=10)
        assert indexes() < before
        assert db.session.scalar(select(func.count()).select_from(Case)) == 70
        db.session.remove()
        seed.seed(cases=100, due=10)
        assert indexes() == before
        assert db.session.scalar(select(func.count()).select_from(Case)) == 100
        assert audit.verify(db.session()).finding is None
        db.session.rollback()


def indexes() -> set[str]:
    """Return the names of all indexes that the database has now."""
    with db.engine.connect() as connection:
        found = inspect(connection)
        return {
            str(index["name"])
            for table in found.get_table_names()
            for index in found.get_indexes(table)
        }


def standing(case: Case) -> tuple[object, ...]:
    """Return what settling a case would change if the seed had got it wrong."""
    return (
        *(case.status, case.next_due_at, case.next_due_kind, case.waits_for, case.ended),
        *(case.desk_office_id, case.caseworker_id, case.lead_office_id, case.pressing_at),
        [(referral.id, referral.state, referral.may_see) for referral in case.referrals],
    )
