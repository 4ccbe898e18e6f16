"""The worker: what has to happen without anybody asking for it.

`python -m casework.worker` runs until it is told to stop. The engine is huey, on a file of its
own unless a setting names PostgreSQL or Redis. Nothing stands in it that must not be lost: every
task looks at the database for what is due, so that one that was missed or killed is made good by
the next. There may be several workers: decision 0021 says how they share the work.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from threading import Semaphore
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from redis.exceptions import RedisError
from sqlalchemy.engine import make_url

from casework import logs
from casework.app import create_app
from casework.cli import audit, database, delivering, keeping, sweeping, upkeep
from casework.config import POSTGRES, Settings, UnusableSetting
from casework.crypto import KeysMissing
from casework.db import optimize, transaction
from casework.services import turns
from casework.web.clock import now

if TYPE_CHECKING:
    from flask import Flask

NAME: Final = "casework"
FILE: Final = "worker.sqlite3"
STOP_WITHIN: Final = 10  # seconds for a task to finish when the worker is told to stop.
_STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK_EVERY: Final = 1  # seconds at most until a task that is due is taken.
_EVERY_MINUTE: Final = crontab(minute="*")
_EVERY_FIVE_MINUTES: Final = crontab(minute="*/5")
_EVERY_HOUR: Final = crontab(minute="17")
# While it is night where most cases are.
_EVERY_DAY: Final = crontab(minute="40", hour="19")
_AFTER_IT: Final = crontab(minute="10", hour="20")
# The last minute of an hour is also the last of the day.
_END_OF_HOUR: Final = crontab(minute="59")


def sweep() -> None:
    """Remind, escalate and close as clocks ask for it."""
    sweeping.sweep_all(now())


def deliver() -> None:
    """Send what waits in the outbox."""
    delivering.deliver_all(now())


def retention() -> None:
    """Empty or destroy cases as wishes ask for it, and rules that are switched on."""
    keeping.keep_all(now())


def purge() -> None:
    """Delete drafts and sessions that have run out."""
    upkeep.purge_all()


def figures() -> None:
    """Count what supervisors are shown."""
    upkeep.count_figures()


def look_over() -> None:
    """Let the database look at what it holds, so that it finds rows by the right index."""
    with transaction() as session:
        optimize(session.connection())


def anchor() -> None:
    """Sign the head of the history, outside the database."""
    audit.write_anchor()


@dataclass(frozen=True)
class Task:
    """What is done again and again: when, and whether several workers may do it at one time."""

    when: Callable[..., bool]
    do: Callable[[], None]
    shared: bool = False


# A further task is one line here.
TASKS: Final = (
    Task(_EVERY_MINUTE, sweep, shared=True),
    Task(_EVERY_MINUTE, deliver, shared=True),
    Task(_EVERY_HOUR, purge),
    Task(_EVERY_DAY, retention),
    Task(_EVERY_FIVE_MINUTES, figures),
    Task(_AFTER_IT, look_over),
    Task(_END_OF_HOUR, anchor),
)


def main(make: Callable[[], Flask] = create_app) -> int:
    """Work until told to stop, on the application that `make` makes; return the exit code."""
    for number in _STOPS:
        # Until the engine runs there is nothing to finish.
        signal.signal(number, _leave)
    try:
        app = make()
        settings: Settings = app.config["SETTINGS"]
        logs.configure(json=settings.working.json_log)
        database.check_ready(app)
        turning = consumer(app)
    except (UnusableSetting, KeysMissing, database.DatabaseUnusable) as error:
        print(error, file=sys.stderr)  # noqa: T201 - whoever started the worker reads it.
        return 1
    # What is loaded now stays: it need not be looked through for waste during long sweeps.
    gc.freeze()
    turning.run()
    return 0


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    sys.exit(0)


def engine(settings: Settings) -> Huey:
    """Return the engine that the settings name; raise UnusableSetting when it does not answer."""
    queue = settings.working.queue
    # Signed, and never pickled: whoever can write into the queue must not be able to run code.
    given = {"serializer": SignedSerializer(secret=settings.secret_key), "results": False}
    if queue is None:
        return SqliteHuey(NAME, filename=str(settings.instance / FILE), **given)
    if queue == POSTGRES:
        url = make_url(settings.database_url).set(drivername="postgresql")
        return PostgresHuey(NAME, dsn=url.render_as_string(hide_password=False), **given)
    found = RedisHuey(NAME, url=queue, **given)
    try:
        found.storage.conn.ping()
    except RedisError as error:
        why = type(error).__name__
        raise UnusableSetting(
            f"CASEWORK_QUEUE: the Redis server does not answer ({why})."
        ) from error
    return found


def consumer(app: Flask) -> Consumer:
    """Return what turns all tasks of the application."""
    turned = engine(app.config["SETTINGS"])
    for task in TASKS:
        turned.periodic_task(task.when, name=task.do.__name__)(_turn(app, task))
    return _Consumer(
        turned,
        # None waits for another one: a mail server that hangs holds up letters and nothing else.
        workers=len(TASKS),
        max_delay=_LOOK_EVERY,
        graceful_signal="TERM",
        shutdown_timeout=STOP_WITHIN,
    )


class _Consumer(Consumer):  # type: ignore[misc]
    """Stops at Ctrl-C as at any other wish to stop, and at a closed terminal too."""

    def _set_signal_handlers(self) -> None:
        for number in _STOPS:
            self._signal_actions[number] = (False, True)
        super()._set_signal_handlers()


def _turn(app: Flask, task: Task) -> Callable[[], None]:
    """Return a turn of the task: written down, and of those not shared by one worker at a time.

    A turn that comes while this worker is still at the one before is left out.
    """
    name, worker = task.do.__name__, f"{socket.gethostname()[:60]}:{os.getpid()}"
    free = Semaphore()

    def run() -> None:
        if free.acquire(blocking=False):
            try:
                _take(app, task, name, worker)
            finally:
                free.release()

    return run


def _take(app: Flask, task: Task, name: str, worker: str) -> None:
    with app.app_context():
        try:
            with transaction() as session:
                mine = turns.begin(session, now(), task=name, worker=worker, shared=task.shared)
            if mine:
                outcome = _outcome(task)
                with transaction() as session:
                    turns.end(session, now(), task=name, worker=worker, outcome=outcome)
        except Exception as error:  # noqa: BLE001 - the next turn tries again.
            logs.report(f"The turn of {name} was not written down", error)


def _outcome(task: Task) -> str:
    try:
        task.do()
    except Exception as error:  # noqa: BLE001 - the next turn tries again.
        logs.report(f"The {task.do.__name__} failed", error)
        return turns.FAILED
    return turns.DONE


if __name__ == "__main__":
    sys.exit(main())
