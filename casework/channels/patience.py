"""How long another server may take: for each step, and for the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer


@dataclass(frozen=True)
class Patience:
    """Seconds for one step (a connection, a line), and for all of them together.

    A server that says one byte at a time passes every step; only the whole ends it.
    """

    step: float = 10.0
    whole: float = 30.0


USUAL = Patience()


@contextmanager
def ends(patience: Patience, cut: Callable[[], None]) -> Iterator[None]:
    """Call `cut`, from another thread, once the whole has taken too long."""
    timer = Timer(patience.whole, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
