"""Sums of money as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.money import CURRENCIES, BadAmount, decimals_shown, parse_amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9000", "9000"),
        ("9,000", "9000"),
        ("9.000", "9000"),
        ("9 000", "9000"),
        ("9\u00a0000", "9000"),
        (" 9000\u200b ", "9000"),
        ("1.234.567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,8", "1234567.8"),
        ("1 234 567,89", "1234567.89"),
        ("7.5", "7.5"),
        ("7,50", "7.50"),
        ("0", "0"),
        ("0.5", "0.5"),
        ("0050", "50"),
        ("၉,၀၀၀", "9000"),
        ("၉ဝဝဝ", "9000"),
        ("៩.០០០", "9000"),
        ("๙,๐๐๐.๕๐", "9000.50"),
        ("٩٬٠٠٠٫٥", "9000.5"),
        ("\uff19\uff0c\uff10\uff10\uff10", "9000"),
        ("999999999999999", "999999999999999"),
        ("9,999,999,999,999.99", "9999999999999.99"),
    ],
)
def test_sums_in_many_writings(typed: str, meant: str) -> None:
    amount = parse_amount(typed)
    assert (amount, amount.as_tuple()) == (Decimal(meant), Decimal(meant).as_tuple())


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-5",
        "\u22125",
        "+5",
        "5.",
        ".5",
        "1.2345",
        "1,00,000",
        "1,000,00",
        "1,000.000",
        "1234,567",
        "0.500",
        "0,000",
        "1,,000",
        "1 5",
        "1,000 000",
        "1e3",
        "NaN",
        "9000 THB",
        "five",
        "9999999999999999",
        "99999999999999.99",
        "²",
    ],
)
def test_what_is_no_certain_sum(typed: str) -> None:
    with pytest.raises(BadAmount):
        parse_amount(typed)


@given(
    st.decimals(0, 10**13 - 1, places=2),
    st.sampled_from([(",", "."), (".", ","), (" ", "."), (" ", ","), ("", "."), ("", ",")]),
)
def test_every_sum_is_read_back(amount: Decimal, marks: tuple[str, str]) -> None:
    group, point = marks
    whole, part = f"{amount:,.2f}".split(".")
    assert parse_amount(whole.replace(",", group) + point + part) == amount
    assert parse_amount(whole.replace(",", group)) == int(amount)


@given(st.text(alphabet="0123456789., -\u200b၀ဝ", max_size=30))
def test_anything_is_a_small_enough_sum_or_refused(typed: str) -> None:
    try:
        amount = parse_amount(typed)
    except BadAmount:
        return
    assert 0 <= amount < 10**15
    assert amount == round(amount, 2)


@pytest.mark.parametrize(
    ("amount", "currency", "decimals"),
    [
        ("9000", "THB", 0),
        ("9000.00", "THB", 0),
        ("9000.5", "THB", 2),
        ("0", "USD", 0),
        ("4100.5", "KHR", 0),
        ("4100", "KHR", 0),
    ],
)
def test_whole_sums_are_shown_without_decimals(amount: str, currency: str, decimals: int) -> None:
    assert decimals_shown(Decimal(amount), currency) == decimals


def test_currencies_are_known_by_their_codes() -> None:
    assert all(code.isalpha() and code.isupper() and len(code) == 3 for code in CURRENCIES)
    assert set(CURRENCIES.values()) == {0, 2}
    with pytest.raises(KeyError):
        decimals_shown(Decimal(1), "XXX")
