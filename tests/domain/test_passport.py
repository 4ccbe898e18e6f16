"""One passport, many ways to write its number down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.passport import comparable


@pytest.mark.parametrize(
    "typed",
    [
        "N01234567",
        "n 0123 4567",
        "N-01234567",
        "N\u200b01234567",
        "NO1234567",
        "N០១២៣៤៥៦៧",
        "N၀၁၂၃၄၅၆၇",
        "N\u101d၁၂၃၄၅၆၇",
        "N๐๑๒๓๔๕๖๗",
        "Ｎ０１２３４５６７",
        "N.01234567 ",
        "N\u201401234567",
    ],
)
def test_every_spelling_of_a_number_is_one(typed: str) -> None:
    assert comparable(typed) == "N01234567"


@pytest.mark.parametrize(("typed", "same"), [("MI23456", "M123456"), ("12/0UKAMA(N)123456", None)])
def test_letters_that_look_like_digits_do_not_count(typed: str, same: str | None) -> None:
    assert comparable(typed) == (same or comparable("12/OUKAMA(N)123456"))


@pytest.mark.parametrize(
    "typed", ["", "N", "1234", "Sok Dara", "កញ្ញា", "ABCDEFGH", "N" * 30 + "1234", "N12345678!"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert comparable(typed) is None


@given(st.text(max_size=40))
def test_what_is_comparable_stays_so(typed: str) -> None:
    found = comparable(typed)
    assert found is None or comparable(found) == found
