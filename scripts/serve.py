#!/usr/bin/env python3
"""Prepares the data, then runs the web server and the worker until Ctrl-C.

HOST and PORT say where (127.0.0.1:8000 unless set), WEB_WORKERS how many server processes (2).
With the word `web` it serves the pages only, on data that is ready: the worker runs elsewhere.
Both programs run in sessions of their own, so that the terminal's Ctrl-C reaches only this one,
which stops them in order. One that dies is started anew; one that dies again and again ends the
other too: half a service, where complaints come in and nothing is delivered, would look like a
whole one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent
INSTANCE: Final = ROOT / "instance"
LOOK_EVERY: Final = 0.2  # seconds between looks at the two programs.
START_WITHIN: Final = 60  # seconds until the server answers, on a slow machine.
RESPAWN_AFTER: Final = "0.5"  # seconds until a server process that died is started anew.
SLOW_PHONES: Final = "256"  # requests that one process may be receiving at the same time.
APP: Final = "wsgi:app"
MOST_DEATHS: Final = 5  # of one program …
DEATHS_WITHIN: Final = 60  # … in so many seconds: it cannot be helped by starting it anew.
STOP_WITHIN: Final = 20  # seconds a program has to finish what it is doing.
_MEBIBYTE: Final = str(1024 * 1024)
# How the C library of Linux hands out memory, unless the operator has said it. The slow hash takes
# 19 MiB for a moment: a block of its own goes back at once, in huge pages also quickly, where it
# would otherwise stay with each of many threads. docs/performance.md has the figures.
MEMORY: Final = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": _MEBIBYTE,
    "MALLOC_TRIM_THRESHOLD_": _MEBIBYTE,
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


class CannotServe(Exception):
    """The service cannot start or go on; the text is one sentence for the operator."""


class Stop:
    """Whether somebody asked to stop: Ctrl-C, the service manager, a closed terminal."""

    asked = False

    def __init__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked = True


def address() -> tuple[str, int]:
    """Return the host and port to serve at, from the environment."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        message = f"PORT is {port!r}: it has to be a number from 1 to 65535."
        raise CannotServe(message)
    return host, int(port)


def web_workers() -> int:
    """Return how many server processes to run, from the environment."""
    number = os.environ.get("WEB_WORKERS") or "2"
    if not number.isdecimal() or int(number) == 0:
        message = f"WEB_WORKERS is {number!r}: it has to be a number from 1."
        raise CannotServe(message)
    return int(number)


def shown(host: str, port: int) -> str:
    """Return host and port as they stand in an address; IPv6 needs its brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise CannotServe unless a server could listen there now."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is in use: stop the program that uses it,"
                " or choose another one with `make run PORT=8001`."
            )
        else:
            message = f"Cannot serve at {shown(host, port)}: {error.strerror or error}."
        raise CannotServe(message) from error


def check_instance(folder: Path) -> None:
    """Raise CannotServe unless files can be made in the folder of the data.

    A file is really made: for root, and on a file system mounted read-only, permission bits say
    nothing.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = (
            f"Cannot write in {folder} ({error.strerror}): the database, the keys and the evidence"
            " are kept there, so the account that runs Casework has to be able to write in it."
        )
        raise CannotServe(message) from error


def prepare() -> None:
    """Bring the data up to date; raise SystemExit when `flask prepare` has said why it cannot."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"], cwd=ROOT, check=False
    )
    if done.returncode:
        raise SystemExit(1)


def start(*command: str) -> subprocess.Popen[bytes]:
    """Start a Python program of ours in a session of its own."""
    # Where the system has it, setpriv makes the kernel stop the program when this one is killed
    # outright and can no longer do so.
    setpriv = shutil.which("setpriv")
    tether = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
    return subprocess.Popen(
        [*tether, sys.executable, "-m", *command],
        cwd=ROOT,
        env={**MEMORY, **os.environ},
        start_new_session=True,
    )


def server(host: str, port: int, workers: int, app: str = APP) -> list[str]:
    """Return the module and the words that serve an application.

    Each process reads the requests of many slow phones at once and gives one to Python only when
    it is there; docs/decisions/0026-server.md has the figures. A process that dies is started
    anew. No log of requests: addresses of pages and people are what we protect.
    """
    return [
        *("scripts.web", app, "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--respawn-failed-workers", "--respawn-interval", RESPAWN_AFTER),
        *("--blocking-threads", SLOW_PHONES, "--backpressure", SLOW_PHONES),
        *("--workers-kill-timeout", "10", "--log-level", "error", "--no-access-log"),
    ]


def start_server(host: str, port: int) -> subprocess.Popen[bytes]:
    """Start the web server."""
    return start(*server(host, port, web_workers()))


def stop(program: subprocess.Popen[bytes], deadline: float) -> None:
    """Wait for a program to end until the deadline; then end it and what it left behind."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(max(0.0, deadline - time.monotonic()))
    # Its children are in its session; mostly none is left, and there is no group to be found.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    # A server that listens on every address of the machine is asked on the loopback.
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only.
    try:
        socket.create_connection((reachable, port), timeout=1).close()
    except OSError:
        return False
    return True


class Kept:
    """A program that is started anew when it dies, unless it does so again and again."""

    def __init__(self, name: str, begin: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name, self._begin = name, begin
        self._deaths: list[float] = []
        self.program = begin()

    def look(self) -> None:
        """Start it anew if it has died; raise CannotServe when that does not help."""
        if (code := self.program.poll()) is None:
            return
        moment = time.monotonic()
        self._deaths = [at for at in self._deaths if moment - at < DEATHS_WITHIN] + [moment]
        if len(self._deaths) == MOST_DEATHS:
            message = f"The {self.name} keeps stopping (exit code {code}), so all of it stops."
            raise CannotServe(message)
        print(f"The {self.name} stopped by itself (exit code {code}): starting it anew.")
        # What it started would hold the port.
        stop(self.program, moment)
        self.program = self._begin()


def watch(programs: Sequence[Kept], asked: Stop, host: str, port: int) -> None:
    """Return when asked to stop; raise CannotServe when a program cannot be kept running."""
    announced = False
    give_up = time.monotonic() + START_WITHIN
    while not asked.asked:
        for each in programs:
            each.look()
        if not announced and answers(host, port):
            announced = True
            print(f"Casework is at http://{shown(host, port)} - Ctrl-C stops it.", flush=True)
        if not announced and time.monotonic() > give_up:
            message = f"The server did not answer within {START_WITHIN} seconds."
            raise CannotServe(message)
        time.sleep(LOOK_EVERY)


def serve(asked: Stop) -> None:
    """Check, prepare, run and watch; on the way out, whatever the way, stop both programs."""
    host, port = address()
    check_port(host, port)
    check_instance(INSTANCE)
    prepare()
    programs: list[Kept] = []
    try:
        if not asked.asked:
            programs.append(Kept("server", lambda: start_server(host, port)))
            programs.append(Kept("worker", lambda: start("casework.worker")))
        watch(programs, asked, host, port)
    finally:
        deadline = time.monotonic() + STOP_WITHIN
        for each in programs:
            each.program.terminate()
        for each in programs:
            stop(each.program, deadline)


def become_server() -> NoReturn:
    """Turn into the web server alone, for a service manager that looks after the rest."""
    host, port = address()
    check_port(host, port)
    check_instance(INSTANCE)
    words = [sys.executable, "-m", *server(host, port, web_workers())]
    os.chdir(ROOT)
    os.execve(sys.executable, words, {**MEMORY, **os.environ})


def main() -> int:
    """Serve until asked to stop; return the exit code."""
    try:
        if sys.argv[1:] == ["web"]:
            become_server()
        serve(Stop())
    except CannotServe as error:
        print(error, file=sys.stderr)
        return 1
    print("Casework has stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
