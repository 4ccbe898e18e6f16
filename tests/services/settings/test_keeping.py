"""Rules of retention in an administrator's hands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import Event
from casework.services import retention
from casework.services.settings import keeping
from casework.services.settings.keeping import RuleData
from casework.services.settings.refused import Refused
from tests import factories
from tests.factories import World

WAGES = RuleData(72, "anonymise", "Limitation Act 1953", category="wages")


def test_a_change_is_written_down_and_switches_retention_off(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    row = keeping.add(world.session, admin, world.now, WAGES)
    for act in ("change", "remove"):
        mark = retention.plan(world.session, world.now).mark
        retention.switch_on(world.session, admin, world.now, mark)
        if act == "change":
            changed = replace(WAGES, months=60, fate="destroy", source="ours")
            keeping.change(world.session, admin, world.now, row, changed)
            assert (row.months, row.fate, row.source) == (60, "destroy", "ours")
        else:
            keeping.remove(world.session, admin, world.now, row)
        assert not retention.is_on(world.session)
    assert keeping.table(world.session) == []
    query = select(Event).where(Event.action == "settings:retention-rule").order_by(Event.id)
    told = [(e.data["before"], e.data["after"]) for e in world.session.scalars(query)]
    first = {"months": 72, "fate": "anonymise"}
    then = {"months": 60, "fate": "destroy"}
    assert told == [(None, first), (first, then), (then, None)]


def test_rules_are_listed_the_general_one_first(world: World) -> None:
    factories.retention_rule(world.session, 60, category="wages", outcome="settled")
    factories.retention_rule(world.session, 60, category="wages")
    factories.retention_rule(world.session, 24, outcome="withdrawn")
    factories.retention_rule(world.session, 60)
    found = [(row.category, row.outcome) for row in keeping.table(world.session)]
    assert found == [("*", "*"), ("*", "withdrawn"), ("wages", "*"), ("wages", "settled")]


@pytest.mark.parametrize(
    ("data", "field", "why"),
    [
        (replace(WAGES, category="weather"), "category", "unknown"),
        (replace(WAGES, outcome="fine"), "outcome", "unknown"),
        (replace(WAGES, months=0), "months", "range"),
        (replace(WAGES, months=601), "months", "range"),
        (replace(WAGES, fate="sell"), "fate", "unknown"),
        (replace(WAGES, source=""), "source", "empty"),
        (replace(WAGES, category="documents"), "category", "rule_there"),
    ],
)
def test_what_cannot_be_is_refused(world: World, data: RuleData, field: str, why: str) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    factories.retention_rule(world.session, 60, category="documents")
    with pytest.raises(Refused) as refused:
        keeping.add(world.session, admin, world.now, data)
    assert (refused.value.field, refused.value.why) == (field, why)
