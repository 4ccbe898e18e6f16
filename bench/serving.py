"""Starts the production server as `make run` does, and looks at what it takes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.client import Browser, Failed
from scripts import serve

_WITHIN: Final = 60  # seconds until it has to answer.
_KIB: Final = 1024


@dataclass(frozen=True)
class Server:
    """A running server: where, and how many seconds it took from nothing to its first page."""

    port: int
    group: int
    cold_start: float

    def mebibytes(self) -> float:
        """Return what all its processes take, each page that several share counted once."""
        return sum(_proportional(pid) for pid in _of_group(self.group)) / _KIB

    def processor(self) -> float:
        """Return how many seconds of processor time all its processes have taken so far."""
        return sum(_processor(pid) for pid in _of_group(self.group))


@contextmanager
def ours(first_page: str = "/en/") -> Iterator[Server]:
    """Serve Casework on a free port, by the settings of the environment."""
    with running(lambda port: serve.start_server("127.0.0.1", port), first_page) as server:
        yield server


@contextmanager
def running(start: Callable[[int], subprocess.Popen[bytes]], first_page: str) -> Iterator[Server]:
    """Run a server that `start` starts in a session of its own; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    program = start(port)
    try:
        _await(program, port, first_page)
        yield Server(port, program.pid, time.perf_counter() - began)
    finally:
        program.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def _await(program: subprocess.Popen[bytes], port: int, page: str) -> None:
    until = time.perf_counter() + _WITHIN
    while program.poll() is None and time.perf_counter() < until:
        with contextlib.suppress(OSError):
            Browser(port).get(page)
            return
        time.sleep(0.01)
    raise Failed("the server does not answer")


def _of_group(group: int) -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            with contextlib.suppress(OSError):
                if os.getpgid(int(each.name)) == group:
                    found.append(int(each.name))
    return found


def _proportional(pid: int) -> int:
    """Return the kibibytes of a process, its share of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _processor(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    # After the name in brackets: user and system time are the 12th and 13th.
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
