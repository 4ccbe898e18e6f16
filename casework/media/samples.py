"""Where the samples of a track lie in an MP4 file (ISO 14496-12, sections 8.7.3 to 8.7.5)."""

from __future__ import annotations

import struct
from itertools import accumulate, pairwise
from typing import Final

from casework.media.kinds import Refused, Why

# Ten hours of sound in pieces of 20 ms.
_MOST_SAMPLES: Final = 1_800_000


def places(data: bytes | bytearray, table: dict[bytes, tuple[int, int]]) -> list[tuple[int, int]]:
    """Return start and end of every chunk of samples; `table` says where its boxes lie.

    Raises:
        Refused: DAMAGED when the tables do not fit together, BOMB when they are too long.

    """
    try:
        sizes = _sizes(data, table)
        starts = _starts(data, table)
        counts = _counts(data, *table[b"stsc"], chunks=len(starts))
    except (KeyError, struct.error):
        raise Refused(Why.DAMAGED) from None
    if sum(counts) > len(sizes):
        raise Refused(Why.DAMAGED)
    sums = [0, *accumulate(sizes)]
    firsts = [0, *accumulate(counts)]
    lengths = (sums[end] - sums[start] for start, end in pairwise(firsts))
    return [(start, start + length) for start, length in zip(starts, lengths, strict=True)]


def _numbers(data: bytes | bytearray, start: int, end: int, sign: str, each: int) -> list[int]:
    """Return the numbers of a table that begins with how many entries it has."""
    (count,) = struct.unpack_from(">I", data, start)
    wide = struct.calcsize(f">{sign}")
    if count * each * wide > end - start - 4:
        raise Refused(Why.DAMAGED)
    if count > _MOST_SAMPLES:
        raise Refused(Why.BOMB)
    return list(struct.unpack_from(f">{count * each}{sign}", data, start + 4))


def _sizes(data: bytes | bytearray, table: dict[bytes, tuple[int, int]]) -> list[int]:
    if b"stsz" not in table:
        # Sizes in half bytes are of the time before phones.
        raise Refused(Why.UNKNOWN_KIND)
    start, end = table[b"stsz"]
    one_for_all, count = struct.unpack_from(">II", data, start + 4)
    if count > _MOST_SAMPLES:
        raise Refused(Why.BOMB)
    if one_for_all:
        return [one_for_all] * count
    return _numbers(data, start + 8, end, "I", 1)


def _starts(data: bytes | bytearray, table: dict[bytes, tuple[int, int]]) -> list[int]:
    if b"co64" in table:
        start, end = table[b"co64"]
        return _numbers(data, start + 4, end, "Q", 1)
    start, end = table[b"stco"]
    return _numbers(data, start + 4, end, "I", 1)


def _counts(data: bytes | bytearray, start: int, end: int, chunks: int) -> list[int]:
    """Return how many samples each chunk has; the table names the chunks where that changes."""
    numbers = _numbers(data, start + 4, end, "I", 3)
    firsts, each = numbers[0::3], numbers[1::3]
    counts: list[int] = []
    for (first, after), count in zip(pairwise([*firsts, chunks + 1]), each, strict=True):
        if first != len(counts) + 1 or after < first or after > chunks + 1:
            raise Refused(Why.DAMAGED)
        counts += [count] * (after - first)
    if len(counts) != chunks:
        raise Refused(Why.DAMAGED)
    return counts
