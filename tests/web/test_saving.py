"""When the database does not do what it is asked: what passes by itself, and what is our fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Blueprint, Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.web.access import public
from tests import conftest
from tests.pages import CheckedClient

trial = Blueprint("trial", __name__, url_prefix="/trial")


@trial.route("/missing", methods=["GET", "POST"])
@public
def missing() -> str:
    with transaction() as session:
        session.execute(text("DELETE FROM nowhere_at_all"))
    return ""


@trial.post("/refused")
@public
def refused() -> str:
    with transaction() as session, _closed(session):
        session.execute(text("DELETE FROM draft"))
    return ""


@contextmanager
def _closed(session: Session) -> Iterator[None]:
    """Let SQLite refuse to write, as it does where the file system is mounted read-only."""
    raw = session.connection().connection
    raw.cursor().execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        raw.cursor().execute("PRAGMA query_only=OFF")


sqlite_app, postgres_app = conftest.dressed(trial)


@pytest.fixture
def broken(app: Flask, client: CheckedClient) -> Iterator[CheckedClient]:
    """A browser that may see our faults as others see them, without a token of a form."""
    client.faults, app.testing = True, False
    app.config |= {"PROPAGATE_EXCEPTIONS": False, "WTF_CSRF_ENABLED": False}
    yield client
    app.testing = True
    app.config |= {"PROPAGATE_EXCEPTIONS": None, "WTF_CSRF_ENABLED": True}


def test_a_missing_table_is_a_fault_of_ours_and_not_called_unsaved(
    broken: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.post("/trial/missing")
    assert answer.status_code == 500
    assert "Something is broken on our side" in answer.text
    assert "Not saved" not in answer.text
    assert "Retry-After" not in answer.headers
    (message,) = caplog.messages
    assert message.startswith("An unexpected error at POST trial.missing: ")
    assert "nowhere_at_all" not in caplog.text


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_database_that_cannot_be_written_says_not_saved_and_when_to_come_back(
    broken: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.post("/trial/refused")
    assert answer.status_code == 503
    assert "Not saved" in answer.text
    assert answer.headers["Retry-After"] == "60"
    (message,) = caplog.messages
    assert message.startswith("The database failed at POST trial.refused: OperationalError in ")
