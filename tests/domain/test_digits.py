"""Digits of every script, and the letters people type in their place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.digits import (
    from_latin,
    to_latin,
    to_latin_in_number,
    without_separators,
)

SCRIPTS = {
    "Khmer": "០១២៣៤៥៦៧៨៩",
    "Burmese": "၀၁၂၃၄၅၆၇၈၉",
    "Shan": "႐႑႒႓႔႕႖႗႘႙",
    "Thai": "๐๑๒๓๔๕๖๗๘๙",
    "Lao": "໐໑໒໓໔໕໖໗໘໙",
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Urdu": "۰۱۲۳۴۵۶۷۸۹",
    "full width": "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
    "Latin": "0123456789",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_digits_of_each_script_become_latin(script: str) -> None:
    assert to_latin(SCRIPTS[script]) == "0123456789"


def test_text_around_digits_is_left() -> None:
    assert to_latin("ថ្ងៃទី ២៨ ខែ ១១") == "ថ្ងៃទី 28 ខែ 11"
    assert to_latin("no. ½ ² Ⅳ ဝ ရ") == "no. ½ ² Ⅳ ဝ ရ"


@given(st.text())
def test_only_decimal_digits_ever_change(text: str) -> None:
    latin = to_latin(text)
    assert len(latin) == len(text)
    for before, after in zip(text, latin, strict=True):
        assert before == after or unicodedata.decimal(before) == int(after)


def test_burmese_prose_has_its_own_digits() -> None:
    assert from_latin("28 11 2026", "my") == "၂၈ ၁၁ ၂၀၂၆"


@pytest.mark.parametrize("locale", ["en", "km", "th", "lo", "vi", "ms", ""])
def test_other_languages_keep_latin_digits(locale: str) -> None:
    assert from_latin("28 11 2026", locale) == "28 11 2026"


@given(st.text())
def test_burmese_digits_lead_back(text: str) -> None:
    assert to_latin(from_latin(text, "my")) == to_latin(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("၂ဝ၂၆", "2026"),
        ("၁ဝဝဝ", "1000"),
        ("ဝ၉၁", "091"),
        ("ရ၃", "73"),
        ("၁ဝရ၅", "1075"),
        ("ဝယ်", "ဝယ်"),
        ("ရ", "ရ"),
        ("5 ရ", "5 ရ"),
    ],
)
def test_look_alike_letters_count_as_digits_beside_digits_only(typed: str, read: str) -> None:
    assert to_latin_in_number(typed) == read


def test_separators_go_and_the_rest_stays() -> None:
    odd = "\u200b1 2-3\u20134\u22125\u00a06\u200d7\ufeff8\t9\n"
    assert without_separators(odd) == "123456789"
    assert without_separators("a.b,c/d_e") == "a.b,c/d_e"
