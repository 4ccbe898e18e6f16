"""A whole service under test: its own folder, its own database, the server that is shipped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests
from flask import Flask
from sqlalchemy.orm import Session

from casework import config
from casework.app import create_app
from casework.db import db
from scripts import serve

APP: Final = "tests.faults.installation:app"
START_WITHIN: Final = 60  # seconds.
_PAUSE: Final = 0.05
ROOT: Final = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Service:
    """A server with its processes, in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    workers: int
    port: int = field(default_factory=free_port)
    command: Sequence[str] | None = None
    _server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Flask:
        """Return an application of the test's own, on the same data."""
        return create_app(config.from_environment(self.environment, self.folder))

    @contextlib.contextmanager
    def looked_at(self) -> Iterator[Session]:
        """Give a session on the same data, and leave no connection behind."""
        with self.app().app_context():
            try:
                with Session(db.engine) as session:
                    yield session
            finally:
                db.engine.dispose()

    def prepare(self) -> None:
        """Make the tables and load what is shipped."""
        app = self.app()
        ran = app.test_cli_runner().invoke(args=["prepare"])
        assert ran.exit_code == 0, ran.output
        with app.app_context():
            db.engine.dispose()

    def start(self) -> None:
        """Start the server."""
        command = self.command or serve.server("127.0.0.1", self.port, self.workers, APP)
        environment = {**os.environ, **self.environment, "INSTANCE": str(self.folder)}
        self._server = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, start_new_session=True
        )

    def keep(self) -> None:
        """Start it anew when it has ended, as who watches over a service does."""
        if self._server is not None and self._server.poll() is not None:
            self.stop()
            self.start()

    def answers(self) -> bool:
        """Tell whether it answers."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/en/", timeout=5).ok
        return False

    def processes(self) -> list[int]:
        """Return the processes that serve, without the one that watches them."""
        assert self._server is not None
        with contextlib.suppress(FileNotFoundError):
            children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children")
            return [int(pid) for pid in children.read_text("ascii").split()]
        return []

    def stop(self) -> None:
        """End it and all that it started."""
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()


def wait_for(what: Callable[[], bool], within: float = START_WITHIN) -> None:
    """Wait until something is so; fail when it is not within some seconds."""
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until, f"{what} did not come true within {within} seconds"
        time.sleep(_PAUSE)


@contextlib.contextmanager
def running(
    folder: Path, workers: int, *, url: str = "", keys: str, command: Sequence[str] | None = None
) -> Iterator[Service]:
    """Give a service that is prepared and answers; end it afterwards."""
    environment = {"SECRET_KEY": "k" * 64, "CASEWORK_KEYS": keys, "CASEWORK_DEMO": "0"}
    if url:
        environment["DATABASE_URL"] = url
    service = Service(folder, environment, workers, command=command)
    service.prepare()
    try:
        service.start()
        wait_for(service.answers)
        yield service
    finally:
        service.stop()
