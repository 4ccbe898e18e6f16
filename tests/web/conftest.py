"""People at a desk and in an office, for tests of the pages that they work on."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Staff
from tests import conftest, factories
from tests.factories import World


@pytest.fixture
def world(session: Session, clock: conftest.Clock) -> World:
    factories.small_directory(session)
    return World(session, clock.now)


@pytest.fixture
def malee(world: World) -> Staff:
    return factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def vuthy(world: World) -> Staff:
    return factories.staff(world.session, Role.OFFICER, "attache", name="Vuthy")


@pytest.fixture
def dara(world: World) -> Staff:
    return factories.staff(world.session, Role.SUPERVISOR, "cso", name="Dara")
