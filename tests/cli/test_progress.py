"""Long work: it says how far it is, it can be stopped in the middle, and it goes on to the end."""

from __future__ import annotations

import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from casework import config, crypto
from casework.app import create_app
from casework.cli import progress
from casework.cli.sentences import Sorry
from casework.db import db, transaction
from casework.domain.facts import SYSTEM
from casework.models import Case
from casework.services import history, wishes
from casework.services import keys as data_keys
from casework.services.audit import AT_ONCE
from casework.services.backup.manifest import Stopped
from tests import factories
from tests.cli.conftest import Run, installed, leave, runner
from tests.factories import BEGINNING, World

AT_MOST: Final = data_keys.AT_ONCE + 3
SHIPPED: Final = Path(__file__).parents[2] / "casework" / "reference" / "demo" / "complaints.jsonl"


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


@contextmanager
def stopped_at(
    app: Flask, words: str, times: int = 1, act: Callable[[], None] = ctrl_c
) -> Iterator[list[str]]:
    """Press Ctrl-C while a statement that begins with `words` runs, the given time."""
    seen: list[str] = []

    def look(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(words):
            seen.append(statement)
            if len(seen) == times:
                act()

    with app.app_context():
        engine: Engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    yield seen
    event.remove(engine, "before_cursor_execute", look)
    assert len(seen) >= times, "nothing was stopped"


def count(app: Flask, where: Any = None) -> int:
    with app.app_context(), Session(db.engine) as session:
        query = select(func.count(Case.id))
        return session.scalar(query if where is None else query.where(where)) or 0


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands say at each step how far they are."""
    monkeypatch.setattr(progress, "_LOGGED", 0.0)


def assert_told(result: Result, step: str, end: str) -> None:
    """Fail unless progress was told, and the last word is one sentence."""
    *steps, last = result.stderr.splitlines()
    assert last.startswith(end)
    assert all(re.fullmatch(r"[A-Z][a-z ]+: \d+ of \d+, about .* left\.", each) for each in steps)
    assert not step or any(each.startswith(step) for each in steps)


class TestTelling:
    def test_it_is_told_now_and_then(self, capsys: pytest.CaptureFixture[str]) -> None:
        tell = progress.Teller("Files", every=0)
        for done in range(4):
            tell(done, 3)
        quiet = progress.Teller("Files", every=60)
        quiet(1, 3)
        quiet(2, 3)
        assert capsys.readouterr().err == (
            "Files: 1 of 3, about 0 s left.\nFiles: 2 of 3, about 0 s left.\n"
        )

    def test_on_a_terminal_it_is_one_line_that_changes(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        tell = progress.Teller("Files", every=0)
        for done in range(4):
            tell(done, 3)
        told = capsys.readouterr().err
        assert "\n" not in told
        assert told.split("\r\x1b[K") == [
            "",
            "Files: 1 of 3, about 0 s left.",
            "Files: 2 of 3, about 0 s left.",
            "",
        ]

    def test_what_an_earlier_run_did_says_nothing_of_the_time(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moments = iter([0.0, 10.0, 10.0])
        monkeypatch.setattr("time.monotonic", lambda: next(moments))
        tell = progress.Teller("Rows", every=1)
        tell(900, 1000)
        tell(910, 1000)
        assert capsys.readouterr().err == "Rows: 910 of 1000, about 1 min 30 s left.\n"

    @pytest.mark.parametrize(
        ("seconds", "said"), [(5.4, "5 s"), (60, "1 min 0 s"), (125, "2 min 5 s")]
    )
    def test_durations(self, seconds: float, said: str) -> None:
        assert progress.duration(seconds) == said


class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_it_ends_where_the_work_says_so(self, number: signal.Signals) -> None:
        done: list[int] = []

        def work() -> None:
            with progress.stoppable("Stopped here.") as stop:
                tell = progress.Teller("Steps", stop)
                for step in range(5):
                    tell(step, 5)
                    done.append(step)
                    if step == 1:
                        signal.raise_signal(number)

        with pytest.raises(Sorry, match=r"^Stopped here\.$"):
            work()
        assert done == [0, 1]

    @pytest.fixture
    def in_front(self) -> Iterator[None]:
        """Take Ctrl-C as in the foreground: who starts the tests in the background ignores it."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)

    @pytest.mark.usefixtures("in_front")
    def test_who_asks_twice_means_now(self) -> None:
        def work() -> None:
            with progress.stoppable("Stopped."):
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            work()

    def test_afterwards_signals_do_what_they_did(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        with progress.stoppable("Stopped.") as stop:
            assert not stop()
            assert signal.getsignal(signal.SIGINT) is not before
        assert signal.getsignal(signal.SIGINT) is before

    def test_the_changing_line_is_closed(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        asked = iter([False, False, True])
        tell = progress.Teller("Files", lambda: next(asked), every=0)
        tell(0, 3)
        tell(1, 3)
        with pytest.raises(Stopped):
            tell(2, 3)
        assert capsys.readouterr().err.endswith("left.\r\x1b[K")


@pytest.mark.usefixtures("talkative")
class TestCommands:
    def test_an_import_goes_on(self, run: Run, installation: Flask) -> None:
        with stopped_at(installation, "INSERT INTO cases", 7):
            first = run("import-complaints", str(SHIPPED))
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "Complaints: 6 of 40, about", "Stopped: run it again")
        assert count(installation) == 7
        again = run("import-complaints", str(SHIPPED))
        assert again.stdout.startswith("Filed: 33. Already there: 7.")
        assert count(installation) == 40

    def test_the_history_is_checked_anew(self, run: Run, installation: Flask) -> None:
        with installation.app_context(), transaction() as session:
            for _ in range(2 * AT_ONCE):
                history.record(session, None, SYSTEM, BEGINNING, "counted")
        with stopped_at(installation, "SELECT event.id, event.case_id"):
            first = run("audit", "verify")
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "", "Stopped: what was checked was whole.")
        assert run("audit", "verify").stdout.startswith("The history is whole")

    def test_a_rotation_of_keys_goes_on(self, tmp_path: Path, keys: str) -> None:
        given = {"SECRET_KEY": "k" * 64, "CASEWORK_DEMO": "0"}
        app = create_app(config.from_environment(given, tmp_path / "own"))
        run = runner(app)
        assert run("prepare").exit_code == 0
        with app.app_context(), transaction() as session:
            for each in range(AT_MOST):
                factories.case(session, story=f"story {each}")
        with stopped_at(app, "UPDATE cases SET wrapped_key"):
            first = run("keys", "rotate")
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "", "Stopped: run `flask keys rotate` again")
        assert run("keys", "status").stdout == (
            f"Key 1: {AT_MOST - data_keys.AT_ONCE} data keys.\n"
            f"Key 2: {data_keys.AT_ONCE} data keys, current.\n"
        )
        again = run("keys", "rotate")
        assert again.stdout == f"Wrapped {AT_MOST - data_keys.AT_ONCE} data keys by key 2.\n"
        with app.app_context():
            told = {case.story for case in db.session.scalars(select(Case))}
            assert told == {f"story {each}" for each in range(AT_MOST)}
        leave(app)
        crypto.install(crypto.load_keyset(keys))

    def test_retention_goes_on(self, run: Run, installation: Flask) -> None:
        with installation.app_context(), transaction() as session:
            world = World(session, BEGINNING)
            for _ in range(3):
                case = world.file(story="They beat me")
                wishes.ask(session, case, world.worker(case), BEGINNING)
        installation.config["CLOCK"] = lambda: BEGINNING + timedelta(days=8)
        with stopped_at(installation, "DELETE FROM cases"):
            first = run("retention", "apply")
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "", "Stopped: run it again, and it goes on from here.")
        assert count(installation) == 2
        assert "Destroyed: 2 cases." in run("retention", "apply").stdout
        assert count(installation) == 0


@pytest.mark.usefixtures("talkative")
class TestBackups:
    def test_a_backup_goes_on(
        self, run: Run, installation: Flask, case_id: int, tmp_path: Path
    ) -> None:
        del case_id
        folder = tmp_path / "backup"
        with stopped_at(installation, "SELECT cases."):
            first = run("backup", str(folder))
        assert first.exit_code == 1
        assert_told(first, "Tables: 1 of", "Stopped before the backup was whole")
        assert not list(folder.glob("casework-*"))
        assert run("backup", str(folder)).exit_code == 0
        assert "is whole" in run("backup", "verify", str(folder)).stdout

    def test_a_check_of_a_backup_begins_anew(self, run: Run, case_id: int, tmp_path: Path) -> None:
        del case_id
        folder = tmp_path / "backup"
        assert run("backup", str(folder)).exit_code == 0
        with stopped_on_opening(f"{folder}/casework-", 20):
            first = run("backup", "verify", str(folder))
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "Checking: 1 of", "Stopped before all was checked: run it again.")
        assert "is whole" in run("backup", "verify", str(folder)).stdout

    def test_a_restore_that_is_stopped_has_restored_nothing(
        self, run: Run, case_id: int, tmp_path: Path, prepared: Path, keys: str
    ) -> None:
        folder = str(tmp_path / "backup")
        run("backup", folder)
        shutil.copytree(prepared, tmp_path / "other")
        other = installed(tmp_path / "other", keys)
        with stopped_at(other, "INSERT INTO cases"):
            first = runner(other)("restore", folder)
        assert (first.exit_code, first.stdout) == (1, "")
        assert_told(first, "Restoring: 1 of", "Stopped: nothing was restored.")
        assert count(other) == 0
        assert "equal to the backup" in runner(other)("restore", folder).stdout
        assert count(other, Case.id == case_id) == 1
        leave(other)


_watched: list[tuple[str, int]] = []


def _look(what: str, given: tuple[Any, ...]) -> None:
    """Press Ctrl-C when a watched file is opened; nothing watched, nothing done."""
    if what == "open" and _watched and str(given[0]).startswith(_watched[0][0]):
        begin, left = _watched.pop()
        if left > 1:
            _watched.append((begin, left - 1))
        else:
            signal.raise_signal(signal.SIGINT)


sys.addaudithook(_look)


@contextmanager
def stopped_on_opening(begin: str, times: int) -> Iterator[None]:
    """Press Ctrl-C when a file whose path begins so is opened, the given time."""
    _watched.append((begin, times))
    yield
    assert not _watched, "nothing was stopped"
