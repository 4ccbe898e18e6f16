"""Says how far long work has got, and how long it will still take."""

from __future__ import annotations

import sys
import time

_EVERY = 2.0  # seconds between two lines.


class Progress:
    """The progress of one piece of work, told on standard error."""

    def __init__(self, what: str, total: int, done: int = 0) -> None:
        self.what, self.total, self.began_with = what, total, done
        self.started = self.told = time.monotonic()

    def tell(self, done: int) -> None:
        """Say how much is done, now and then."""
        now = time.monotonic()
        if now - self.told < _EVERY and done < self.total:
            return
        self.told = now
        speed = (done - self.began_with) / max(now - self.started, 0.001)
        left = (self.total - done) / speed if speed else 0.0
        sys.stderr.write(
            f"{self.what}: {done:,} of {self.total:,}, {speed:,.0f} a second,"
            f" {left / 60:.0f} min {left % 60:02.0f} s left\n"
        )
