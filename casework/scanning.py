"""Viruses: asks a clamd about the bytes of a file, by its INSTREAM command."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

# Seconds for each step, and for the whole file.
_STEP: Final = 10.0
WITHIN: Final = 30.0
_LONGEST_ANSWER: Final = 4096
_PIECE: Final = 64 * 1024
_LENGTH_BYTES: Final = 4


class Infected(Exception):
    """The scanner knows what is in the file; `name` is what it calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ScannerDown(RuntimeError):
    """The scanner gives no answer, so that nothing is known about the file."""


def scan(scanner: str | None, chunks: Iterable[bytes], within: float = WITHIN) -> None:
    """Return when the scanner finds nothing in `chunks`, or when there is no scanner.

    `scanner` is the path of clamd's socket, or host:port; `within` is in seconds.

    Raises:
        Infected: it found something.
        ScannerDown: it cannot be reached, is too slow, or does not understand.

    """
    if scanner is None:
        return
    with _in_our_words(), _connected(scanner) as line:
        answer = _ask(line, chunks, time.monotonic() + within)
    _judge(answer)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ScannerDown("the virus scanner does not answer") from error


@contextmanager
def _connected(scanner: str) -> Iterator[socket.socket]:
    if scanner.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_STEP)
        with line:
            line.connect(scanner)
            yield line
        return
    host, _, port = scanner.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=_STEP) as line:
        yield line


def _ask(line: socket.socket, chunks: Iterable[bytes], until: float) -> bytes:
    line.sendall(b"zINSTREAM\0")
    for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            piece = chunk[start : start + _PIECE]
            _hurry(line, until)
            line.sendall(len(piece).to_bytes(_LENGTH_BYTES, "big") + piece)
    line.sendall(bytes(_LENGTH_BYTES))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        _hurry(line, until)
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer


def _hurry(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(min(_STEP, left))


def _judge(answer: bytes) -> None:
    """Clamd says "stream: OK", "stream: NAME FOUND", or what went wrong and ERROR."""
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if said == "stream: OK":
        return
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        raise Infected(said.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ScannerDown("the virus scanner could not look at the file")
