"""The shipped reference data as the values that rules take, read without a database."""

from __future__ import annotations

import tomllib
from datetime import date, time
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

import casework
from casework.domain import taxonomy
from casework.domain.calendars import Calendar
from casework.domain.escalation import ClockKind, LadderStep, Term, Unit
from casework.domain.facts import OfficeFacts, OfficeRole, Said, Severity
from casework.domain.routing import Rule, RuleTrack, Target, Where

FOLDER = Path(next(iter(casework.__path__))) / "reference"
COORDINATOR = "coordinator"
GENERAL = {"any", "normal"}


@cache
def document(name: str) -> dict[str, Any]:
    """Return one shipped file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def the_taxonomy() -> taxonomy.Taxonomy:
    """Return version 1 of the taxonomy."""
    return taxonomy.parse(document("taxonomy"))


@cache
def offices() -> dict[str, OfficeFacts]:
    """Return all shipped offices by id."""
    return {
        row["id"]: OfficeFacts(
            id=row["id"],
            role=OfficeRole(row["role"]),
            country=row.get("country", ""),
            host=row.get("host", ""),
            place=row.get("place", ""),
            parent=row.get("parent"),
            escalates_to=row.get("escalates_to"),
            rank=row.get("rank", 50),
            routable=row.get("routable", True),
        )
        for row in document("offices")["office"]
    }


def _target(row: dict[str, Any]) -> Target:
    return Target(
        OfficeRole(row["role"]) if "role" in row else None,
        Where(row["where"]) if "where" in row else None,
        row.get("office"),
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the shipped routing rules of both tracks, in order."""
    return tuple(
        Rule(
            code=row["code"],
            track=RuleTrack(row["track"]),
            targets=tuple(_target(each) for each in row["target"]),
            categories=frozenset(row.get("categories", [])),
            origins=frozenset(row.get("origins", [])),
            destinations=frozenset(row.get("destinations", [])),
            severities=frozenset(Severity(each) for each in row.get("severities", [])),
            documented=Said(row["documented"]) if row.get("documented") else None,
            place=row.get("place", ""),
        )
        for row in document("routing")["rule"]
    )


@cache
def ladder() -> tuple[LadderStep, ...]:
    """Return the shipped ladder."""
    return tuple(
        LadderStep(
            row["level"],
            tuple(Target(OfficeRole(r), Where(w)) for r, w in product(row["roles"], row["where"])),
        )
        for row in document("ladder")["step"]
    )


@cache
def terms() -> tuple[Term, ...]:
    """Return how long things may take."""
    return tuple(
        Term(
            ClockKind(row["kind"]),
            row["amount"],
            Unit(row["unit"]),
            None if row["severity"] in GENERAL else Severity(row["severity"]),
            row.get("country", ""),
            row["source"],
        )
        for row in document("clocks")["clock"]
    )


def countries(end: str) -> tuple[str, ...]:
    """Return the countries the forms offer as "origin" or "destination"."""
    return tuple(row["code"] for row in document("clocks")["country"] if row[end])


@cache
def calendar(country: str, year: int) -> Calendar:
    """Return the working calendar of a country, with the published holidays of three years."""
    row = next(row for row in document("clocks")["country"] if row["code"] == country)
    hours = document("clocks")["office_hours"]
    free: set[date] = set(holidays.country_holidays(country, years=range(year - 1, year + 2)))
    return Calendar(
        ZoneInfo(row["timezone"]),
        frozenset(row["weekend"]),
        frozenset(free),
        time.fromisoformat(hours["opens"]),
        time.fromisoformat(hours["closes"]),
    )
