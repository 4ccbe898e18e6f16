"""Makes batches in processes of their own, some ahead of whoever stores them."""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Final, TypeVar

T = TypeVar("T")
_MAKERS: Final = 2
_AHEAD: Final = 4  # batches that are made or wait to be stored.
# What the other processes make: they are forked, and find it here.
_making: list[Callable[[int, int], Any]] = []


def made(make: Callable[[int, int], T], numbers: range, size: int) -> Iterator[tuple[int, T]]:
    """Return what `make` makes of each so many numbers, with the number after its last one.

    `make` takes the first number and the one after the last, and runs where no database is open.
    """
    firsts = range(numbers.start, numbers.stop, size)
    parts = deque((first, min(first + size, numbers.stop)) for first in firsts)
    if len(parts) == 1:
        yield parts[0][1], make(*parts[0])
        return
    _making[:] = [make]
    waiting: deque[tuple[int, Future[T]]] = deque()
    # Of so many rows none is ever part of a ring: looking for one takes longer than reading them.
    gc.disable()
    try:
        with ProcessPoolExecutor(_MAKERS, multiprocessing.get_context("fork")) as others:
            while parts or waiting:
                while parts and len(waiting) < _AHEAD:
                    part = parts.popleft()
                    waiting.append((part[1], others.submit(_make, *part)))
                after, future = waiting.popleft()
                yield after, future.result()
    finally:
        gc.enable()


def _make(first: int, after: int) -> Any:
    return _making[0](first, after)
