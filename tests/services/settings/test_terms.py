"""Ladder, time limits and reminders in an administrator's hands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import Event, LadderStepRow, TermRow
from casework.services import directory
from casework.services.settings import ladder, terms
from casework.services.settings.refused import Refused
from casework.services.settings.terms import TermData
from tests.factories import World

MINE = TermData("resolve", 60, "days", "Labour Protection Act", country="TH")


def events(world: World, action: str) -> list[Event]:
    query = select(Event).where(Event.action == action).order_by(Event.id)
    return list(world.session.scalars(query))


def term(world: World, kind: str, country: str = "") -> TermRow:
    query = select(TermRow).where(TermRow.kind == kind, TermRow.country == country)
    return world.session.scalars(query.where(TermRow.severity == "")).one()


def test_a_limit_for_a_country_counts_for_the_next_clock(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    old = world.file()
    due = world.running(old)["attache", "resolve"].due_at
    terms.add(world.session, admin, world.now, MINE)
    terms.change(
        world.session, admin, world.now, term(world, "resolve", "KH"), replace(MINE, amount=20)
    )
    assert world.running(old)["attache", "resolve"].due_at == due
    assert world.running(world.file())["attache", "resolve"].due_at > due
    added, changed = events(world, "settings:term")
    assert (added.data["country"], added.data["before"]) == ("TH", None)
    assert added.data["after"] == {"amount": 60, "unit": "days"}
    assert changed.data["before"] == {"amount": 10, "unit": "days"}
    assert term(world, "resolve", "KH").source == MINE.source


def test_limits_are_listed_by_kind_the_general_one_first(world: World) -> None:
    found = [(t.kind, t.severity, t.country) for t in terms.table(world.session)]
    assert found == [
        ("acknowledge", "", ""),
        ("acknowledge", "urgent", ""),
        ("first_answer", "", ""),
        ("resolve", "", ""),
        ("resolve", "", "KH"),
        ("silence", "", ""),
    ]


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"kind": "sleep"}, "kind", "unknown"),
        ({"unit": "moons"}, "unit", "unknown"),
        ({"amount": 0}, "amount", "range"),
        ({"amount": 367}, "amount", "range"),
        ({"amount": 261, "unit": "working_days"}, "amount", "range"),
        ({"amount": 337, "unit": "hours"}, "amount", "range"),
        ({"source": ""}, "source", "empty"),
        ({"severity": "mild"}, "severity", "unknown"),
        ({"country": "XX"}, "country", "unknown"),
        ({"country": "KH"}, "kind", "there"),
    ],
)
def test_a_limit_that_would_not_do_is_refused(
    world: World, values: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(Refused) as refused:
        terms.add(
            world.session, world.actor(Role.ADMINISTRATOR), world.now, replace(MINE, **values)
        )
    assert (refused.value.field, refused.value.why) == (field, why)


def test_a_particular_limit_can_go_and_the_general_one_stays(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    terms.remove(world.session, admin, world.now, term(world, "resolve", "KH"))
    assert events(world, "settings:term")[0].data["after"] is None
    assert [t.amount for t in directory.terms(world.session) if t.kind == "resolve"] == [30]
    with pytest.raises(Refused, match="kind: general"):
        terms.remove(world.session, admin, world.now, term(world, "resolve"))


def test_reminders_are_kept_in_order_with_the_end_among_them(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    terms.set_reminders(world.session, admin, world.now, [80, 25, 80])
    assert directory.reminder_percents(world.session) == [25, 80, 100]
    assert len(world.running(world.file())["attache", "resolve"].thresholds) == 3
    (event,) = events(world, "settings:reminders")
    assert event.data == {"before": [50, 75, 100], "after": [25, 80, 100]}


@pytest.mark.parametrize(
    ("percents", "why"), [([0], "range"), ([101], "range"), ([10, 20, 30, 40, 50], "many")]
)
def test_reminders_that_would_not_do_are_refused(
    world: World, percents: list[int], why: str
) -> None:
    with pytest.raises(Refused, match=f"percents: {why}"):
        terms.set_reminders(world.session, world.actor(Role.ADMINISTRATOR), world.now, percents)


def step(world: World, level: int) -> LadderStepRow:
    return world.session.scalars(select(LadderStepRow).where(LadderStepRow.level == level)).one()


def test_the_ladder_asks_others_from_the_next_climb_on(world: World) -> None:
    ladder.change(
        world.session,
        world.actor(Role.ADMINISTRATOR),
        world.now,
        step(world, 2),
        title="The ministry first",
        roles=["labour_ministry", "embassy", "labour_ministry"],
        where=["origin", "post"],
    )
    assert ladder.parts(step(world, 2)) == (["labour_ministry", "embassy"], ["origin", "post"])
    first = directory.ladder(world.session)[1].targets[0]
    assert (first.role, first.where) == ("labour_ministry", "origin")
    (event,) = events(world, "settings:ladder")
    assert event.data["level"] == 2
    assert event.data["before"]["roles"] == ["embassy", "labour_ministry"]
    assert [each.level for each in ladder.steps(world.session)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("level", "values", "field", "why"),
    [
        (5, {}, "title", "fixed"),
        (1, {"title": ""}, "title", "empty"),
        (1, {"roles": []}, "roles", "empty"),
        (1, {"roles": ["cso"]}, "roles", "desk"),
        (1, {"roles": ["palace"]}, "roles", "desk"),
        (1, {"where": []}, "where", "empty"),
        (1, {"where": ["network"]}, "where", "empty"),
    ],
)
def test_a_level_that_would_ask_nobody_is_refused(
    world: World, level: int, values: dict[str, Any], field: str, why: str
) -> None:
    given = {"title": "x", "roles": ["embassy"], "where": ["post"]} | values
    with pytest.raises(Refused) as refused:
        ladder.change(
            world.session, world.actor(Role.ADMINISTRATOR), world.now, step(world, level), **given
        )
    assert (refused.value.field, refused.value.why) == (field, why)
