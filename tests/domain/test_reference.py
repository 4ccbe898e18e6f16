"""The public reference of a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import reference
from casework.domain.reference import BadReference

origins = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
references = st.builds(reference.make, origins, st.integers(2000, 2099), st.integers(1, 10**9))


def test_a_known_reference() -> None:
    assert reference.make("KH", 2026, 4217) == "KH-26-004217-5"


def test_numbers_have_six_digits_and_grow() -> None:
    assert reference.make("MM", 2026, 1).split("-")[2] == "000001"
    assert reference.make("MM", 2026, 999_999).split("-")[2] == "999999"
    assert reference.make("MM", 2031, 12_345_678).split("-")[:3] == ["MM", "31", "12345678"]


@pytest.mark.parametrize(
    ("origin", "number"), [("kh", 1), ("KHM", 1), ("", 1), ("KH", 0), ("ÉÉ", 1)]
)
def test_nonsense_is_not_made_into_a_reference(origin: str, number: int) -> None:
    with pytest.raises(ValueError, match="two-letter"):
        reference.make(origin, 2026, number)


@given(references)
def test_a_reference_is_read_back(made: str) -> None:
    assert reference.parse(made) == made
    assert reference.parse(made.replace("-", "").lower()) == made
    assert reference.parse(f"  {made.replace('-', ' ')}\u200b") == made


@given(references)
def test_digits_of_any_script_are_read(made: str) -> None:
    burmese = made.translate({ord(str(n)): chr(0x1040 + n) for n in range(10)})
    khmer = made.translate({ord(str(n)): chr(0x17E0 + n) for n in range(10)})
    assert reference.parse(burmese) == reference.parse(khmer) == made
    assert reference.parse(burmese.replace("၀", "ဝ").replace("-", "")) == made


def test_full_width_letters_are_read() -> None:
    made = reference.make("KH", 2026, 4217)
    assert reference.parse(made.replace("KH", "\uff2b\uff48")) == made


@given(references, st.data())
def test_every_wrong_digit_is_caught(made: str, data: st.DataObject) -> None:
    places = [place for place, character in enumerate(made) if character.isdigit()]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != made[place]))
    with pytest.raises(BadReference):
        reference.parse(made[:place] + wrong + made[place + 1 :])


@given(references, st.data())
def test_every_swap_of_neighbouring_digits_is_caught(made: str, data: st.DataObject) -> None:
    plain = made.replace("-", "")
    place = data.draw(st.integers(2, len(plain) - 2))
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if swapped == plain:
        assert reference.parse(swapped) == made
    else:
        with pytest.raises(BadReference):
            reference.parse(swapped)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "KH",
        "KH-26-4217-5",
        "26-004217-5",
        "KHM-26-004217-5",
        "KH-26-0042170-5",
        "KH-26-00421x-5",
        "ကခ-26-004217-5",
    ],
)
def test_what_has_not_the_shape_is_refused(typed: str) -> None:
    with pytest.raises(BadReference):
        reference.parse(typed)
