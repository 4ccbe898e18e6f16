"""The stories of the demonstration: what is done about each published case, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from io import BytesIO
from typing import Any, Final

from casework.domain.facts import RecipientKind, Scope
from casework.services import published, reference
from casework.services.published import Granted, Line

_FILE: Final = "complaints.jsonl"
# What a person says about one recipient, in the three ways in which people mostly say it.
_SAID: Final = {
    "all": (True, (Scope.REFERRAL, Scope.NARRATIVE, Scope.IDENTITY)),
    "without name": (True, (Scope.REFERRAL, Scope.NARRATIVE)),
    "no": (False, (Scope.REFERRAL, Scope.NARRATIVE, Scope.IDENTITY)),
}
_TIMING: Final = frozenset({"who", "does", "days", "hours", "at_level"})


@dataclass(frozen=True)
class Step:
    """One thing that somebody does.

    It happens `days` working days of that person's office after the step before, or `hours`
    later by the clock, and not before the case has reached the level. `who` is a key of
    people.toml, or "worker" for whoever holds the tracking code.
    """

    who: str
    does: str
    days: int = 0
    hours: int | None = None
    at_level: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """A published case, filed so many working days ago, and what was done since.

    `by` is the caseworker who logged it; without one the case came in by itself.
    """

    line: Line
    filed: int
    by: str | None
    steps: tuple[Step, ...]


def granted(rows: list[list[str]]) -> tuple[Granted, ...]:
    """Return consents from rows of kind, recipient, and what the person said."""
    return tuple(
        Granted(RecipientKind(kind), recipient, _SAID[said][1], _SAID[said][0])
        for kind, recipient, said in rows
    )


def shipped() -> list[Story]:
    """Return all stories."""
    told = {row["id"]: row for row in reference.read("demo/stories")["story"]}
    file = BytesIO(resources.files("casework").joinpath("reference", "demo", _FILE).read_bytes())
    lines = (line for line in published.read_lines(file) if isinstance(line, Line))
    return [_story(line, told[line.id]) for line in lines]


def _story(line: Line, row: Mapping[str, Any]) -> Story:
    return Story(
        line=replace(line, consent=granted(row.get("consent", []))),
        filed=row["filed"],
        by=row.get("by"),
        steps=tuple(_step(each) for each in row.get("steps", [])),
    )


def _step(row: Mapping[str, Any]) -> Step:
    data = {name: value for name, value in row.items() if name not in _TIMING}
    return Step(**{name: row[name] for name in _TIMING & row.keys()}, data=data)
