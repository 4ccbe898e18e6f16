"""The routing table in an administrator's hands, and the trial of a change before it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.domain.facts import Role
from casework.domain.routing import RuleTrack
from casework.models import Event, Referral, RoutingRule
from casework.services import directory
from casework.services.settings import rules, trying
from casework.services.settings.refused import Refused
from casework.services.settings.rules import RuleData
from tests import factories
from tests.factories import World, agrees

DESK = {"role": "coordinator", "where": "network"}
EMBASSY = {"role": "embassy", "where": "post"}
AUTHORITY = {"role": "labour_authority", "where": "destination"}
PAY = RuleData(track="office", title="Wages: the embassy.", targets=[EMBASSY], categories=["wages"])


@pytest.fixture
def world(world: World) -> World:
    """The small world, with a last rule of each track."""
    factories.routing_rule(world.session, "last", "office", DESK, position=90_000)
    factories.routing_rule(world.session, "desk-last", "desk", DESK, position=90_010)
    return world


def codes(world: World, track: RuleTrack = RuleTrack.OFFICE) -> list[str]:
    return [rule.code for rule in rules.table(world.session, track)]


def by_code(world: World, code: str) -> RoutingRule:
    rule = rules.by_code(world.session, code)
    assert rule is not None
    return rule


def newest(world: World) -> Event:
    query = select(Event).where(Event.action == "settings:rule").order_by(Event.id.desc())
    event = world.session.scalars(query).first()
    assert event is not None
    return event


def test_a_new_rule_stands_before_the_last_one_and_decides_at_once(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    rule = rules.add(world.session, admin, world.now, PAY)
    assert codes(world) == ["retaliation", "embassy", "labour", "own-1", "last"]
    assert newest(world).data["after"]["categories"] == ["wages"]
    assert "title" not in newest(world).data["after"]
    rules.move(world.session, admin, world.now, rule, up=True)
    assert codes(world) == ["retaliation", "embassy", "own-1", "labour", "last"]
    assert world.file().referrals[0].office_id == "embassy"
    assert rules.add(world.session, admin, world.now, PAY).code == "own-2"


def test_the_first_rule_of_a_track_can_be_added_where_there_is_none(world: World) -> None:
    for rule in rules.table(world.session, RuleTrack.OFFICE):
        world.session.delete(rule)
    world.session.flush()
    rules.add(world.session, world.actor(Role.ADMINISTRATOR), world.now, PAY)
    assert codes(world) == ["own-1"]


def test_positions_keep_the_tracks_apart(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    desk = RuleData(track="desk", title="A desk", targets=[{"office": "other-cso"}])
    rules.add(world.session, admin, world.now, desk)
    assert codes(world, RuleTrack.DESK) == ["desk-kh", "own-1", "desk-last"]
    positions = world.session.scalars(
        select(RoutingRule.position).order_by(RoutingRule.position)
    ).all()
    assert positions == [10 * n for n in range(1, len(positions) + 1)]


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"title": ""}, "title", "empty"),
        ({"targets": []}, "targets", "empty"),
        ({"targets": [{"role": "embassy"}]}, "targets", "half"),
        ({"targets": [{"where": "post"}]}, "targets", "half"),
        ({"targets": [{"office": "nowhere"}]}, "targets", "unknown"),
        ({"track": "desk"}, "targets", "no_desk"),
        ({"track": "desk", "targets": [{"office": "embassy"}]}, "targets", "no_desk"),
    ],
)
def test_a_rule_that_finds_nobody_is_refused(
    world: World, values: dict[str, Any], field: str, why: str
) -> None:
    before = codes(world)
    with pytest.raises(Refused) as refused:
        rules.add(world.session, world.actor(Role.ADMINISTRATOR), world.now, replace(PAY, **values))
    assert (refused.value.field, refused.value.why) == (field, why)
    assert codes(world) == before


def test_a_change_is_remembered_with_what_it_was_before(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    data = replace(PAY, targets=[AUTHORITY], categories=("wages", "contract"))
    rules.change(world.session, admin, world.now, by_code(world, "labour"), data)
    told = newest(world).data
    assert told["rule"] == "labour"
    assert told["before"]["categories"] == []
    assert told["after"]["categories"] == ["wages", "contract"]
    assert by_code(world, "labour").title == PAY.title
    case = world.file(decisions=agrees("TH"))
    assert case.referrals[0].office_id == "authority"


def test_a_rule_does_not_change_its_track(world: World) -> None:
    data = RuleData(track="desk", title="x", targets=[DESK])
    with pytest.raises(Refused, match="track: fixed"):
        rules.change(
            world.session,
            world.actor(Role.ADMINISTRATOR),
            world.now,
            by_code(world, "labour"),
            data,
        )


def test_the_last_rule_stays_but_for_its_words(world: World) -> None:
    admin, last = world.actor(Role.ADMINISTRATOR), by_code(world, "last")
    said = RuleData(track="office", title="All others wait.", targets=[DESK])
    rules.change(world.session, admin, world.now, last, said)
    assert last.title == "All others wait."
    with pytest.raises(Refused, match="targets: last"):
        rules.change(world.session, admin, world.now, last, replace(said, targets=[EMBASSY]))
    with pytest.raises(Refused, match="active: last"):
        rules.switch(world.session, admin, world.now, last, active=False)
    for up in (True, False):
        with pytest.raises(Refused, match="position: last"):
            rules.move(world.session, admin, world.now, last, up=up)


def test_the_ends_of_the_table_hold_what_moves(world: World) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="position: first"):
        rules.move(world.session, admin, world.now, by_code(world, "retaliation"), up=True)
    with pytest.raises(Refused, match="position: last"):
        rules.move(world.session, admin, world.now, by_code(world, "labour"), up=False)
    rules.move(world.session, admin, world.now, by_code(world, "retaliation"), up=False)
    assert codes(world)[:2] == ["embassy", "retaliation"]
    assert newest(world).data["before"] != newest(world).data["after"]


def test_a_rule_that_is_off_decides_nothing_until_it_is_on_again(world: World) -> None:
    admin, labour = world.actor(Role.ADMINISTRATOR), by_code(world, "labour")
    rules.switch(world.session, admin, world.now, labour, active=False)
    assert newest(world).data["before"] == {"active": True}
    assert world.file().referrals == []
    after = rules.switched(world.session, labour, active=True)
    assert [rule.code for rule in after] == codes(world)
    rules.switch(world.session, admin, world.now, labour, active=True)
    assert world.file().referrals[0].office_id == "attache"


def test_how_often_a_rule_decided_is_counted_by_case(world: World) -> None:
    world.file()
    world.file()
    world.file(categories={"retaliation": []})
    assert rules.used(world.session, world.now) == {"labour": 2, "retaliation": 1, "desk-kh": 3}
    assert rules.used(world.session, world.after(days=91)) == {}


def tried(world: World, *rows: RoutingRule, track: RuleTrack = RuleTrack.OFFICE) -> trying.Trial:
    changed = [directory.rule(row) for row in rows]
    return trying.trial(world.session, world.now, track=track, rules=changed)


def test_a_trial_counts_what_would_move_and_writes_nothing(world: World) -> None:
    for _ in range(3):
        world.file()
    world.file(decisions=())
    world.file(categories={"embassy": ["no_answer"]})
    world.file(categories={"documents": []}, decisions=agrees("KH"))
    before = world.session.scalar(select(func.count()).select_from(Event))
    rows = list(rules.table(world.session, RuleTrack.OFFICE))
    found = tried(world, rules.as_row(PAY, "own"), *rows)
    assert (found.cases, found.moved, found.overdue) == (6, 3, 0)
    assert found.to == {"embassy": 3}
    assert world.session.scalar(select(func.count()).select_from(Event)) == before
    assert world.session.scalars(select(Referral.office_id).distinct()).all() == ["attache"]


def test_the_same_rules_move_nothing(world: World) -> None:
    world.file()
    found = tried(world, *rules.table(world.session, RuleTrack.OFFICE))
    assert (found.cases, found.moved, found.to) == (1, 0, {})


def test_a_trial_says_how_many_would_come_to_an_office_that_is_overdue(world: World) -> None:
    case, _other = world.file(), world.file()
    late = world.now
    factories.clock(world.session, case, "embassy", lapsed_at=late, stopped_at=late)
    rows = rules.table(world.session, RuleTrack.OFFICE)
    assert tried(world, rules.as_row(PAY, "own"), *rows).overdue == 2
    world.after(days=31)
    assert tried(world, rules.as_row(PAY, "own"), *rows).overdue == 0


def test_a_trial_knows_places_conflicts_and_desks(world: World) -> None:
    world.file(place="Mae Sot")
    world.file(place="Ranong")
    accused = world.file(place="Mae Sot")
    factories.case_party(world.session, accused, role="post", office_id="embassy")
    rows = rules.table(world.session, RuleTrack.OFFICE)
    found = tried(world, rules.as_row(replace(PAY, place="mae sot"), "own"), *rows)
    assert found.to == {"embassy": 1}
    desk = RuleData(track="desk", title="x", targets=[{"office": "other-cso"}])
    found = tried(world, rules.as_row(desk, "own"), track=RuleTrack.DESK)
    assert found.to == {"other-cso": 3}


def test_a_trial_looks_at_the_newest_cases_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST", 2)
    for _ in range(3):
        world.file()
    assert tried(world).cases == 2


def test_a_consent_taken_back_counts_in_a_trial(world: World) -> None:
    case = world.file()
    for consent in case.consents:
        consent.withdrawn_at = world.now
    world.session.flush()
    rows = rules.table(world.session, RuleTrack.OFFICE)
    assert tried(world, rules.as_row(PAY, "own"), *rows).moved == 0
