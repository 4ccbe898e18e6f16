"""Every hostile file is refused in two seconds, or its copies are harmless."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import pytest

from tests.faults import hostile_files
from tests.faults.sizes import size
from tests.faults.trying import tried

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_MEGABYTE: Final = 1024 * 1024
# Seconds of work for a file, and more for each megabyte that it really has.
LONGEST: Final = 2.0
LONGER: Final = 0.25
# The good files always come along; of the others a short run tries every fourth.
STEP: Final = size(short=4, long=1)


def test_hostile_files_are_refused_or_made_harmless() -> None:
    files = list(hostile_files.files())
    assert len({data for _, data in files}) >= 300
    good = hostile_files.GOOD
    chosen = [file for place, file in enumerate(files) if place % STEP == 0 or file[0] in good]
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=processes) as pool:
        results = list(pool.map(tried, chosen))
    refused = [each for each in results if each.why]
    leaks = [each for each in results if each.traces]
    late = [each for each in results if each.work > LONGEST + LONGER * (each.size // _MEGABYTE)]
    slowest = max(results, key=lambda each: each.work)
    print(
        f"\n{len(results)} files: {len(refused)} refused, {len(results) - len(refused)} cleaned, "
        f"{len(leaks)} leaks, slowest {slowest.work:.2f} s of work ({slowest.name})"
    )
    assert not leaks
    assert not late
    assert {each.name: each.why for each in results if each.name in good} == dict.fromkeys(good)
