"""Workload as bars: where they stand, and the sentence that says what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from casework.i18n import gettext
from casework.services.workload import Load

# All in the units of the drawing, which is scaled to its place on the page.
STEP: Final = 40
# Behind the longest there is room for its count.
_LONGEST_BAR: Final = 240
_MOST_BARS: Final = 8


@dataclass(frozen=True)
class Bar:
    """One bar: its name, the height at which it stands, and three stretches end to end."""

    name: str
    top: int
    late: float
    week: float
    other: float
    count: int

    @property
    def length(self) -> float:
        """How long the whole bar is."""
        return self.late + self.week + self.other


def name_of(load: Load) -> str:
    """Return who carries a load; what nobody keeps has a name too."""
    return load.name or gettext("Nobody yet")


def bars(loads: Sequence[Load]) -> list[Bar]:
    """Return the bars of those who are latest; the longest fills the width."""
    shown = loads[:_MOST_BARS]
    unit = _LONGEST_BAR / max((load.open for load in shown), default=1)
    return [
        Bar(
            name_of(load),
            number * STEP,
            round(load.late * unit, 1),
            round(load.week * unit, 1),
            round(load.other * unit, 1),
            load.open,
        )
        for number, load in enumerate(shown)
    ]


def finding(loads: Sequence[Load]) -> str:
    """Return in one sentence who carries most, and who is most late."""
    people = [load for load in loads if load.name]
    if not people:
        return gettext("Nobody keeps a case yet")
    most = max(people, key=lambda load: load.open)
    latest = max(people, key=lambda load: load.late)
    if not latest.late:
        return gettext("%(name)s carries most, and nobody is late", name=most.name)
    if latest.late == most.late:
        return gettext("%(name)s carries most, and is most late", name=most.name)
    return gettext(
        "%(name)s carries most, %(other)s is most late", name=most.name, other=latest.name
    )
