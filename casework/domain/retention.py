"""How long an ended case is kept, and what happens to it then.

The most particular rule counts: one that names category and outcome before one that names one
of them, and that before the general one. Of rules that are equally particular the one that keeps
longest counts: what is gone cannot be brought back.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

EVERY: Final = "*"
# What stands for the outcome of a case that the person withdrew.
WITHDRAWN: Final = "withdrawn"
_MONTHS: Final = 12


class Fate(StrEnum):
    """What happens to a case when its time is over."""

    ANONYMISE = "anonymise"
    DESTROY = "destroy"


class Ground(StrEnum):
    """Why a case may not be deleted for now."""

    COURT = "court"
    INVESTIGATION = "investigation"
    DANGER = "danger"
    OTHER = "other"


@dataclass(frozen=True)
class Rule:
    """Cases of a category and an outcome, each of which may be EVERY: months after closing."""

    id: int
    category: str
    outcome: str
    months: int
    fate: Fate

    def fits(self, categories: Collection[str], outcome: str) -> bool:
        """Tell whether the rule speaks of such a case."""
        return self.category in {EVERY, *categories} and self.outcome in {EVERY, outcome}

    @property
    def particular(self) -> int:
        """How much the rule names: 0, 1 or 2."""
        return (self.category != EVERY) + (self.outcome != EVERY)


def rule_for(rules: Iterable[Rule], categories: Collection[str], outcome: str) -> Rule | None:
    """Return the rule that counts for an ended case; None when no rule speaks of it."""
    fitting = (rule for rule in rules if rule.fits(categories, outcome))
    return max(
        fitting,
        key=lambda r: (r.particular, r.months, r.fate is Fate.ANONYMISE, -r.id),
        default=None,
    )


def due_at(closed_at: datetime, months: int) -> datetime:
    """Return when a case that was closed at `closed_at` (aware) has been kept for `months`."""
    count = closed_at.year * _MONTHS + closed_at.month - 1 + months
    year, month = divmod(count, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return closed_at.replace(year=year, month=month + 1, day=min(closed_at.day, last))


def month_of(moment: datetime) -> datetime:
    """Return the first instant of the month, in the zone of `moment`."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_of_day(day: str) -> str:
    """Return the first day of the month of an ISO day; what is shorter stays as it is."""
    return f"{day[:7]}-01" if len(day) == len("2026-11-23") else day
