from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework.cli import sweeping
from casework.db import db
from casework.models import Case, Clock
from tests.cli.conftest import Run


@pytest.fixture
def waiting(run: Run, tmp_path: Path) -> None:
    """Two complaints that nobody has looked at."""
    rows = [
        {
            "id": f"XX-{number}",
            "origin_country": "KH",
            "destination_country": "TH",
            "categories": ["unpaid_wages"],
        }
        for number in (1, 2)
    ]
    path = tmp_path / "two.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert run("import-complaints", str(path)).exit_code == 0


def levels(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Case.level).order_by(Case.level)))


def test_nothing_is_due_at_first(run: Run, waiting: None) -> None:
    result = run("escalate")
    assert (result.exit_code, result.stdout) == (
        0,
        "Cases looked at: 0. Done: nothing was due.\n",
    )


def test_a_test_can_travel(run: Run, installation: Flask, waiting: None) -> None:
    result = run("escalate", "--now", "2026-12-24T09:00+07:00")
    assert result.stdout == "Cases looked at: 2. Done: climbed 2.\n"
    assert levels(installation) == [1, 1]
    assert run("escalate", "--now", "2026-12-24T09:00+07:00").stdout.startswith(
        "Cases looked at: 0."
    )


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (
            "2026-12-24T09:00",
            "Say in which zone 2026-12-24T09:00 is, as in 2026-12-24T09:00+07:00.",
        ),
        ("Christmas", "Christmas is no time: write it as 2026-12-24T09:00+07:00."),
    ],
)
def test_a_time_that_says_too_little_is_refused(run: Run, moment: str, sentence: str) -> None:
    result = run("escalate", "--now", moment)
    assert (result.exit_code, result.output) == (2, f"{sentence}\n")


def test_a_broken_case_does_not_keep_others_waiting(
    run: Run, installation: Flask, waiting: None, caplog: pytest.LogCaptureFixture
) -> None:
    with installation.app_context(), db.engine.begin() as connection:
        first = connection.scalar(select(Clock.id).order_by(Clock.id).limit(1))
        connection.execute(update(Clock).where(Clock.id == first).values(unit="fortnights"))
    result = run("escalate", "--now", "2026-12-24T09:00+07:00")
    assert result.exit_code == 1
    assert result.stderr == "Cases that failed and will be tried again: 1.\n"
    assert levels(installation) == [0, 1]
    (record,) = caplog.records
    assert record.getMessage().startswith("The sweep failed on a case: ValueError in ")
    assert "fortnights" not in caplog.text


@pytest.mark.parametrize(
    ("seconds", "next_one"), [(10.0, 100), (0.25, 160), (0.2, 200), (0.001, 200)]
)
def test_as_many_are_taken_next_as_there_is_time_for(seconds: float, next_one: int) -> None:
    swept = sweeping.Swept()
    swept.keep_pace(100, seconds)
    assert swept.at_once == next_one


def test_where_nothing_was_due_the_pace_stays() -> None:
    swept = sweeping.Swept()
    swept.keep_pace(0, 0.0)
    assert swept.at_once == sweeping.Swept().at_once
