"""Which rule keeps a case for how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.domain.retention import (
    EVERY,
    WITHDRAWN,
    Fate,
    Rule,
    due_at,
    month_of,
    month_of_day,
    rule_for,
)

ALL = Rule(1, EVERY, EVERY, 60, Fate.ANONYMISE)
GONE = Rule(2, EVERY, WITHDRAWN, 24, Fate.DESTROY)
WAGES = Rule(3, "wages", EVERY, 72, Fate.ANONYMISE)
ABUSE = Rule(4, "abuse", EVERY, 120, Fate.ANONYMISE)
WAGES_PAID = Rule(5, "wages", "settled", 36, Fate.DESTROY)
ABUSE_GONE = Rule(6, "abuse", EVERY, 120, Fate.DESTROY)
RULES = (ALL, GONE, WAGES, ABUSE, WAGES_PAID, ABUSE_GONE)


@pytest.mark.parametrize(
    ("categories", "outcome", "rule"),
    [
        (["contract"], "settled", ALL),
        (["contract"], WITHDRAWN, GONE),
        (["wages"], "not_settled", WAGES),
        (["wages"], "settled", WAGES_PAID),
        # Of two that are equally particular the one that keeps longest counts …
        (["wages"], WITHDRAWN, WAGES),
        (["wages", "abuse"], "not_settled", ABUSE),
        # … and then the one that keeps something.
        (["abuse"], "", ABUSE),
        # What names more goes before what keeps longer.
        (["abuse", "wages"], "settled", WAGES_PAID),
    ],
)
def test_the_most_particular_rule_counts(categories: list[str], outcome: str, rule: Rule) -> None:
    assert rule_for(RULES, categories, outcome) == rule
    assert rule_for(RULES[::-1], categories, outcome) == rule


def test_without_a_rule_a_case_is_kept() -> None:
    assert rule_for([WAGES], ["contract"], "settled") is None


@pytest.mark.parametrize(
    ("closed", "months", "due"),
    [
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), 60, datetime(2031, 11, 23, 9, 30, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2027, 8, 31, tzinfo=UTC), 6, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 1, datetime(2027, 1, 5, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 0, datetime(2026, 12, 5, tzinfo=UTC)),
    ],
)
def test_months_are_counted_on_the_calendar(closed: datetime, months: int, due: datetime) -> None:
    assert due_at(closed, months) == due


def test_dates_are_kept_to_the_month() -> None:
    assert month_of(datetime(2026, 11, 23, 9, 30, 5, 7, tzinfo=UTC)) == datetime(
        2026, 11, 1, tzinfo=UTC
    )
    assert [month_of_day(day) for day in ("2026-08-31", "2026-08", "")] == [
        "2026-08-01",
        "2026-08",
        "",
    ]
