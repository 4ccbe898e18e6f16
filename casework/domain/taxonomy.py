"""What a complaint can be about: categories, their subcategories and questions.

A taxonomy is a frozen value handed to whoever needs it. Version 1 ships as a file; later
versions are rows; a case keeps the version it was filed under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from casework.domain.facts import Severity

OTHER = "other"
_ORDER = (Severity.NORMAL, Severity.HIGH, Severity.URGENT)


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    YES_NO = "yes_no"
    HAVE = "have"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"


class Money(StrEnum):
    """Which money page a category has: what is owed to the worker, or what was paid."""

    OWED = "owed"
    PAID = "paid"


@dataclass(frozen=True)
class Choice:
    """A code and the words shown for it (an English msgid)."""

    code: str
    label: str


@dataclass(frozen=True)
class Remedy(Choice):
    """Something a worker may want (`short`, in their words) or get (`label`)."""

    short: str = ""
    money: bool = False


@dataclass(frozen=True)
class Subcategory(Choice):
    """A kind of trouble within a category; a severity of its own outranks the category's."""

    severity: Severity | None = None


@dataclass(frozen=True)
class Question(Choice):
    """A question that a category asks. Answers are always sealed."""

    kind: QuestionKind = QuestionKind.TEXT
    hint: str = ""
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Category(Choice):
    """A kind of complaint."""

    short: str = ""
    icon: str = ""
    severity: Severity = Severity.NORMAL
    money: Money | None = None
    triage: bool = False
    subcategories: tuple[Subcategory, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """All categories, remedies, embassy results and sectors of one version."""

    version: int
    categories: tuple[Category, ...]
    remedies: tuple[Remedy, ...]
    embassy_results: tuple[Choice, ...]
    sectors: tuple[Choice, ...]

    def category(self, code: str) -> Category:
        """Return the category with this code; raise KeyError when there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> Mapping[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of all categories, in the order of the public list."""
        return tuple(category.code for category in self.categories)

    def severity(self, chosen: Mapping[str, frozenset[str]]) -> Severity:
        """Return the highest severity among the chosen categories and subcategories."""
        found = [Severity.NORMAL]
        for code, subcodes in chosen.items():
            category = self.category(code)
            found.append(category.severity)
            found += [
                sub.severity
                for sub in category.subcategories
                if sub.severity and sub.code in subcodes
            ]
        return max(found, key=_ORDER.index)

    def needs_triage(self, codes: tuple[str, ...]) -> bool:
        """Tell whether a person must look before any rule may send the case on."""
        return not codes or any(self.category(code).triage for code in codes)


def parse(document: Mapping[str, Any]) -> Taxonomy:
    """Build a taxonomy from the document of a file or a row; raise KeyError or ValueError."""
    return Taxonomy(
        version=int(document["version"]),
        categories=tuple(_category(row) for row in document["category"]),
        remedies=tuple(
            Remedy(row["code"], row["label"], row.get("short", row["label"]), bool(row["money"]))
            for row in document["remedy"]
        ),
        embassy_results=_choices(document["embassy_result"]),
        sectors=_choices(document["sector"]),
    )


def _choices(rows: list[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(row["code"], row["label"]) for row in rows)


def _category(row: Mapping[str, Any]) -> Category:
    return Category(
        code=row["code"],
        label=row["label"],
        short=row.get("short", ""),
        icon=row.get("icon", row["code"]),
        severity=Severity(row.get("severity", "normal")),
        money=Money(row["money"]) if "money" in row else None,
        triage=bool(row.get("triage", False)),
        subcategories=tuple(_subcategory(sub) for sub in row.get("subcategory", [])),
        questions=tuple(_question(question) for question in row.get("question", [])),
    )


def _subcategory(row: Mapping[str, Any]) -> Subcategory:
    severity = Severity(row["severity"]) if "severity" in row else None
    return Subcategory(row["code"], row["label"], severity)


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        row["code"],
        row["label"],
        QuestionKind(row.get("kind", "text")),
        row.get("hint", ""),
        _choices(row.get("option", [])),
    )
