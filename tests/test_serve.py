"""The program that runs server and worker: what dies is started anew, but not for ever."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from scripts import serve
from scripts.serve import CannotServe, Kept

Program = subprocess.Popen[bytes]


_SLEEPS = "import time; time.sleep(60)"


def _beginner(begun: list[Program], code: str) -> Callable[[], Program]:
    def begin() -> Program:
        begun.append(subprocess.Popen([sys.executable, "-c", code], start_new_session=True))
        return begun[-1]

    return begin


@pytest.fixture
def begun() -> Iterator[list[Program]]:
    """The programs that a test has begun; none is left behind."""
    programs: list[Program] = []
    yield programs
    for each in programs:
        serve.stop(each, 0)


def test_what_runs_is_left_alone(begun: list[Program]) -> None:
    kept = Kept("server", _beginner(begun, _SLEEPS))
    kept.look()
    assert begun == [kept.program]


def test_what_dies_is_started_anew(
    begun: list[Program], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Kept("worker", _beginner(begun, _SLEEPS))
    kept.program.kill()
    kept.program.wait()
    kept.look()
    assert len(begun) == 2
    assert kept.program is begun[1]
    assert kept.program.poll() is None
    assert "The worker stopped by itself" in capsys.readouterr().out


def test_what_keeps_dying_ends_all(begun: list[Program]) -> None:
    kept = Kept("server", _beginner(begun, "raise SystemExit(3)"))
    for _ in range(serve.MOST_DEATHS - 1):
        kept.program.wait()
        kept.look()
    kept.program.wait()
    with pytest.raises(CannotServe, match=r"The server keeps stopping \(exit code 3\)"):
        kept.look()
    assert len(begun) == serve.MOST_DEATHS


def test_the_server_is_told_all_it_needs() -> None:
    words = serve.server("127.0.0.1", 8000, 3)
    assert words[:2] == ["scripts.web", "wsgi:app"]
    assert words[words.index("--workers") + 1] == "3"
    assert "--respawn-failed-workers" in words
    assert "--no-access-log" in words
