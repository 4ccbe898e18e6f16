"""`flask copy-database`: from the command line, killed in the middle, and back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import Engine, func, inspect, select, update
from sqlalchemy.orm import Session

from casework import crypto
from casework.db import WRITES, db, open_engine, transaction, writing
from casework.domain.facts import SYSTEM, Role
from casework.models import Attempt, Case, ChainHead, Event, Evidence
from casework.services import history
from casework.services.backup import copying, making
from casework.services.evidence.taking import path
from casework.storage import open_store
from tests import databases, factories
from tests.cli.conftest import Run, installed, leave, runner
from tests.cli.test_progress import assert_told, stopped_at
from tests.factories import BEGINNING, World
from tests.house.sources import ROOT
from tests.tampering import tampered

pytestmark = pytest.mark.postgres
# What `flask copy-database` does, in a folder of the test's own.
PROGRAM: Final = """
import os, sys
from pathlib import Path
from flask.cli import ScriptInfo
from casework import app, config
from casework.services.backup import copying
copying.AT_ONCE = 50
made = app.create_app(config.from_environment(os.environ, Path(sys.argv[1])))
made.cli.main(["copy-database", sys.argv[2]], obj=ScriptInfo(create_app=lambda: made))
"""
LINES: Final = 5_000
PATIENCE: Final = 60


@pytest.fixture
def target(postgres_app: Flask) -> str:
    """The address of a new database at a PostgreSQL server."""
    return databases.new_postgres(postgres_app)


@pytest.fixture
def moved(installation: Flask, target: str, keys: str) -> Iterator[Flask]:
    """The installation as it is started once DATABASE_URL names the new database."""
    app = installed(Path(installation.instance_path), keys, DATABASE_URL=target)
    yield app
    leave(app)


def test_an_installation_moves_to_postgresql_and_back(
    run: Run, moved: Flask, case_id: int, target: str, tmp_path: Path
) -> None:
    run("audit", "anchor")
    result = run("copy-database", target)
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()
    assert told[0].startswith("Copied ")
    assert told[0].endswith(" rows, equal to the source.")
    assert told[1] == "Evidence files stay where they are: 2, of which 0 are missing."
    assert told[2].startswith("The history is whole: ")
    assert told[2].endswith(" 1 anchors.")
    assert told[3].startswith("Now set DATABASE_URL")
    with moved.app_context():
        case = db.session.get_one(Case, case_id)
        assert case.story == "They beat me"
        row = db.session.scalars(select(Evidence)).one()
        store = open_store(moved.config["SETTINGS"])
        sealed = store.read(path(row.id, "original"))
        assert b"".join(crypto.open_stream(row, "original", sealed)) == b"a photo"
        db.session.rollback()
    there = runner(moved)
    assert there("audit", "verify").exit_code == 0
    assert there("prepare").exit_code == 0
    # What is done there comes along on the way back.
    with moved.app_context(), transaction() as session:
        World(session, BEGINNING).file(story="On the other side")
    back = f"sqlite:///{tmp_path / 'back.sqlite3'}"
    assert there("copy-database", back).exit_code == 0
    engine = open_engine(f"sqlite:///{tmp_path / 'back.sqlite3'}")
    with Session(engine) as session:
        assert {each.story for each in session.scalars(select(Case))} == {
            "They beat me",
            "On the other side",
        }
    engine.dispose()


def test_a_copy_that_is_stopped_goes_on(
    run: Run, moved: Flask, installation: Flask, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.cli.progress._LOGGED", 0.0)
    monkeypatch.setattr(copying, "AT_ONCE", 10)
    with stopped_at(installation, "SELECT office."):
        first = run("copy-database", target)
    assert (first.exit_code, first.stdout) == (1, "")
    assert_told(first, "Copying rows: ", "Stopped: run it again")
    for command in ("prepare", "purge"):
        refused = runner(moved)(command)
        assert (refused.exit_code, "holds half a copy" in refused.stderr) == (1, True)
    with stopped_at(installation, "SELECT event."):
        assert run("copy-database", target).stderr.endswith("goes on from here.\n")
    assert run("copy-database", target).exit_code == 0
    assert runner(moved)("purge").exit_code == 0


def test_a_copy_that_is_killed_goes_on(
    installation: Flask, case_id: int, target: str, keys: str
) -> None:
    del case_id
    with installation.app_context(), transaction() as session:
        for _ in range(LINES):
            history.record(session, None, SYSTEM, BEGINNING, "counted")
    engine = open_engine(target.replace("postgresql:", "postgresql+psycopg:"))
    for wanted in (1, LINES // 2):
        kill_at(wanted, started(installation, keys, target), engine)
        assert wanted <= lines_in(engine) < LINES
    last = started(installation, keys, target)
    said, _ = last.communicate(timeout=PATIENCE)
    assert last.returncode == 0, said
    assert "equal to the source" in said
    assert "The history is whole" in said
    with (
        installation.app_context(),
        making.snapshot(db.engine) as one,
        making.snapshot(engine) as other,
    ):
        assert copying.differing(one, other, lambda _done, _total: None) == []
    engine.dispose()


def kill_at(wanted: int, program: subprocess.Popen[str], engine: Engine) -> None:
    """Kill a copy as soon as so many lines of history have come over."""
    until(lambda: program.poll() is not None or lines_in(engine) >= wanted)
    assert program.poll() is None, "it was done before it could be killed"
    program.kill()
    program.communicate()


def started(app: Flask, keys: str, target: str) -> subprocess.Popen[str]:
    given = {"CASEWORK_KEYS": keys, "SECRET_KEY": "k" * 64}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, app.instance_path, target],
        cwd=ROOT,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_in(engine: Engine) -> int:
    if not inspect(engine).has_table(Event.__tablename__):
        return 0
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Event.__table__)) or 0


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


class TestRefusals:
    def test_an_address_that_is_none(self, run: Run) -> None:
        result = run("copy-database", "mysql://somewhere")
        assert (result.exit_code, result.stderr) == (
            2,
            "TARGET_URL has to start with postgresql:// or name a file with sqlite:///.\n",
        )

    def test_its_own_database(self, run: Run, installation: Flask) -> None:
        own = installation.config["SETTINGS"].database_url
        result = run("copy-database", own)
        assert (result.exit_code, result.stderr) == (
            2,
            "This is the database that the installation has already.\n",
        )

    def test_a_database_in_use(self, run: Run, moved: Flask, target: str) -> None:
        with moved.app_context():
            assert runner(moved)("prepare").exit_code == 0
            with transaction() as session:
                factories.staff(session, Role.ADMINISTRATOR)
        result = run("copy-database", target)
        assert (result.exit_code, result.stderr) == (
            1,
            "The target is in use already: give an empty database.\n",
        )

    def test_a_database_of_another_program(self, run: Run, target: str) -> None:
        engine = open_engine(target.replace("postgresql:", "postgresql+psycopg:"))
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE theirs (id int)")
        engine.dispose()
        result = run("copy-database", target)
        assert (result.exit_code, result.stderr) == (
            1,
            "The target holds tables of another program.\n",
        )

    def test_a_database_that_does_not_answer(self, run: Run) -> None:
        result = run("copy-database", "postgresql://nobody@127.0.0.1:1/none")
        assert result.exit_code == 1
        assert result.stderr.startswith("The database cannot be used: ")

    def test_one_that_stops_answering_in_the_middle(
        self, run: Run, installation: Flask, postgres_app: Flask, target: str
    ) -> None:
        def cut() -> None:
            with postgres_app.app_context(), db.engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = 'beside'"
                )

        with stopped_at(installation, "SELECT office.", act=cut):
            result = run("copy-database", target)
        assert (result.exit_code, result.stderr) == (
            1,
            "A database does not do what it is asked (OperationalError): run it again.\n",
        )
        assert run("copy-database", target).exit_code == 0

    def test_an_installation_that_is_used_meanwhile(
        self, run: Run, installation: Flask, target: str
    ) -> None:
        def sign_in() -> None:
            with installation.app_context(), Session(db.engine) as session:
                session.connection(execution_options={WRITES: True})
                session.add(Attempt(key=b"somebody", due=7))
                session.commit()

        with stopped_at(installation, "SELECT office.", act=sign_in):
            result = run("copy-database", target)
        assert result.exit_code == 1
        assert result.stderr.startswith("The installation was used while it was copied (attempt):")

    def test_a_broken_history_is_told(self, run: Run, installation: Flask, target: str) -> None:
        with installation.app_context(), tampered(db.engine) as connection:
            connection.execute(update(ChainHead).values(seal=b"x"))
        result = run("copy-database", target)
        assert result.exit_code == 1
        assert "equal to the source" in result.stdout
        assert result.stderr.startswith("The rows are the same, and broken: Line ")
