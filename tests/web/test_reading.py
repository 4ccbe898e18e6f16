"""Lists read from a real replica: never older than the request, or not read there at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from casework.db import db
from casework.models import Case, Staff
from casework.services import facts
from casework.web import reading
from tests import conftest, factories, replica
from tests.desk import CASES, references
from tests.factories import World
from tests.pages import CheckedClient

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database", ["postgres"]),
]
WITHIN = 30
# Pages, and whether they are read from the replica.
LISTS = {
    CASES: True,
    "/staff/search?q=Mahachai": True,
    "/staff/registry?q=oc": True,
    "/staff/escalations": True,
    "/staff/workload": True,
    "/staff/account/sessions": False,
    f"{CASES}/{{}}": False,
}


@pytest.fixture(scope="module")
def follower(postgres_app: Flask) -> Iterator[str]:
    """The address of a replica of the server of this run."""
    with replica.following(postgres_app) as url:
        yield url


@pytest.fixture(scope="module")
def reader(postgres_app: Flask, follower: str) -> Iterator[Flask]:
    """The application, with the replica beside its database."""
    settings = replace(
        postgres_app.config["SETTINGS"],
        replica_url=follower.replace("postgresql:", "postgresql+psycopg:"),
    )
    with conftest.another(settings) as app:
        app.testing = True
        yield app


@dataclass
class Screen:
    """A browser at an application with a replica, and what the replica is asked."""

    client: CheckedClient
    asked: list[str]
    database: Engine
    replica: Engine

    def wait(self) -> None:
        """Wait until the replica has come as far as the database."""
        with self.database.connect() as one, self.replica.connect() as other:
            wanted = one.scalar(text("SELECT pg_current_wal_flush_lsn()::text"))
            end = time.monotonic() + WITHIN
            there = text("SELECT pg_last_wal_replay_lsn() >= CAST(:wanted AS pg_lsn)")
            while not other.scalar(there, {"wanted": wanted}):
                assert time.monotonic() < end
                time.sleep(0.01)


@pytest.fixture
def screen(reader: Flask, app: Flask) -> Iterator[Screen]:
    """A browser that goes by the clock of the test; the replica has nothing to rest from."""
    reader.config["CLOCK"] = app.config["CLOCK"]
    reader.extensions[reading._RESTS]["until"] = 0.0
    client = reader.test_client()
    assert isinstance(client, CheckedClient)
    with reader.app_context():
        own, standby = db.engine, reading.replica(reader)
    assert standby is not None
    found = Screen(client, [], own, standby)

    def look(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        # Whether it is fresh is asked of it each time.
        if "pg_last_wal_replay_lsn" not in statement:
            found.asked.append(statement)

    event.listen(found.replica, "before_cursor_execute", look)
    yield found
    event.remove(found.replica, "before_cursor_execute", look)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a replica that comes a little later, as on a busy machine."""
    monkeypatch.setattr(reading, "_PATIENCE", 10.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("path", "there"), LISTS.items())
def test_lists_are_read_there_and_nothing_else(
    screen: Screen, world: World, dara: Staff, path: str, there: object
) -> None:
    case = world.file(facts.staff_actor(dara), place="Mahachai")
    screen.client.enter(world.session, dara)
    screen.wait()
    assert screen.client.get(path.format(case.reference)).status_code == 200
    assert bool(screen.asked) is there
    # Who somebody is and what they may do is never asked there.
    assert not any(" login" in each or "FROM passkey" in each for each in screen.asked)


def test_whoever_wrote_reads_it_at_once(screen: Screen, world: World, malee: Staff) -> None:
    screen.client.enter(world.session, malee)
    for number in range(1, 16):
        case = world.file(facts.staff_actor(malee))
        world.session.commit()
        shown = references(screen.client.get(CASES).text)
        assert (len(shown), case.reference in shown) == (number, True)


def test_what_was_taken_away_is_away_though_the_replica_still_has_it(
    screen: Screen, world: World, malee: Staff
) -> None:
    case = world.file(facts.staff_actor(malee))
    screen.client.enter(world.session, malee)
    screen.wait()
    assert references(screen.client.get(CASES).text) == [case.reference]
    assert screen.asked
    with screen.replica.connect() as connection:
        connection.exec_driver_sql("SELECT pg_wal_replay_pause()")
        try:
            factories.case_party(world.session, case, role="person", staff_id=malee.id)
            world.settle(case)
            world.session.commit()
            with Session(screen.replica) as stale:
                assert stale.scalar(select(Case.reference)) == case.reference
            screen.asked.clear()
            assert references(screen.client.get(CASES).text) == []
            assert screen.asked == []
            # It is not asked again for a while: nobody waits for it twice.
            rests = screen.client.application.extensions[reading._RESTS]
            assert rests["until"] > time.monotonic()
            assert references(screen.client.get(CASES).text) == []
        finally:
            connection.exec_driver_sql("SELECT pg_wal_replay_resume()")


def test_a_server_that_follows_nobody_is_no_replica(app: Flask, world: World, malee: Staff) -> None:
    case = world.file(facts.staff_actor(malee))
    settings = app.config["SETTINGS"]
    assert_read_without(replace(settings, replica_url=settings.database_url), app, case, malee)


def test_one_that_does_not_answer_is_done_without(
    app: Flask, world: World, malee: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    case = world.file(facts.staff_actor(malee))
    url = "postgresql+psycopg://casework:hunter2@127.0.0.1:1/none"
    assert_read_without(replace(app.config["SETTINGS"], replica_url=url), app, case, malee)
    assert caplog.messages == ["The replica does not answer: OperationalError."]


def test_where_commits_are_not_waited_for_nobody_knows_what_is_fresh(
    screen: Screen, world: World, malee: Staff
) -> None:
    case = world.file(facts.staff_actor(malee))
    screen.client.enter(world.session, malee)

    def off(connection: Any, _record: Any) -> None:
        connection.execute("SET synchronous_commit = off")

    screen.database.dispose()
    event.listen(screen.database, "connect", off)
    assert references(screen.client.get(CASES).text) == [case.reference]
    assert screen.asked == []
    event.remove(screen.database, "connect", off)
    screen.database.dispose()


def assert_read_without(settings: Any, app: Flask, case: Case, malee: Staff) -> None:
    with conftest.another(settings) as other:
        other.testing = True
        other.config["CLOCK"] = app.config["CLOCK"]
        browser = other.test_client()
        assert isinstance(browser, CheckedClient)
        session = Session.object_session(malee)
        assert session is not None
        browser.enter(session, malee)
        for _ in range(2):
            assert references(browser.get(CASES).text) == [case.reference]
