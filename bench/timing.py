"""Figures: how they are taken, and the table they stand in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from bench.targets import NO_LIMITS, Limits, verdicts

_MILLI: Final = 1000
_P95: Final = 0.95
_HEAD: Final = (
    "| what | p50 ms | p95 ms | per second | processor ms | bare ms | page / bare | peer"
    " | peer / ours | promised | note |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|"
)
_NOTHING: Final[Mapping[str, float]] = {}


@dataclass(frozen=True)
class Row:
    """One line of the table; seconds, and what it is compared with where there is something.

    `processor` is what the server's processes took for one, however busy the machine was. `peer`
    names the figure of the peer to compare with, `size` is what is compared in place of time.
    """

    name: str
    seconds: Sequence[float] = ()
    processor: float | None = None
    per_second: float | None = None
    bare: Sequence[float] = ()
    peer: str = ""
    size: float | None = None
    failures: int = 0
    limits: Limits = NO_LIMITS
    note: str = ""

    @property
    def p50(self) -> float:
        """The time that half of all took less than."""
        return at(self.seconds, 0.5)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 took less than."""
        return at(self.seconds, _P95)

    @property
    def bare_p50(self) -> float:
        """The time of the bare query that half of all took less than."""
        return at(self.bare, 0.5)

    @property
    def figure(self) -> float:
        """What is set beside the peer's."""
        return self.p50 if self.size is None else self.size

    def line(
        self, peer: Mapping[str, float] = _NOTHING, smaller: Mapping[str, float] = _NOTHING
    ) -> str:
        """Return the line of the table, beside the peer's figures and those of fewer cases."""
        cells = [self.name, *[""] * 8, "", self.note]
        if self.seconds:
            speed = self.per_second or 1 / self.p50
            cells[1:4] = _ms(self.p50), _ms(self.p95), f"{speed:,.1f}"
            cells[4] = _ms(self.processor) if self.processor is not None else ""
            if self.bare:
                cells[5:7] = _ms(self.bare_p50), f"{self.p50 / self.bare_p50:,.1f}"
        if theirs := peer.get(self.peer):
            cells[7:9] = self._beside(theirs)
        cells[9] = "; ".join(str(each) for each in verdicts(self, peer, smaller))
        return f"| {' | '.join(cells)} |"

    def _beside(self, theirs: float) -> tuple[str, str]:
        """Return the peer's figure, and how many times it is ours."""
        if self.size is not None:
            return f"{theirs:,.0f}", f"{theirs / self.size:,.2f}"
        if self.peer in SPEEDS and self.per_second:
            return f"{theirs:,.1f} a second", f"{theirs / self.per_second:,.2f}"
        return _ms(theirs), f"{theirs / self.p50:,.1f}"


# Figures of the peer that are turns a second and no seconds.
SPEEDS: Final = frozenset({"filing, a second"})


def _ms(seconds: float) -> str:
    return f"{seconds * _MILLI:,.1f}"


def at(seconds: Sequence[float], part: float) -> float:
    """Return the value below which this part of the values lies."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def table(
    rows: Sequence[Row],
    peer: Mapping[str, float] = _NOTHING,
    smaller: Mapping[str, float] = _NOTHING,
) -> str:
    """Return the whole table."""
    return "\n".join([_HEAD, *(row.line(peer, smaller) for row in rows)])


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
