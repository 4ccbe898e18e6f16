"""Rules of retention, the dry run and the switch, in the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Case, RetentionRule, Staff
from casework.services import outcome, retention
from casework.services.outcome import Outcome
from tests import factories
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient

PAGE: Final = "/admin/retention"
RULE: Final = {"months": "12", "fate": "destroy", "source": "Our own decision"}


@pytest.fixture
def old(world: World, clock: Clock) -> Case:
    """A case that was closed two years ago."""
    case = world.file()
    actor = world.actor(Role.COORDINATOR, "coordinator")
    how = Outcome("settled", "full", "Paid.")
    outcome.close(world.session, case, actor, world.now, outcome=how, reason="unreachable")
    factories.retention_rule(world.session, 24)
    factories.retention_rule(world.session, 36, category="documents", source="judgement")
    world.session.commit()
    clock.move(days=731)
    return case


def is_on(session: Session) -> bool:
    session.rollback()
    return retention.is_on(session)


def test_the_dry_run_is_shown_before_the_switch(
    client: CheckedClient, lin: Staff, old: Case, world: World, clock: Clock
) -> None:
    client.enter(world.session, lin)
    page = client.get(PAGE).text
    assert "Deleting is switched off." in page
    assert old.reference in page
    client.submit(f"{PAGE}/on", {"mark": "another"}, page=PAGE)
    assert not is_on(world.session)
    assert "Something has changed in the meantime" in client.get(PAGE).text
    clock.move(hours=7)
    client.enter(world.session, lin)
    mark = retention.plan(world.session, clock.now).mark
    client.submit(f"{PAGE}/on", {"mark": mark}, page=PAGE)
    assert is_on(world.session)
    assert "Deleting is switched on." in client.get(PAGE).text
    client.enter(world.session, lin)
    client.submit(f"{PAGE}/off", page=PAGE)
    assert not is_on(world.session)
    told = client.get("/admin/changes").text
    assert "switched the deleting of old cases on or off" in told


def test_rules_are_added_changed_and_removed(
    client: CheckedClient, lin: Staff, world: World
) -> None:
    del lin
    new = RULE | {"category": "wages", "outcome": "withdrawn"}
    assert client.submit(f"{PAGE}/new", new).location == PAGE
    row = world.session.scalars(select(RetentionRule)).one()
    assert (row.category, row.outcome, row.months, row.fate) == (
        "wages",
        "withdrawn",
        12,
        "destroy",
    )
    assert "There is a rule for this already" in client.submit(f"{PAGE}/new", new).text
    client.submit(f"{PAGE}/{row.id}", RULE | {"months": "၂၄"})
    world.session.rollback()
    world.session.refresh(row)
    assert row.months == 24
    wrong = client.submit(f"{PAGE}/{row.id}", RULE | {"months": "9999"})
    assert wrong.status_code == 422
    assert client.submit(f"{PAGE}/{row.id}/remove", page=f"{PAGE}/{row.id}").location == PAGE
    assert client.get(f"{PAGE}/{row.id}").status_code == 404


def test_a_rule_that_somebody_refuses_is_said_at_its_field(
    client: CheckedClient, lin: Staff, world: World
) -> None:
    del lin
    row = factories.retention_rule(world.session, 24)
    row.category = "weather"
    world.session.commit()
    assert client.submit(f"{PAGE}/{row.id}", RULE).status_code == 422


def test_wishes_and_holds_are_shown(
    client: CheckedClient, lin: Staff, old: Case, world: World, clock: Clock
) -> None:
    client.enter(world.session, lin)
    factories.legal_hold(world.session, old)
    gone = world.file()
    gone.delete_after = clock.now - timedelta(days=1)
    world.session.commit()
    page = client.get(PAGE).text
    assert "Held, and left alone:" in page
    assert "own wish:" in page
    assert gone.reference in page
    assert "No rule would change a case today." in page


def test_nobody_else_opens_it(client: CheckedClient, world: World) -> None:
    client.enter(world.session, factories.staff(world.session, Role.COORDINATOR, "coordinator"))
    for path in (PAGE, f"{PAGE}/new"):
        assert client.get(path).status_code == 404
