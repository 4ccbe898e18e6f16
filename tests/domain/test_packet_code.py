"""The code on a packet: what is made is read again, however a hand has copied it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.packet_code import LENGTH, BadPacketCode, grouped, make, parse

RANDOM = st.binary(min_size=32, max_size=32)


@given(first=RANDOM, second=RANDOM)
def test_every_32_bytes_have_a_code_of_their_own(first: bytes, second: bytes) -> None:
    assert len(make(first)) == LENGTH
    assert (make(first) == make(second)) is (first == second)


@given(
    random=RANDOM,
    between=st.sampled_from([" ", "-", "  ", " – ", ".", "\n", "\u200b"]),
    lower=st.booleans(),
)
def test_a_code_is_read_as_it_stands_on_paper(random: bytes, between: str, lower: bool) -> None:  # noqa: FBT001
    code = make(random)
    typed = between.join(grouped(code))
    assert parse(f"#{typed.lower() if lower else typed} ") == code


def test_what_a_hand_takes_for_a_digit_is_one() -> None:
    assert parse("oOiIlL" + "7" * 46) == "001111" + "7" * 46


@pytest.mark.parametrize("typed", ["", "A" * 51, "A" * 53, "U" * 52, "ក" * 52, "A" * 51 + "!"])
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(BadPacketCode) as refused:
        parse(typed)
    assert typed not in str(refused.value) or not typed


def test_a_code_is_made_of_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        make(bytes(31))
    assert grouped("0" * LENGTH) == ("0000",) * 13
    assert make(bytes(32)) == "0" * 52
    assert make(b"\xff" * 32) == "1" + "Z" * 51
