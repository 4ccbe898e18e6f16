from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from casework.media import convert, kinds
from casework.media.kinds import LARGEST_FILE, Refused, Why
from tests.samples import pictures

ROOT = Path(__file__).parents[2]


def refusal(chunks: Iterator[bytes] | list[bytes], patience: float = 30) -> Why:
    with pytest.raises(Refused) as caught:
        convert.clean(chunks, patience)
    return caught.value.why


def test_a_photo_comes_back_in_two_sizes() -> None:
    data = pictures.jpeg()
    made = convert.clean([data[:100], b"", data[100:]])
    assert (made.original, made.shared_form) == (kinds.JPEG, kinds.JPEG)
    assert made.shared.startswith(b"\xff\xd8\xff")
    assert made.preview is not None
    assert made.preview.startswith(b"\xff\xd8\xff")


def test_words_come_back_without_a_picture() -> None:
    made = convert.clean(["ប្រាក់ខែ\r\n".encode("utf-16")])
    assert made.shared.decode() == "ប្រាក់ខែ\n"
    assert (made.shared_form, made.preview) == (kinds.TEXT, None)


def test_nothing_and_too_much_are_refused_before_anything_starts() -> None:
    assert refusal([]) is Why.EMPTY
    assert refusal([b"", b""]) is Why.EMPTY
    mega = b"x" * (1024 * 1024)
    assert refusal([mega] * (LARGEST_FILE // len(mega)) + [b"x"]) is Why.TOO_BIG


def test_a_sender_who_breaks_off_is_not_hidden() -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        convert.clean(broken())


def held() -> tuple[int, str]:
    """Return how many handles are open, and which processes this one has started."""
    own = Path("/proc/self")
    children = own / "task" / str(os.getpid()) / "children"
    return len(list((own / "fd").iterdir())), children.read_text("ascii")


def test_no_handle_and_no_process_is_left() -> None:
    before = held()
    for _ in range(3):
        convert.clean([b"words"])
        refusal([b"\0"])
        refusal([b"words"], patience=0)
    assert held() == before


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file of Python that is run in place of the process: what a broken decoder may do."""
    program = tmp_path / "interpreter"
    body = tmp_path / "body.py"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} {body}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    return body


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("import os; os.kill(os.getpid(), 11)", Why.DAMAGED),
        ("import os; os.kill(os.getpid(), 27)", Why.TOO_SLOW),
        ("import time; time.sleep(60)", Why.TOO_SLOW),
        ("import os, time; os.close(1); time.sleep(60)", Why.TOO_SLOW),
        ("", Why.DAMAGED),
        ("print('nonsense')", Why.DAMAGED),
        ("print('[]')", Why.DAMAGED),
        ('print(\'{"refused": "because"}\')', Why.DAMAGED),
        ('print(\'{"original": "image/jpeg", "shared": "text/html", "size": 0, "preview": 0}\')',
         Why.DAMAGED),
        ('print(\'{"original": "image/jpeg", "shared": "image/jpeg", "size": 9, "preview": 0}\')',
         Why.DAMAGED),
        ("while True: print('x' * 1000000)", Why.BOMB),
    ],
)  # fmt: skip
def test_what_a_broken_decoder_says_is_not_believed(instead: Path, body: str, why: Why) -> None:
    instead.write_text(body)
    begun = time.monotonic()
    assert refusal([b"words"], patience=2 if why is Why.TOO_SLOW else 30) is why
    assert time.monotonic() - begun < 20


def test_the_process_holds_no_environment(instead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_KEYS", "the keys of the house")
    instead.write_text(
        "import json, os\nbody = json.dumps(dict(os.environ))\n"
        'print(json.dumps({"original": "text/plain", "shared": "text/plain", "size": len(body),'
        ' "preview": 0}))\nprint(body, end="")'
    )
    assert b"keys" not in convert.clean([b"words"]).shared


def test_the_process_can_open_nothing_once_it_reads() -> None:
    program = (
        "import os, socket\nfrom casework.media import child\nchild._hurry(1)\nchild._lock_in()\n"
        "tries = [lambda: open('/etc/passwd'), socket.socket, lambda: os.open('/', os.O_RDONLY),\n"
        "         lambda: os.memfd_create('a'), os.pipe]\n"
        "for each in tries:\n"
        "    try:\n        each()\n"
        "    except OSError as error:\n        print(error.errno, end=' ')\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.split() == [b"24"] * 5


def test_the_process_ends_when_its_time_is_over() -> None:
    program = "from casework.media import child\nchild._hurry(0)\nwhile True: pass\n"
    begun = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert ran.returncode == -signal.SIGPROF
    assert time.monotonic() - begun < 30


def test_only_a_few_files_are_opened_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "WAITS", 0.01)
    with ExitStack() as held:
        for _ in range(convert.AT_ONCE):
            held.enter_context(convert._places)
        with pytest.raises(Refused) as raised:
            convert.clean([b"Paid nothing."])
    assert raised.value.why is Why.BUSY
    assert convert.clean([b"Paid nothing."]).shared
    for _ in range(convert.AT_ONCE + 1):
        with pytest.raises(Refused):
            convert.clean([b""])
