"""One file, tried in a process that counts what it costs."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

from casework.media import convert
from casework.media.kinds import Refused, Why
from casework.media.names import download_name
from tests.faults.traces import left_in


@dataclass(frozen=True)
class Tried:
    """What came of a file: why it is refused or what is left in its copy, and what it cost.

    `work` is in seconds of a processor, `seconds` by the clock on the wall.
    """

    name: str
    size: int
    why: Why | None
    traces: tuple[str, ...]
    work: float
    seconds: float


def tried(file: tuple[str, bytes]) -> Tried:
    """Return what comes of a file; nothing else may be started by this process meanwhile."""
    name, data = file
    before, begun = _work(), time.monotonic()
    why, traces = None, []
    try:
        made = convert.clean([data])
    except Refused as refused:
        why = refused.why
    work, seconds = _work() - before, time.monotonic() - begun
    if not why:
        traces = left_in(made)
        given = download_name(made.shared_form, name)
        if not given.endswith(f".{made.shared_form.extension}") or not given.isprintable():
            traces.append(given)
    return Tried(name, len(data), why, tuple(traces), work, seconds)


def _work() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
