"""Many hands at one database: the same work in several threads, each in its own transactions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


def together(app: Flask, number: int, work: Callable[[int], T]) -> Sequence[T]:
    """Do the work in that many threads that begin at one moment; return what each returned.

    `work` takes the number of its thread and opens transactions of its own. What it raises is
    raised here.
    """
    start = Barrier(number)

    def begin(thread: int) -> T:
        with app.app_context():
            start.wait(timeout=30)
            return work(thread)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))
