"""The shipped reference data: whole, consistent, and never over what somebody has changed."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.facts import OfficeRole
from casework.models import (
    CountrySetting,
    LadderStepRow,
    Office,
    RoutingRule,
    Setting,
    TaxonomyVersion,
    TermRow,
)
from casework.services import directory, reference
from tests.domain import shipped

TABLES = (Office, RoutingRule, LadderStepRow, TermRow, CountrySetting, TaxonomyVersion)


def counts(session: Session) -> dict[str, int]:
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in TABLES
    }


def test_everything_shipped_is_loaded_as_rules_read_it(session: Session, now: datetime) -> None:
    added = reference.load(session, now)
    assert directory.offices(session) == shipped.offices()
    assert tuple(directory.rules(session)) == shipped.rules()
    assert tuple(directory.ladder(session)) == shipped.ladder()
    assert set(directory.terms(session)) == set(shipped.terms())
    assert directory.taxonomy(session) == shipped.the_taxonomy()
    assert directory.reminder_percents(session) == [50, 75, 100]
    assert directory.calendar(session, "KH", 2026).holidays >= shipped.calendar("KH", 2026).holidays
    assert added == {
        "taxonomy": 1,
        "offices": len(shipped.offices()),
        "rules": len(shipped.rules()),
        "ladder": 6,
        "terms": len(shipped.terms()),
        "countries": session.scalar(select(func.count()).select_from(CountrySetting)),
        "retention": len(reference.read("retention")["rule"]),
    }
    assert session.get_one(Office, directory.COORDINATOR).role == OfficeRole.COORDINATOR


def test_loading_again_adds_nothing_and_changes_nothing(session: Session, now: datetime) -> None:
    reference.load(session, now)
    before = counts(session)
    session.get_one(Office, "kh-la-th").name = "Changed in the browser"
    session.get_one(Setting, directory.REMINDERS).value = [80]
    step = session.scalars(select(LadderStepRow).where(LadderStepRow.level == 1)).one()
    step.targets = []
    again = reference.load(session, now)
    assert set(again.values()) == {0}
    assert counts(session) == before
    assert session.get_one(Office, "kh-la-th").name == "Changed in the browser"
    assert session.get_one(Setting, directory.REMINDERS).value == [80]
    assert step.targets == []


def test_what_is_missing_is_added_with_its_links(session: Session, now: datetime) -> None:
    reference.load(session, now)
    rule = session.scalars(select(RoutingRule).where(RoutingRule.code == "labour")).one()
    term = session.scalars(select(TermRow).where(TermRow.kind == "silence")).one()
    attache = session.get_one(Office, "kh-la-th")
    links = (attache.parent_id, attache.escalates_to_id)
    for row in (rule, term, attache):
        session.delete(row)
    session.flush()
    added = reference.load(session, now)
    assert (added["rules"], added["terms"], added["offices"]) == (1, 1, 1)
    back = session.get_one(Office, "kh-la-th")
    assert (back.parent_id, back.escalates_to_id) == links
    assert any(links)


@pytest.mark.parametrize("row", shipped.document("offices")["office"], ids=lambda row: row["id"])
def test_every_office_has_a_source_or_says_that_it_has_none(row: dict[str, object]) -> None:
    assert bool(row.get("source_url")) or not row["verified"]
    for link in ("parent", "escalates_to"):
        assert row.get(link) is None or row[link] in shipped.offices()
    if "statutory_days" in row:
        assert row["statutory_kind"]
        assert row["deadline_source"]
