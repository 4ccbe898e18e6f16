"""No text of a person becomes a formula, whatever stands before the sign that would start one."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import spreadsheet
from casework.domain.spreadsheet import MARK, harmless, invisible, starts_formula

SIGNS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212", "\ufe62")
BEFORE: Final = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u200e",
    "\u202e",
    "\u2066",
    "\u2060",
    "\u00ad",
    "\x00",
    "\u3164",
    "\u2800",
    "\u0301",
    " \u200b\ufeff\t",
)
PAYLOADS: Final = ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1:A9)")
# Two hundred and more starts of formulas, each behind something.
HOSTILE: Final = [
    f"{before}{sign}{PAYLOADS[n % len(PAYLOADS)]}"
    for n, (before, sign) in enumerate(product(BEFORE, SIGNS))
]


def first_seen(cell: str) -> str:
    return next((sign for sign in cell if not invisible(sign)), "")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_would_start_a_formula_does_not(text: str) -> None:
    cell = harmless(text)
    assert cell[0] == MARK
    assert not starts_formula(first_seen(cell))


@pytest.mark.parametrize(
    "text", ["Sokha", "9 000", "ខ្មែរ", "မြန်မာ", "a=b", "a-b", "", "'quoted'", "1"]
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_a_mark_of_their_own_is_no_reason_to_take_one_away() -> None:
    assert harmless(" 'twas") == "' twas"
    assert harmless("a; =1") == "a; '=1"
    assert harmless("a,\u200b+1|@x") == "a,\u200b'+1|'@x"


def test_a_cell_is_one_line_without_control_characters() -> None:
    assert harmless("one\r\ntwo\tthree\x00\x1b\ud800\ufffe") == "one  two three"
    assert len(harmless("x" * 99_999)) == spreadsheet.LONGEST


@given(st.text(max_size=40))
def test_no_text_at_all_starts_a_formula_in_any_cell_it_may_be_cut_into(text: str) -> None:
    cell = harmless(text)
    assert "\n" not in cell
    assert "\t" not in cell
    for separator in (*spreadsheet.SEPARATORS, "\0"):
        for part in cell.split(separator):
            assert not starts_formula(first_seen(part)), repr(part)
    cell.encode("utf-8")


@given(st.text(alphabet=st.sampled_from("=+-@;,| \u200b'\u0301ab"), max_size=12))
def test_nor_one_made_of_nothing_but_trouble(text: str) -> None:
    for separator in spreadsheet.SEPARATORS:
        for part in harmless(text).split(separator):
            assert not starts_formula(first_seen(part)), repr(part)
