"""The coverage map: what the rules say of every corridor and category, holes included."""

from __future__ import annotations

from itertools import product

from casework.domain import routing
from casework.domain.facts import OfficeRole
from casework.domain.routing import RuleTrack
from casework.models import RoutingRule
from casework.services import coverage, directory
from casework.services.coverage import Cell
from tests import factories
from tests.factories import World


def cells(world: World, *, assume_consent: bool = True) -> dict[str, Cell]:
    found = coverage.coverage(world.session, ["KH"], ["TH"], assume_consent=assume_consent)
    return {cell.category: cell for cell in found}


def test_every_cell_says_what_the_rules_say(world: World) -> None:
    offices, rules = directory.offices(world.session), directory.rules(world.session)
    consents = coverage.consent_for_every_state(world.session)
    taxonomy = directory.taxonomy(world.session)
    found = coverage.coverage(world.session, ["KH", "TH"], ["TH", "KH"])
    assert [(c.origin, c.destination, c.category) for c in found] == list(
        product(["KH", "TH"], ["TH", "KH"], taxonomy.codes)
    )
    for cell in found:
        category = taxonomy.category(cell.category)
        case = coverage.supposed(cell.origin, cell.destination, category, offices, consents)
        said = routing.route(case, rules, offices, RuleTrack.OFFICE, directory.COORDINATOR)
        assert (cell.office, cell.rule) == (said.office_id, said.rule)
        assert cell.role is offices[cell.office].role


def test_a_rule_that_names_the_coordinator_is_no_hole(world: World) -> None:
    found = cells(world)
    assert found["wages"].office == "attache"
    assert found["retaliation"].role is OfficeRole.COORDINATOR
    assert not found["retaliation"].hole


def test_a_complaint_about_an_embassy_goes_round_every_post(world: World) -> None:
    assert cells(world)["embassy"].office == "foreign"


def test_where_only_the_last_rule_answers_there_is_a_hole(world: World) -> None:
    last = {"role": "coordinator", "where": "network"}
    factories.routing_rule(world.session, "last", "office", last)
    there = coverage.coverage(world.session, ["VN"], ["JP"])
    assert {cell.category for cell in there if not cell.hole} == {"retaliation"}
    assert {cell.rule for cell in there if cell.hole} == {"last"}


def test_without_any_rule_all_is_a_hole(world: World) -> None:
    for rule in world.session.query(RoutingRule):
        rule.active = False
    world.session.flush()
    directory.forget(world.session)
    assert {(c.hole, c.rule) for c in cells(world).values()} == {(True, routing.LAST_RESORT)}


def test_without_consent_no_office_of_a_state_is_named(world: World) -> None:
    assert {cell.role for cell in cells(world, assume_consent=False).values()} == {
        OfficeRole.COORDINATOR
    }


def test_the_corridors_are_those_that_the_forms_offer(world: World) -> None:
    assert coverage.ends(world.session) == (["KH"], ["TH"])


def test_what_came_up_lately_is_known_by_corridor_and_category(world: World) -> None:
    world.file()
    assert coverage.asked(world.session, world.now) == {("KH", "TH", "wages")}
    assert coverage.asked(world.session, world.after(days=91)) == frozenset()
