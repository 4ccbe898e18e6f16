"""The worker: what has to happen without anybody asking for it.

`python -m casework.worker` runs until it is told to stop. The engine is huey on a file of its
own, in which nothing stands that must not be lost: every task looks at the database for what
is due, so that one that was missed or killed is made good by the next.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from huey import SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from casework.app import create_app
from casework.cli import audit, database, delivering, keeping, sweeping, upkeep
from casework.config import Settings, UnusableSetting
from casework.crypto import KeysMissing
from casework.web.clock import now

if TYPE_CHECKING:
    from flask import Flask

FILE: Final = "worker.sqlite3"
STOP_WITHIN: Final = 10  # seconds for a task to finish when the worker is told to stop.
_STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK_EVERY: Final = 1  # seconds at most until a task that is due is taken.
_EVERY_MINUTE: Final = crontab(minute="*")
_EVERY_HOUR: Final = crontab(minute="17")
# While it is night where most cases are.
_EVERY_DAY: Final = crontab(minute="40", hour="19")
# The last minute of an hour is also the last of the day.
_END_OF_HOUR: Final = crontab(minute="59")


def main(make: Callable[[], Flask] = create_app) -> int:
    """Work until told to stop, on the application that `make` makes; return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    for number in _STOPS:
        # Until the engine runs there is nothing to finish.
        signal.signal(number, _leave)
    try:
        app = make()
        database.check_ready(app)
    except (UnusableSetting, KeysMissing, database.DatabaseUnusable) as error:
        print(error, file=sys.stderr)  # noqa: T201 - whoever started the worker reads it.
        return 1
    consumer(app).run()
    return 0


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    sys.exit(0)


def consumer(app: Flask) -> Consumer:
    """Return the engine with all tasks of the application."""
    settings: Settings = app.config["SETTINGS"]
    engine = SqliteHuey(
        "casework",
        filename=str(settings.instance / FILE),
        serializer=SignedSerializer(secret=settings.secret_key),
        results=False,
    )
    _periodic(engine, app, _EVERY_MINUTE, sweep)
    _periodic(engine, app, _EVERY_MINUTE, deliver)
    _periodic(engine, app, _EVERY_HOUR, purge)
    _periodic(engine, app, _EVERY_DAY, retention)
    _periodic(engine, app, _END_OF_HOUR, anchor)
    return _Consumer(
        engine,
        workers=1,
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


def _periodic(
    engine: SqliteHuey, app: Flask, when: Callable[..., bool], task: Callable[[], None]
) -> None:
    def run() -> None:
        with app.app_context():
            try:
                task()
            except Exception as error:  # noqa: BLE001 - the next turn tries again.
                sweeping.report(f"The {task.__name__} failed", error)

    engine.periodic_task(when, name=task.__name__)(run)


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


def anchor() -> None:
    """Sign the head of the history, outside the database."""
    audit.write_anchor()


if __name__ == "__main__":
    sys.exit(main())
