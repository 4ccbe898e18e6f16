"""Copies of files that may be handed on, made in a process apart.

A decoder that a hostile file breaks takes only that process with it: it holds no keys, has no
environment, can open no file, and is stopped when it takes too long. What it reads and writes
goes through memory; a plain byte never touches the disk. Each may want much memory, so only a few
run at a time.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from casework.media.kinds import FORMS, LARGEST_COPY, LARGEST_FILE, Cleaned, Refused, Why

_HOUSE: Final = Path(__file__).resolve().parents[2]
_BY_TYPE: Final = {form.media_type: form for form in FORMS}
# The process counts its own seconds of work (child.py); this is for one that hangs, or for a
# machine so busy that those seconds take long.
PATIENCE: Final = 15.0
_PIECE: Final = 1024 * 1024
_LONGEST_HEAD: Final = 4096
_LARGEST_PREVIEW: Final = 1024 * 1024
# What the process ends with when it ran out of time by its own account (SIGPROF, SIGXCPU).
_OUT_OF_TIME: Final = frozenset({-27, -24})
# How many decoders one process of the server has at a time, and how many seconds a file waits.
AT_ONCE: Final = 2
WAITS: Final = 10.0
_places = BoundedSemaphore(AT_ONCE)


def clean(chunks: Iterable[bytes], patience: float = PATIENCE) -> Cleaned:
    """Return what the plain bytes of a file are and the copies that may be handed on.

    `patience` is in seconds of the wall clock.

    Raises:
        Refused: with the reason; nothing of the file is kept anywhere.

    """
    if not _places.acquire(timeout=WAITS):
        raise Refused(Why.BUSY)
    try:
        return _cleaned(chunks, patience)
    finally:
        _places.release()


def _cleaned(chunks: Iterable[bytes], patience: float) -> Cleaned:
    handle = os.memfd_create("evidence", os.MFD_CLOEXEC)
    try:
        _fill(handle, chunks)
        answer, ended = _run(handle, patience)
    finally:
        os.close(handle)
    if ended in _OUT_OF_TIME:
        raise Refused(Why.TOO_SLOW)
    return _understand(answer)


def _fill(handle: int, chunks: Iterable[bytes]) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_FILE:
            raise Refused(Why.TOO_BIG)
        os.writev(handle, [chunk])
    if not size:
        raise Refused(Why.EMPTY)
    os.lseek(handle, 0, os.SEEK_SET)


def _run(handle: int, patience: float) -> tuple[bytes, int]:
    """Return what the process says, and how it ended."""
    with subprocess.Popen(
        [sys.executable, "-s", "-B", "-m", "casework.media.child"],
        cwd=_HOUSE,
        env={"LC_ALL": "C.UTF-8"},
        stdin=handle,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            answer = _listen(child, time.monotonic() + patience)
        finally:
            # Whatever happened, no process stays behind.
            child.kill()
        return answer, child.wait()


def _listen(child: subprocess.Popen[bytes], until: float) -> bytes:
    pipe = child.stdout
    if pipe is None:  # pragma: no cover - it was asked for a few lines above.
        raise Refused(Why.DAMAGED)
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            piece = os.read(pipe.fileno(), _PIECE)
            if not piece:
                _await_end(child, until)
                return bytes(answer)
            answer += piece
            if len(answer) > LARGEST_COPY + _LARGEST_PREVIEW + _LONGEST_HEAD:
                raise Refused(Why.BOMB)
    raise Refused(Why.TOO_SLOW)


def _await_end(child: subprocess.Popen[bytes], until: float) -> None:
    try:
        child.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Refused(Why.TOO_SLOW) from None


def _understand(answer: bytes) -> Cleaned:
    """Return what the process said; one that broke in between has said nothing."""
    head, _, body = answer.partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            raise Refused(Why(said["refused"]))
        original, form = _BY_TYPE[said["original"]], _BY_TYPE[said["shared"]]
        size, rest = int(said["size"]), int(said["preview"])
    except (ValueError, KeyError, TypeError):
        raise Refused(Why.DAMAGED) from None
    if len(body) != size + rest:
        raise Refused(Why.DAMAGED)
    return Cleaned(original, form, body[:size], body[size:] or None)
