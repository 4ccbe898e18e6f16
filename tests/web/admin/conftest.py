"""An administrator who has signed in, and a table of rules with its last ones."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Staff
from tests import conftest, factories
from tests.factories import World
from tests.pages import CheckedClient

DESK = {"role": "coordinator", "where": "network"}


@pytest.fixture
def world(session: Session, clock: conftest.Clock) -> World:
    factories.small_directory(session)
    factories.routing_rule(session, "last", "office", DESK, position=90_000)
    factories.routing_rule(session, "desk-last", "desk", DESK, position=90_010)
    return World(session, clock.now)


@pytest.fixture
def lin(world: World, client: CheckedClient) -> Staff:
    """The administrator, who has signed in."""
    staff = factories.staff(world.session, Role.ADMINISTRATOR, name="Lin Htet")
    client.enter(world.session, staff)
    return staff
