"""Shipped reference data: offices, rules, ladder, terms, countries and the taxonomy.

Loading adds what is missing and never overwrites a row, because an administrator may have
changed it in the browser.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.models import (
    CountrySetting,
    LadderStepRow,
    Office,
    RetentionRule,
    RoutingRule,
    Setting,
    TaxonomyVersion,
    TermRow,
)
from casework.services import directory

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_OFFICE_FIELDS = (
    "id",
    "name",
    "name_local",
    "country",
    "host",
    "place",
    "role",
    "rank",
    "routable",
    "statutory_days",
    "statutory_kind",
    "deadline_source",
    "source_url",
    "verified",
    "note",
)
_EVERY_SEVERITY = {"any", "normal"}


def read(name: str) -> dict[str, Any]:
    """Return one shipped file, by its name without ending."""
    text = resources.files("casework").joinpath("reference", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def load(session: Session, now: datetime) -> dict[str, int]:
    """Add all reference rows that are missing; return how many of each kind were added."""
    clocks = read("clocks")
    added = {
        "taxonomy": _taxonomy(session, now),
        "offices": _offices(session),
        "rules": _rules(session),
        "ladder": _ladder(session),
        "terms": _terms(session, clocks),
        "countries": _countries(session, clocks),
        "retention": _retention(session),
    }
    if session.get(Setting, directory.REMINDERS) is None:
        session.add(Setting(name=directory.REMINDERS, value=clocks["reminders"]["percent"]))
    directory.forget(session)
    session.flush()
    return added


def _taxonomy(session: Session, now: datetime) -> int:
    document = read("taxonomy")
    if session.get(TaxonomyVersion, document["version"]):
        return 0
    session.add(TaxonomyVersion(number=document["version"], document=document, made_at=now))
    return 1


def _offices(session: Session) -> int:
    known = set(session.scalars(select(Office.id)))
    rows = [row for row in read("offices")["office"] if row["id"] not in known]
    made = {
        row["id"]: Office(**{name: row[name] for name in _OFFICE_FIELDS if name in row})
        for row in rows
    }
    session.add_all(made.values())
    session.flush()
    # The links come second: an office may stand before the one it points to.
    for row in rows:
        made[row["id"]].parent_id = row.get("parent")
        made[row["id"]].escalates_to_id = row.get("escalates_to")
    return len(made)


def _rules(session: Session) -> int:
    known = set(session.scalars(select(RoutingRule.code)))
    added = 0
    for position, row in enumerate(read("routing")["rule"], start=1):
        if row["code"] in known:
            continue
        added += 1
        session.add(
            RoutingRule(
                code=row["code"],
                position=position * 10,
                track=row["track"],
                title=row["title"],
                categories=row.get("categories", []),
                origins=row.get("origins", []),
                destinations=row.get("destinations", []),
                severities=row.get("severities", []),
                documented=row.get("documented", ""),
                place=row.get("place", ""),
                targets=row["target"],
                active=True,
            )
        )
    return added


def _ladder(session: Session) -> int:
    known = set(session.scalars(select(LadderStepRow.level)))
    rows = [row for row in read("ladder")["step"] if row["level"] not in known]
    for row in rows:
        targets = [{"role": r, "where": w} for r, w in product(row["roles"], row["where"])]
        session.add(LadderStepRow(level=row["level"], title=row["title"], targets=targets))
    return len(rows)


def _terms(session: Session, clocks: dict[str, Any]) -> int:
    known = {
        tuple(row)
        for row in session.execute(select(TermRow.kind, TermRow.severity, TermRow.country))
    }
    added = 0
    for row in clocks["clock"]:
        severity = "" if row["severity"] in _EVERY_SEVERITY else row["severity"]
        key = (row["kind"], severity, row.get("country", ""))
        if key in known:
            continue
        added += 1
        session.add(
            TermRow(
                kind=key[0],
                severity=key[1],
                country=key[2],
                amount=row["amount"],
                unit=row["unit"],
                source=row["source"],
            )
        )
    return added


def _retention(session: Session) -> int:
    known = {
        tuple(row) for row in session.execute(select(RetentionRule.category, RetentionRule.outcome))
    }
    rows = [
        row for row in read("retention")["rule"] if (row["category"], row["outcome"]) not in known
    ]
    session.add_all(RetentionRule(**row) for row in rows)
    return len(rows)


def _countries(session: Session, clocks: dict[str, Any]) -> int:
    known = set(session.scalars(select(CountrySetting.code)))
    hours = clocks["office_hours"]
    rows = [row for row in clocks["country"] if row["code"] not in known]
    for row in rows:
        session.add(
            CountrySetting(
                code=row["code"],
                timezone=row["timezone"],
                weekend=row["weekend"],
                opens=row.get("opens", hours["opens"]),
                closes=row.get("closes", hours["closes"]),
                currency=row["currency"],
                also_used=row.get("also_used", []),
                origin=row.get("origin", False),
                destination=row.get("destination", False),
            )
        )
    return len(rows)
