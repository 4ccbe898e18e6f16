"""Routing rules in the browser: tried before they are saved, read in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from casework.models import (
    RoutingRule,
    Staff,
)
from casework.services import directory
from tests import factories
from tests.factories import World
from tests.forms import edit, text
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302


def fresh(world: World, row: Any) -> Any:
    world.session.rollback()
    world.session.expire_all()
    return row


def test_a_rule_is_tried_before_it_is_saved(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file()
    world.file(decisions=())
    world.session.commit()
    new = {"title": "Wages: the embassy.", "categories": "wages", "targets-0": "embassy@post"}
    page = client.submit("/admin/rules/new/office", {**new, "deed": "try"})
    # Behind the rule for everything it decides nothing.
    assert "it would move 0 of 2 past cases" in page.text
    assert 'value="Wages: the embassy."' in page.text
    page = edit(client, "/admin/rules/labour", **{"targets-0": "embassy@post", "deed": "try"})
    assert "it would move 1 of 2 past cases; 0 to an office that is overdue." in page.text
    assert "1 would go to embassy" in text(page.text)
    assert edit(client, "/admin/rules/labour", **{"targets-0": "embassy@post"}).status_code == FOUND
    world.session.rollback()
    directory.forget(world.session)
    assert world.file().referrals[0].office_id == "embassy"


def test_a_rule_is_saved_as_it_stands(client: CheckedClient, world: World, lin: Staff) -> None:
    rule = world.session.scalars(select(RoutingRule).where(RoutingRule.code == "desk-kh")).one()
    before = {c.key: getattr(rule, c.key) for c in RoutingRule.__table__.columns}
    assert edit(client, "/admin/rules/desk-kh").status_code == FOUND
    fresh(world, rule)
    assert {c.key: getattr(rule, c.key) for c in RoutingRule.__table__.columns} == before


@pytest.mark.parametrize(
    ("data", "words_"),
    [
        ({"title": ""}, "Write one sentence that says what the rule does."),
        ({"targets-0": ""}, "Name at least one office"),
    ],
)
def test_a_wrong_rule_is_explained(
    client: CheckedClient, lin: Staff, data: dict[str, str], words_: str
) -> None:
    page = client.submit(
        "/admin/rules/new/office", {"title": "A rule", "targets-0": "embassy@post", **data}
    )
    assert page.status_code == WRONG
    assert words_ in page.text


def test_a_rule_moves_and_is_switched_after_its_trial_was_shown(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file()
    world.session.commit()
    page = client.get("/admin/rules/labour/off").text
    assert "it would move 1 of 1 past cases" in page
    assert client.submit("/admin/rules/labour/off").status_code == FOUND
    assert "Switch on" in client.get("/admin/rules").text
    assert "it would move 1 of 1 past cases" in client.get("/admin/rules/labour/on").text
    client.submit("/admin/rules/labour/on")
    client.submit("/admin/rules/labour/up")
    client.submit("/admin/rules/retaliation/down")
    codes = select(RoutingRule.code).where(RoutingRule.track == "office")
    world.session.rollback()
    assert world.session.scalars(codes.order_by(RoutingRule.position)).all() == [
        "labour",
        "retaliation",
        "embassy",
        "last",
    ]


def test_the_last_rule_stays(client: CheckedClient, world: World, lin: Staff) -> None:
    for turn in ("off", "up", "down"):
        page = client.get(f"/admin/rules/last/{turn}", follow_redirects=True)
        assert "The last rule takes what no other rule takes." in page.text
    wrong = edit(client, "/admin/rules/last", **{"targets-0": "embassy@post"})
    assert wrong.status_code == WRONG
    assert edit(client, "/admin/rules/last", title="All others.").status_code == FOUND
    first = client.get("/admin/rules/retaliation/up", follow_redirects=True)
    assert "It is the first rule already." in first.text


def test_rules_are_read_in_plain_words(client: CheckedClient, world: World, lin: Staff) -> None:
    factories.routing_rule(
        world.session,
        "full",
        "office",
        {"role": "labour_authority", "where": "destination"},
        position=1,
        origins=["MM", "KH"],
        destinations=["TH"],
        categories=["wages"],
        severities=["urgent"],
        documented="no",
        place="Ranong",
    )
    world.session.commit()
    page = text(client.get("/admin/rules").text)
    assert (
        "From Cambodia, Myanmar Working in Thailand About: Wages Severity: urgent "
        "Has papers: No Place with “Ranong” in it" in page
    )
    assert "labour office of the country of work" in page
    assert "Every case" in page


def test_the_map_marks_holes_and_names_what_was_asked_for(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file(categories={"other": []})
    for rule in world.session.scalars(select(RoutingRule).where(RoutingRule.code == "labour")):
        rule.active = False
    world.session.commit()
    page = client.get("/admin/coverage").text
    assert "Coverage: 12 holes in 14 fields" in page
    assert "1 of the holes was asked for" in page
    assert page.count('<td class="hole">hole</td>') == 12
    detail = text(client.get("/admin/coverage?origin=KH&destination=TH").text)
    assert "foreign" in detail
    assert client.get("/admin/coverage?origin=XX").status_code == 200
