"""Files sealed while they stream: every cut, swap and change is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import crypto
from casework.crypto import SealBroken, streams

WHOLE = streams.CHUNK_BYTES + streams.TAG_BYTES


@pytest.fixture(autouse=True)
def own_keys(keys: str) -> None:
    crypto.install(crypto.load_keyset(keys))


def row(row_id: int = 7, table: str = "evidence") -> Any:
    wrapped = crypto.new_data_key(table, row_id)
    return SimpleNamespace(__tablename__=table, id=row_id, wrapped_key=wrapped)


def sealed(owner: Any, plain: bytes, part: str = "original") -> bytes:
    return b"".join(crypto.seal_stream(owner, part, [plain]))


def opened(owner: Any, data: bytes, part: str = "original") -> bytes:
    return b"".join(crypto.open_stream(owner, part, [data]))


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


SIZES = [0, 1, 16, 65_535, 65_536, 65_537, 131_072, 200_000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [7_001, 65_536, 1_000_000])
def test_what_went_in_comes_out_however_it_is_cut_up(size: int, step: int) -> None:
    owner, plain = row(), bytes(range(251)) * (size // 251 + 1)
    plain = plain[:size]
    data = b"".join(crypto.seal_stream(owner, "original", pieces(plain, step)))
    assert b"".join(crypto.open_stream(owner, "original", pieces(data, step))) == plain
    assert len(plain) < 16 or plain[:16] not in data


@pytest.mark.parametrize("size", SIZES)
def test_a_file_cut_at_any_boundary_does_not_open(size: int) -> None:
    owner = row()
    data = sealed(owner, b"x" * size)
    boundaries = {0, 1, streams.HEAD_BYTES - 1, streams.HEAD_BYTES, len(data) - 1}
    boundaries |= set(range(streams.HEAD_BYTES, len(data), WHOLE))
    boundaries |= {at + shift for at in set(boundaries) for shift in (-1, 1) if at + shift >= 0}
    for cut in sorted(boundaries - {len(data)}):
        if cut < len(data):
            with pytest.raises(SealBroken):
                opened(owner, data[:cut])


def test_a_longer_file_does_not_open() -> None:
    owner = row()
    data = sealed(owner, b"x" * 100_000)
    for more in (b"\x00", data[streams.HEAD_BYTES : streams.HEAD_BYTES + WHOLE], data):
        with pytest.raises(SealBroken):
            opened(owner, data + more)


def test_chunks_keep_their_order() -> None:
    owner = row()
    data = sealed(owner, b"a" * streams.CHUNK_BYTES + b"b" * streams.CHUNK_BYTES + b"c")
    head, body = data[: streams.HEAD_BYTES], data[streams.HEAD_BYTES :]
    one, two, last = body[:WHOLE], body[WHOLE : 2 * WHOLE], body[2 * WHOLE :]
    for turned in (two + one + last, one + one + last, two + last, one + two + two + last):
        with pytest.raises(SealBroken):
            opened(owner, head + turned)


def test_nothing_after_a_changed_chunk_is_given_out() -> None:
    owner = row()
    data = bytearray(sealed(owner, b"a" * 200_000))
    data[streams.HEAD_BYTES + WHOLE + 5] ^= 1
    got = crypto.open_stream(owner, "original", [bytes(data)])
    assert next(got) == b"a" * streams.CHUNK_BYTES
    with pytest.raises(SealBroken, match=r"^evidence\|original\|7\|1$"):
        next(got)


def test_a_file_opens_only_as_what_it_is() -> None:
    owner = row()
    data = sealed(owner, b"a photo")
    same_key = SimpleNamespace(
        __tablename__="evidence", id=8, _data_key=crypto.data_key(owner), wrapped_key=b""
    )
    other_table = SimpleNamespace(
        __tablename__="export", id=7, _data_key=crypto.data_key(owner), wrapped_key=b""
    )
    for stranger, part in ((owner, "shared"), (same_key, "original"), (other_table, "original")):
        with pytest.raises(SealBroken):
            opened(stranger, data, part)
    with pytest.raises(SealBroken):
        opened(row(), data)
    assert opened(owner, data) == b"a photo"


def test_a_file_of_another_version_does_not_open() -> None:
    owner = row()
    with pytest.raises(SealBroken):
        opened(owner, b"\x02" + sealed(owner, b"a photo")[1:])


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_can_be_turned(place: int, bit: int) -> None:
    owner = row()
    data = bytearray(sealed(owner, b"the bytes of a photo"))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(SealBroken):
        opened(owner, bytes(data))


def test_the_same_file_never_looks_the_same() -> None:
    owner = row()
    assert sealed(owner, b"same") != sealed(owner, b"same")
