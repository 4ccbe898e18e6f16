"""The taxonomy: one entry is a category, wherever a category counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from casework.domain import taxonomy
from casework.domain.facts import Severity
from casework.domain.taxonomy import Choice, Money, Question, QuestionKind, Remedy, Subcategory
from tests.domain import shipped

OF_THE_FIELD = {
    "recruitment",
    "wages",
    "contract",
    "documents",
    "embassy",
    "social_security",
    "injury",
    "abuse",
    "detention",
    "missing",
    "repatriation",
    "reintegration",
    "retaliation",
}
URGENT_AT_ONCE = ("abuse", "detention", "missing", "retaliation")
MADE_UP: dict[str, Any] = {
    "version": 7,
    "category": [
        {
            "code": "weather",
            "label": "Weather",
            "short": "Too wet",
            "icon": "cloud",
            "severity": "high",
            "money": "paid",
            "subcategory": [
                {"code": "rain", "label": "Rain"},
                {"code": "flood", "label": "Flood", "severity": "urgent"},
            ],
            "question": [
                {
                    "code": "since",
                    "label": "Since when?",
                    "kind": "date",
                    "hint": "A guess is fine",
                },
                {
                    "code": "depth",
                    "label": "How deep?",
                    "kind": "choice",
                    "option": [{"code": "knee", "label": "To the knee"}],
                },
                {"code": "words", "label": "What else?"},
            ],
        },
        {"code": "unclear", "label": "Something else", "triage": True},
    ],
    "remedy": [
        {"code": "boat", "label": "A boat", "short": "I want a boat", "money": False},
        {"code": "money", "label": "Money", "money": True},
    ],
    "embassy_result": [{"code": "helped", "label": "They helped"}],
    "sector": [{"code": "fishing", "label": "Fishing"}],
}
WEATHER = taxonomy.parse(MADE_UP)


def test_a_document_becomes_a_value() -> None:
    category = WEATHER.category("weather")
    assert WEATHER.version == 7
    assert WEATHER.codes == ("weather", "unclear")
    assert (category.short, category.icon, category.money) == ("Too wet", "cloud", Money.PAID)
    assert category.severity is Severity.HIGH
    assert category.subcategories == (
        Subcategory("rain", "Rain"),
        Subcategory("flood", "Flood", Severity.URGENT),
    )
    assert category.questions == (
        Question("since", "Since when?", QuestionKind.DATE, "A guess is fine"),
        Question(
            "depth", "How deep?", QuestionKind.CHOICE, options=(Choice("knee", "To the knee"),)
        ),
        Question("words", "What else?"),
    )
    assert WEATHER.remedies == (
        Remedy("boat", "A boat", "I want a boat"),
        Remedy("money", "Money", "Money", money=True),
    )
    assert WEATHER.embassy_results == (Choice("helped", "They helped"),)
    assert WEATHER.sectors == (Choice("fishing", "Fishing"),)


def test_what_a_category_does_not_say_is_plain() -> None:
    category = WEATHER.category("unclear")
    assert (category.short, category.icon, category.money) == ("", "unclear", None)
    assert category.severity is Severity.NORMAL


@pytest.mark.parametrize(
    ("chosen", "severity"),
    [
        ({}, Severity.NORMAL),
        ({"unclear": frozenset()}, Severity.NORMAL),
        ({"weather": frozenset()}, Severity.HIGH),
        ({"weather": frozenset({"rain"})}, Severity.HIGH),
        ({"unclear": frozenset(), "weather": frozenset({"rain", "flood"})}, Severity.URGENT),
        ({"unclear": frozenset({"flood"})}, Severity.NORMAL),
    ],
)
def test_the_gravest_of_what_was_chosen_counts(
    chosen: dict[str, frozenset[str]], severity: Severity
) -> None:
    assert WEATHER.severity(chosen) is severity


@pytest.mark.parametrize(
    ("codes", "needs"),
    [((), True), (("weather",), False), (("unclear",), True), (("weather", "unclear"), True)],
)
def test_what_no_rule_can_judge_a_person_reads_first(
    codes: tuple[str, ...], *, needs: bool
) -> None:
    assert WEATHER.needs_triage(codes) is needs


def test_an_unknown_category_is_told() -> None:
    with pytest.raises(KeyError):
        WEATHER.category("nonsense")


@pytest.mark.parametrize(
    "damage",
    [
        {"version": "seven"},
        {"category": [{"code": "no-label"}]},
        {"category": [{"code": "x", "label": "X", "severity": "terrible"}]},
        {"category": [{"code": "x", "label": "X", "money": "lent"}]},
        {"sector": [{"label": "no code"}]},
    ],
)
def test_a_damaged_document_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        taxonomy.parse(MADE_UP | damage)


def test_the_shipped_taxonomy_is_that_of_the_field() -> None:
    assert set(shipped.the_taxonomy().codes) - {taxonomy.OTHER} == OF_THE_FIELD
    assert shipped.the_taxonomy().version == 1


@pytest.mark.parametrize("code", URGENT_AT_ONCE)
def test_what_endangers_a_person_is_urgent(code: str) -> None:
    assert shipped.the_taxonomy().severity({code: frozenset()}) is Severity.URGENT


def test_shipped_codes_are_unique_where_they_stand() -> None:
    value = shipped.the_taxonomy()
    groups = [value.codes, _codes(value.remedies), _codes(value.embassy_results)]
    groups += [_codes(value.sectors), *(_codes(c.subcategories) for c in value.categories)]
    groups += [_codes(c.questions) for c in value.categories]
    groups += [_codes(q.options) for c in value.categories for q in c.questions]
    for group in groups:
        assert not any(a == b for a, b in pairwise(sorted(group)))


def test_every_shipped_choice_offers_something_to_choose() -> None:
    for category in shipped.the_taxonomy().categories:
        for question in category.questions:
            assert (question.kind is QuestionKind.CHOICE) is bool(question.options)


def _codes(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    return tuple(choice.code for choice in choices)
