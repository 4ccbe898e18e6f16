"""The small world that tests of services act in, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from casework.services import reference
from tests import factories
from tests.factories import World


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """A small directory in the test's own session, on a Monday afternoon in Bangkok."""
    factories.small_directory(session)
    return World(session, now)


@pytest.fixture
def shipped(session: Session, now: datetime) -> Session:
    """The test's own session on the whole shipped reference data."""
    reference.load(session, now)
    return session
