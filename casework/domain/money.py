"""Sums of money as people type them, and how many decimals a currency is shown with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from casework.domain.digits import to_latin_in_number

# Decimals shown of a sum that is not whole. These are the habits of the market: coins of rupiah,
# riel, kyat or dong are no longer seen, though ISO 4217 gives some of them decimals.
CURRENCIES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "KHR": 0,
        "MMK": 0,
        "IDR": 0,
        "VND": 0,
        "LAK": 0,
        "KRW": 0,
        "JPY": 0,
        "TWD": 0,
        "THB": 2,
        "MYR": 2,
        "USD": 2,
        "SGD": 2,
        "HKD": 2,
        "PHP": 2,
    }
)

_MOST_DIGITS: Final = 15
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff]+")
_SPACES: Final = re.compile("\\s+")
_WIDE_MARKS: Final = str.maketrans("\uff0e\uff0c\u066b\u066c", ".,.,")
# Groups of three digits behind one and the same mark, then perhaps the other mark and decimals.
# A mark before exactly three digits is never a decimal one: Lao, Vietnamese and Indonesian group
# with a full stop. A leading group of zero or of four digits is neither habit, and refused: it
# could mean a thousandth of what we would read.
_SUM: Final = re.compile(
    "(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[., ])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    "(?:(?!(?P=group))[.,](?P<part>[0-9]{1,2}))?"
)


class BadAmount(ValueError):
    """What was typed is no sum of money that we can tell for certain."""


def parse_amount(typed: str) -> Decimal:
    """Return the sum that was meant by 9000, 9,000, 9.000, 9 000.50 or ၉၀၀၀.

    At most two decimals and 15 digits, no sign, no currency. Raises BadAmount.
    """
    visible = _INVISIBLE.sub("", to_latin_in_number(typed)).translate(_WIDE_MARKS)
    found = _SUM.fullmatch(_SPACES.sub(" ", visible).strip())
    if found is None:
        raise BadAmount
    whole = re.sub("[., ]", "", found["whole"])
    part = found["part"] or ""
    if len(whole + part) > _MOST_DIGITS:
        raise BadAmount
    return Decimal(f"{whole}.{part}" if part else whole)


def decimals_shown(amount: Decimal, currency: str) -> int:
    """Return with how many decimals a sum is shown: none when it is whole.

    `currency` is one of CURRENCIES; KeyError otherwise.
    """
    decimals = CURRENCIES[currency]
    return 0 if amount == amount.to_integral_value() else decimals
