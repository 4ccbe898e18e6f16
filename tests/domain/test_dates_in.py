"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.dates_in import BadDate, parse_day

TODAY = date(2026, 11, 23)
MEANT = date(2026, 11, 28)

days = st.dates(date(1857, 1, 1), date(2076, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "28 11 2026",
        "28-11-2026",
        "28/11/26",
        "28.11.2026",
        "28. 11. 2026.",
        "28,11,2026",
        " 28 / 11 / 2026 ",
        "28\u201311\u20132026",
        "28\u200b 11\u200b 2026",
        "2026-11-28",
        "2026/11/28",
        "၂၈-၁၁-၂၀၂၆",
        "၂၈-၁၁-၂ဝ၂၆",
        "၂၈၊၁၁၊၂၀၂၆။",
        "២៨ ១១ ២០២៦",
        "๒๘/๑๑/๒๕๖๙",
        "໒໘.໑໑.໒໐໒໖",
        "28 11 2569",
        "2569-11-28",
    ],
)
def test_one_day_in_many_writings(typed: str) -> None:
    assert parse_day(typed, TODAY) == MEANT


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1 2 2026", date(2026, 2, 1)),
        ("01 02 2026", date(2026, 2, 1)),
        ("11 2026", date(2026, 11, 1)),
        ("11/2569", date(2026, 11, 1)),
        ("29 2 2567", date(2024, 2, 29)),
        ("1 1 2400", date(1857, 1, 1)),
        ("31 12 2076", date(2076, 12, 31)),
    ],
)
def test_day_first_and_month_alone(typed: str, meant: date) -> None:
    assert parse_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1 1 26", 2026),
        ("1 1 00", 2000),
        ("1 1 27", 2027),
        ("1 1 99", 1999),
        ("1 1 75", 2075),
        ("1 1 76", 1976),
    ],
)
def test_two_digits_mean_the_nearest_year(typed: str, year: int) -> None:
    assert parse_day(typed, TODAY).year == year


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " - ",
        "28",
        "28 11",
        "28112026",
        "11 26",
        "2026",
        "28 11 226",
        "28 11 20260",
        "31 11 2026",
        "29 2 2026",
        "0 11 2026",
        "28 13 2026",
        "11 28 2026",
        "28 11 2026 1",
        "28 November 2026",
        "28 11 0026",
        "28 11 1856",
        "28 11 2077",
        "28 11 2399",
        "28 11 9999",
        "28_11_2026",
        "²8 11 2026",
    ],
)
def test_what_is_no_certain_day(typed: str) -> None:
    with pytest.raises(BadDate):
        parse_day(typed, TODAY)


@given(days, st.sampled_from(" -/."), st.sampled_from([0, 543]))
def test_every_day_is_read_back(day: date, separator: str, ahead: int) -> None:
    typed = separator.join((str(day.day), str(day.month), str(day.year + ahead)))
    assert parse_day(typed, TODAY) == day
    assert parse_day(typed.translate({48 + n: 0x1040 + n for n in range(10)}), TODAY) == day


@given(st.integers(-49 * 365, 48 * 365))
def test_two_digits_are_enough_within_half_a_century(distance: int) -> None:
    day = TODAY + timedelta(days=distance)
    assert parse_day(f"{day.day}.{day.month}.{day.year % 100:02d}", TODAY) == day


@given(st.text())
def test_anything_is_a_day_or_refused(typed: str) -> None:
    try:
        day = parse_day(typed, TODAY)
    except BadDate:
        return
    assert 1857 <= day.year <= 2076
