from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from casework.config import Working
from casework.db import db
from casework.migrations import NEWEST
from tests import factories
from tests.pages import CheckedClient

TOKEN = "token-of-whoever-watches-it"


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Whatever is said to the database."""
    said: list[str] = []
    with app.app_context():
        engine = db.engine

    def keep(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield said
    event.remove(engine, "before_cursor_execute", keep)


@pytest.fixture
def ready(app: Flask, session: Session) -> Iterator[None]:
    """A database of this version, and a worker that has just turned."""
    factories.worker_turn(session)
    session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": NEWEST})
    session.commit()
    yield
    session.rollback()
    session.execute(text("DROP TABLE alembic_version"))
    session.commit()


def test_it_is_alive_without_asking_anything(client: CheckedClient, asked: list[str]) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers
    assert asked == []


def test_it_is_ready(client: CheckedClient, ready: None) -> None:
    answer = client.get("/readyz")
    checks = {"database": "ok", "worker": "ok", "notices": "ok", "keys": "ok"}
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "checks": checks})
    assert "Set-Cookie" not in answer.headers


def test_without_a_worker_it_is_not_ready(
    app: Flask, client: CheckedClient, session: Session, ready: None
) -> None:
    session.execute(text("DELETE FROM worker_turn"))
    session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "not ok"
    assert answer.json["checks"]["worker"] == "not ok"
    assert answer.json["checks"]["database"] == "ok"


def test_a_database_of_another_version_is_not_ready(
    client: CheckedClient, session: Session, ready: None
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["database"] == "not ok"


def test_what_cannot_be_asked_does_not_hold(
    client: CheckedClient, session: Session, ready: None
) -> None:
    session.execute(text("ALTER TABLE worker_turn RENAME TO elsewhere"))
    session.commit()
    try:
        answer = client.get("/readyz")
    finally:
        session.execute(text("ALTER TABLE elsewhere RENAME TO worker_turn"))
        session.commit()
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["worker"] == "not ok"
    assert answer.json["checks"]["keys"] == "ok"


@pytest.fixture
def watched(app: Flask) -> Iterator[None]:
    """An installation that shows its figures."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, working=Working(metrics_token=TOKEN))
    yield
    app.config["SETTINGS"] = before


def test_figures_are_for_whoever_knows_the_token(client: CheckedClient, watched: None) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert "casework_open_cases 0.0" in answer.text
    assert "casework_history_lines 0.0" in answer.text
    assert "process_resident_memory_bytes" in answer.text
    assert "Set-Cookie" not in answer.headers
    again = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert again.status_code == 200


@pytest.mark.parametrize(
    "given", ["", f"Bearer {TOKEN}x", "Bearer", "Bearer é", f"Basic {TOKEN}", TOKEN]
)
def test_nobody_else_learns_that_there_are_any(
    client: CheckedClient, watched: None, given: str
) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_without_a_token_there_are_no_figures(client: CheckedClient) -> None:
    for given in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404
