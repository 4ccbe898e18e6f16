"""Rows as the values that rules take, read once for each session."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.domain.escalation import ClockKind, LadderStep, Term, Unit
from casework.domain.facts import OfficeFacts, OfficeRole, Said, Severity
from casework.domain.routing import Rule, RuleTrack, Target, Where
from casework.models import CountrySetting, Office, RoutingRule, Setting
from casework.services import directory
from tests import factories
from tests.factories import World


def test_an_office_is_known_by_its_links(world: World) -> None:
    found = directory.offices(world.session)
    assert found["attache"] == OfficeFacts(
        "attache",
        OfficeRole.LABOUR_ATTACHE,
        "KH",
        "TH",
        parent="embassy",
        escalates_to="ministry",
    )
    assert directory.COORDINATOR in found


def test_what_was_read_is_kept_until_forgotten(world: World) -> None:
    before = directory.offices(world.session)
    world.session.get_one(Office, "attache").active = False
    assert directory.offices(world.session) is before
    directory.forget(world.session)
    assert not directory.offices(world.session)["attache"].active


@pytest.mark.parametrize(
    ("row", "target"),
    [
        (
            {"role": "embassy", "where": "post"},
            Target(OfficeRole.EMBASSY, Where.POST),
        ),
        ({"office": "cso"}, Target(office="cso")),
        ({"role": "", "where": None, "office": "cso"}, Target(office="cso")),
    ],
)
def test_a_target_is_a_role_at_a_place_or_an_office(row: dict[str, Any], target: Target) -> None:
    assert directory.target(row) == target


def test_rules_come_in_order_and_only_while_active(world: World) -> None:
    first = factories.routing_rule(
        world.session,
        "first",
        "office",
        {"office": "cso"},
        position=-5,
        categories=["wages"],
        origins=["KH"],
        destinations=["TH"],
        severities=["urgent"],
        documented="no",
        place="Bangkok",
    )
    factories.routing_rule(world.session, "off", "desk", {"office": "cso"}, active=False)
    found = directory.rules(world.session)
    assert found[0] == Rule(
        "first",
        RuleTrack.OFFICE,
        (Target(office="cso"),),
        frozenset({"wages"}),
        frozenset({"KH"}),
        frozenset({"TH"}),
        frozenset({Severity.URGENT}),
        Said.NO,
        "Bangkok",
    )
    assert [rule.code for rule in found[1:]] == ["retaliation", "embassy", "labour", "desk-kh"]
    assert directory.rule(first) == found[0]
    assert isinstance(first, RoutingRule)


def test_the_ladder_goes_from_low_to_high(world: World) -> None:
    found = directory.ladder(world.session)
    assert [step.level for step in found] == [1, 2, 3, 4, 5]
    assert found[3] == LadderStep(4, (Target(OfficeRole.OMBUDSMAN, Where.DESTINATION),))


def test_terms_are_general_or_particular(world: World) -> None:
    found = directory.terms(world.session)
    assert Term(ClockKind.SILENCE, 14, Unit.DAYS, None, "", "judgement") in found
    urgent = Term(ClockKind.ACKNOWLEDGE, 24, Unit.HOURS, Severity.URGENT, "", "judgement")
    assert urgent in found
    assert Term(ClockKind.RESOLVE, 10, Unit.DAYS, None, "KH", "Prakas 249") in found


def test_reminders_are_set_or_usual(world: World) -> None:
    world.session.get_one(Setting, directory.REMINDERS).value = [80]
    directory.forget(world.session)
    assert directory.reminder_percents(world.session) == [80]
    world.session.delete(world.session.get_one(Setting, directory.REMINDERS))
    world.session.flush()
    directory.forget(world.session)
    assert directory.reminder_percents(world.session) == [50, 75, 100]


def test_a_calendar_has_the_published_holidays_of_its_country(world: World) -> None:
    khmer = directory.calendar(world.session, "KH", 2026)
    assert khmer.timezone == ZoneInfo("Asia/Phnom_Penh")
    assert (khmer.opens, khmer.closes) == (time(9), time(17))
    assert khmer.weekend == {6, 7}
    # The Water Festival and Pchum Ben of this year, and New Year of the next but one.
    days = {date(2026, 11, 23), date(2026, 10, 12), date(2025, 11, 9), date(2028, 1, 1)}
    assert days <= khmer.holidays
    thai = directory.calendar(world.session, "TH", 2026)
    assert date(2026, 4, 13) in thai.holidays
    assert date(2026, 11, 23) not in thai.holidays


def test_an_administrator_adds_days_and_takes_days_out(world: World) -> None:
    factories.holiday(world.session, "KH", "2026-11-24", works=True)
    factories.holiday(world.session, "KH", "2026-12-01")
    factories.holiday(world.session, "TH", "2026-12-02")
    directory.forget(world.session)
    khmer = directory.calendar(world.session, "KH", 2026)
    assert khmer.is_working(date(2026, 11, 24))
    assert not khmer.is_working(date(2026, 12, 1))
    assert khmer.is_working(date(2026, 12, 2))


def test_a_country_without_a_row_works_as_the_coordination_desk_does(world: World) -> None:
    unknown = directory.calendar(world.session, "XX", 2026)
    assert unknown.timezone == ZoneInfo("Asia/Bangkok")
    assert unknown.holidays == frozenset()


def test_without_reference_data_no_calendar_is_invented(session: Session) -> None:
    with pytest.raises(LookupError):
        directory.calendar(session, "KH", 2026)


def test_countries_are_told_with_their_currency(world: World) -> None:
    found = directory.countries(world.session)
    assert set(found) == {"KH", "TH"}
    assert (found["KH"].currency, found["KH"].origin, found["TH"].destination) == (
        "KHR",
        True,
        True,
    )


def test_the_newest_taxonomy_counts_and_older_ones_stay(world: World) -> None:
    document = {
        "version": 2,
        "category": [{"code": "weather", "label": "Weather"}],
        "remedy": [],
        "embassy_result": [],
        "sector": [],
    }
    factories.taxonomy_version(world.session, number=2, document=document)
    assert directory.taxonomy(world.session).codes == ("weather",)
    assert "wages" in directory.taxonomy(world.session, 1).codes
    case = world.file(categories={"weather": []}, decisions=())
    assert case.taxonomy_version == 2


class TestEditions:
    """What is read is kept for all sessions of a process, as long as nobody changes anything."""

    def test_a_change_is_seen_by_the_next_session(self, shipped: Session, engine: Engine) -> None:
        shipped.commit()
        with Session(engine) as reader:
            assert directory.countries(reader)["KH"].currency == "KHR"
        with Session(engine) as editor:
            editor.get_one(CountrySetting, "KH").currency = "USD"
            editor.flush()
            directory.forget(editor)
            assert directory.countries(editor)["KH"].currency == "USD"
            with Session(engine) as reader:
                assert directory.countries(reader)["KH"].currency == "KHR"
            editor.commit()
        with Session(engine) as reader:
            assert directory.countries(reader)["KH"].currency == "USD"

    def test_what_is_undone_is_seen_by_nobody(self, shipped: Session, engine: Engine) -> None:
        shipped.commit()
        with Session(engine) as editor:
            editor.get_one(CountrySetting, "KH").currency = "USD"
            directory.forget(editor)
            assert directory.countries(editor)["KH"].currency == "USD"
            editor.rollback()
        with Session(engine) as reader:
            assert directory.countries(reader)["KH"].currency == "KHR"

    def test_it_is_read_once(self, shipped: Session, engine: Engine) -> None:
        shipped.commit()
        with Session(engine) as first, Session(engine) as second:
            assert directory.offices(first) is directory.offices(second)
