"""What has been promised of speed, and whether a figure keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.timing import Row

# What of the peer's time, or memory, ours may take at most.
OF_THE_PEER: Final[Mapping[str, Fraction]] = {
    "queue": Fraction(1, 10),
    "ticket": Fraction(1, 3),
    "search English": Fraction(1, 20),
    "search Khmer": Fraction(1, 20),
    "search Burmese": Fraction(1, 20),
    "dashboard": Fraction(1, 50),
    "escalation": Fraction(1, 10),
    "cold start": Fraction(1),
    "memory": Fraction(3, 4),
}
# What of the peer's filings a second ours reach at least.
OF_ITS_SPEED: Final = Fraction(1, 2)
# How much longer a page takes with ten times as many cases, at most.
GROWN: Final = 1.3
_MILLI: Final = 1000


@dataclass(frozen=True)
class Limits:
    """Bounds that need no peer: seconds of 95 in 100, turns a second, multiples of the bare query.

    `grows` says that the time is compared with that of the smaller database.
    """

    p95: float | None = None
    per_second: float | None = None
    bare: float | None = None
    failures: int | None = None
    grows: bool = False


NO_LIMITS: Final = Limits()


@dataclass(frozen=True)
class Verdict:
    """A bound in words, and whether it was kept."""

    words: str
    met: bool

    def __str__(self) -> str:
        return f"{self.words}: {'met' if self.met else '**not met**'}"


def verdicts(row: Row, peer: Mapping[str, float], smaller: Mapping[str, float]) -> list[Verdict]:
    """Return what was promised of a row, by the peer's figures and those of fewer cases."""
    return [*_beside(row, peer), *_alone(row, row.limits), *_grown(row, smaller)]


def _beside(row: Row, peer: Mapping[str, float]) -> Iterator[Verdict]:
    theirs = peer.get(row.peer)
    if not theirs:
        return
    if row.peer in OF_THE_PEER:
        part = OF_THE_PEER[row.peer]
        yield Verdict(f"≤ {_fraction(part)} of the peer", row.figure <= theirs * part)
    elif row.per_second is not None:
        enough = row.per_second >= theirs * OF_ITS_SPEED
        yield Verdict(f"≥ {_fraction(OF_ITS_SPEED)} of the peer's speed", enough)


def _fraction(part: Fraction) -> str:
    return f"{float(part):g}" if part.numerator > 1 else str(part)


def _alone(row: Row, limits: Limits) -> Iterator[Verdict]:
    if limits.p95 is not None:
        yield Verdict(f"p95 ≤ {limits.p95 * _MILLI:g} ms", row.p95 <= limits.p95)
    if limits.per_second is not None and row.per_second is not None:
        enough = row.per_second >= limits.per_second
        yield Verdict(f"≥ {limits.per_second:g} a second", enough)
    if limits.bare is not None:
        yield Verdict(f"≤ {limits.bare:g} × bare", row.p50 <= row.bare_p50 * limits.bare)
    if limits.failures is not None:
        yield Verdict(f"{limits.failures} failures", row.failures <= limits.failures)


def _grown(row: Row, smaller: Mapping[str, float]) -> Iterator[Verdict]:
    before = smaller.get(row.name)
    if row.limits.grows and before:
        words = f"≤ {GROWN:g} × {before * _MILLI:,.1f} ms with fewer cases"
        yield Verdict(words, row.p50 <= before * GROWN)
