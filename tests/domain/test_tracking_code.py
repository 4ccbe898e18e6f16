"""The secret code: made, typed by anybody, checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import tracking_code
from casework.domain.tracking_code import BadTrackingCode

CODE = tracking_code.make(lambda _: "012345678901234567")

bodies = st.text(alphabet="0123456789", min_size=18, max_size=18)
codes = bodies.map(lambda body: tracking_code.make(lambda _: body))


def reason(typed: str) -> str:
    with pytest.raises(BadTrackingCode) as caught:
        tracking_code.parse(typed)
    return caught.value.reason


def written_in(zero: int, code: str) -> str:
    return "".join(chr(zero + int(digit)) for digit in code)


def test_known_check_digits() -> None:
    # ISO 7064 MOD 97-10: the whole number leaves 1 when divided by 97.
    assert tracking_code.make(lambda _: "000000000000000794")[-2:] == "44"
    assert tracking_code.make(lambda _: "0" * 18) == "0" * 18 + "98"


def test_the_source_is_asked_for_eighteen_digits() -> None:
    asked: list[int] = []

    def digits(count: int) -> str:
        asked.append(count)
        return "7" * count

    assert len(tracking_code.make(digits)) == tracking_code.LENGTH
    assert asked == [18]


@pytest.mark.parametrize("broken", ["", "1" * 17, "1" * 19, "x" * 18, "၁" * 18])
def test_a_broken_source_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="random digits"):
        tracking_code.make(lambda _: broken)


@given(codes)
def test_a_code_is_read_back(code: str) -> None:
    assert tracking_code.parse(code) == code
    assert tracking_code.parse(" - ".join(tracking_code.grouped(code))) == code


@given(codes, st.sampled_from([0x17E0, 0x1040, 0x1090, 0x0E50, 0x0ED0, 0x0660, 0xFF10]))
def test_a_code_is_read_in_every_script(code: str, zero: int) -> None:
    assert tracking_code.parse(written_in(zero, code)) == code


@given(codes, st.data())
def test_every_single_slip_is_caught(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 19))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    assert reason(code[:place] + wrong + code[place + 1 :]) == "check"


@given(codes, st.data())
def test_every_swap_of_neighbours_is_caught(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 18))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped == code:
        assert tracking_code.parse(swapped) == code
    else:
        assert reason(swapped) == "check"


@given(codes)
def test_burmese_letters_that_look_like_zero_and_seven_are_read(code: str) -> None:
    burmese = written_in(0x1040, code).replace("၀", "ဝ").replace("၇", "ရ")
    if set(code) <= {"0", "7"}:
        assert reason(burmese) == "digits"
    else:
        assert tracking_code.parse(burmese) == code


def test_pasted_rubbish_around_the_digits_is_ignored() -> None:
    first, *rest = tracking_code.grouped(CODE)
    typed = f"\ufeff {first}\u200b\u2013\u00a0" + "\u2212\u200d\t".join(rest) + "\r\n"
    assert tracking_code.parse(typed) == CODE


def test_reasons() -> None:
    assert reason("") == "length"
    assert reason(" - ") == "length"
    assert reason(CODE[:-1]) == "length"
    assert reason(CODE + "1") == "length"
    assert reason("O" + CODE[1:]) == "digits"
    assert reason("ရဝ") == "digits"
    assert reason("²" + CODE[1:]) == "digits"


def test_the_error_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(BadTrackingCode) as caught:
        tracking_code.parse("98765432109876543210")
    assert "9876" not in str(caught.value) + repr(caught.value)


def test_five_blocks_of_four() -> None:
    blocks = tracking_code.grouped(CODE)
    assert [len(block) for block in blocks] == [4] * 5
    assert "".join(blocks) == CODE
