"""Figures: how they are taken, and the table they stand in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

_MILLI: Final = 1000
_P95: Final = 0.95
_HEAD: Final = (
    "| what | p50 ms | p95 ms | per second | processor ms | bare ms | page / bare | peer / page"
    " | note |\n|---|--:|--:|--:|--:|--:|--:|--:|---|"
)


@dataclass(frozen=True)
class Row:
    """One line of the table; seconds, and what it is compared with where there is something.

    `processor` is what the server's processes took for one, however busy the machine was.
    """

    name: str
    seconds: Sequence[float] = ()
    processor: float | None = None
    per_second: float | None = None
    bare: Sequence[float] = ()
    peer: float | None = None
    note: str = ""

    @property
    def p50(self) -> float:
        """The time that half of all took less than."""
        return at(self.seconds, 0.5)

    def line(self) -> str:
        """Return the line of the table."""
        cells = [self.name, *[""] * 7, self.note]
        if self.seconds:
            speed = self.per_second or 1 / self.p50
            cells[1:4] = _ms(self.p50), _ms(at(self.seconds, _P95)), f"{speed:,.1f}"
            cells[4] = _ms(self.processor) if self.processor is not None else ""
            if self.bare:
                bare = at(self.bare, 0.5)
                cells[5:7] = _ms(bare), f"{self.p50 / bare:,.1f}"
            if self.peer:
                cells[7] = f"{self.peer / self.p50:,.1f}"
        return f"| {' | '.join(cells)} |"


def _ms(seconds: float) -> str:
    return f"{seconds * _MILLI:,.1f}"


def at(seconds: Sequence[float], part: float) -> float:
    """Return the value below which this part of the values lies."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def table(rows: Sequence[Row]) -> str:
    """Return the whole table."""
    return "\n".join([_HEAD, *(row.line() for row in rows)])


def repeated(work: Callable[[int], float], times: int) -> list[float]:
    """Return how long each turn of some work says it took, numbered from 1."""
    return [work(turn) for turn in range(1, times + 1)]


def at_once(
    work: Callable[[int, int], float], clients: int, times: int
) -> tuple[list[float], float, int]:
    """Let several clients work at once; return seconds of each turn, turns a second, failures.

    `work` takes the number of the client and of the turn.
    """
    failures: list[str] = []

    def client(number: int) -> list[float]:
        taken = []
        for turn in range(times):
            try:
                taken.append(work(number, turn))
            except (OSError, AssertionError) as failure:
                failures.append(str(failure))
        return taken

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        seconds = [each for taken in pool.map(client, range(clients)) for each in taken]
    speed = len(seconds) / (time.perf_counter() - started)
    for failure in failures[:3]:
        print("failed:", failure[:500])
    return seconds, speed, len(failures)
