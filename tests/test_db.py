"""The database: durable, honest about transactions, exact about time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from casework.db import (
    BUSY_TIMEOUT_MS,
    _sqlite_begin,
    db,
    new_id,
    passes,
    transaction,
    tune,
    writing,
)
from casework.domain.facts import Role
from casework.models import CaseNumber, Event, Setting, Staff
from tests import factories
from tests.threads import together

BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


def test_every_connection_to_sqlite_is_durable(engine: Engine) -> None:
    for _ in range(2):
        with engine.connect() as one, engine.connect() as other:
            for connection in (one, other):
                pragmas = {
                    name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "foreign_keys",
                        "busy_timeout",
                        "secure_delete",
                    )
                }
                assert pragmas == {
                    "journal_mode": "wal",
                    "synchronous": 2,
                    "foreign_keys": 1,
                    "busy_timeout": BUSY_TIMEOUT_MS,
                    "secure_delete": 1,
                }


def test_another_database_is_left_as_it_is() -> None:
    engine = create_engine("postgresql+psycopg://nobody@localhost/none")
    tune(engine)
    assert not event.contains(engine, "begin", _sqlite_begin)


@BOTH
def test_a_transaction_is_kept_whole_or_not_at_all(app: Flask, session: Session) -> None:
    with app.app_context():
        with transaction() as own:
            own.add(Setting(name="kept", value=1))
        with pytest.raises(RuntimeError, match="half-way"):
            _half_way()
    assert session.scalars(select(Setting.name)).all() == ["kept"]


def _half_way() -> None:
    with transaction() as own:
        own.add(Setting(name="lost", value=1))
        own.flush()
        raise RuntimeError("half-way")


@BOTH
def test_a_transaction_sees_what_others_have_written(app: Flask, session: Session) -> None:
    with app.app_context():
        with transaction() as own:
            own.add(Setting(name="counted", value=1))
        assert db.session.get_one(Setting, "counted").value == 1
        session.get_one(Setting, "counted").value = 2
        session.commit()
        with transaction() as own:
            assert own.get_one(Setting, "counted").value == 2


@BOTH
def test_many_writers_at_one_moment_wait_for_each_other(app: Flask, session: Session) -> None:
    session.add(Setting(name="counted", value=0))
    session.commit()

    def count(_thread: int) -> None:
        for _ in range(5):
            with transaction() as own:
                row = own.get_one(Setting, "counted", with_for_update=True, populate_existing=True)
                row.value += 1

    together(app, 6, count)
    session.expire_all()
    assert session.get_one(Setting, "counted").value == 30


def test_a_writer_on_sqlite_holds_the_lock_from_the_start(app: Flask) -> None:
    with app.app_context(), transaction() as own:
        raw = own.connection().connection.dbapi_connection
        assert raw is not None
        assert raw.in_transaction
        other = db.engine.connect()
        other.exec_driver_sql("ROLLBACK") if other.in_transaction() else None
        cursor = other.connection.cursor()
        cursor.execute("PRAGMA busy_timeout=1")
        with pytest.raises(Exception, match="locked"):
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        other.close()


def test_who_waits_for_the_lock_looks_often_and_not_for_ever(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.db.BUSY_TIMEOUT_MS", 200)
    looks: list[float] = []
    monkeypatch.setattr("casework.db.time.sleep", looks.append)
    with (
        writing(engine),
        pytest.raises(OperationalError, match="locked") as locked,
        writing(engine),
    ):
        pass
    assert passes(locked.value)
    assert len(looks) > 10
    assert len(set(looks)) == 1
    with writing(engine) as free:
        assert free.exec_driver_sql("PRAGMA busy_timeout").scalar() == 200


def test_what_passes_by_itself_is_told_from_what_is_broken(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other, one.begin():
        one.execute(text("DELETE FROM setting"))
        other.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError) as locked:
            other.execute(text("DELETE FROM setting"))
        assert passes(locked.value)
        other.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        with pytest.raises(OperationalError) as missing:
            other.execute(text("DELETE FROM nowhere"))
        assert not passes(missing.value)
        one.rollback()
    away = create_engine("postgresql+psycopg://127.0.0.1:1/casework")
    with pytest.raises(OperationalError) as gone, away.connect():
        pass
    assert passes(gone.value)


@BOTH
def test_links_to_what_is_not_there_are_refused(session: Session) -> None:
    session.add(Staff(email="x@y.example", name="X", role="officer", office_id="?"))
    with pytest.raises(IntegrityError):
        session.flush()


# --- ids ------------------------------------------------------------------------------------------


def test_ids_grow_even_within_one_millisecond() -> None:
    made = [new_id() for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(0 < each < 2**63 for each in made)


def test_ids_made_in_many_threads_differ() -> None:
    start = threading.Barrier(4)

    def some(_thread: int) -> list[int]:
        start.wait()
        return [new_id() for _ in range(2000)]

    with ThreadPoolExecutor(4) as pool:
        made = [each for found in pool.map(some, range(4)) for each in found]
    assert len(set(made)) == 8000


@BOTH
def test_numbers_of_cases_are_never_given_twice(session: Session) -> None:
    first = factories.case_number(session).id
    session.commit()
    session.delete(session.get_one(CaseNumber, first))
    session.commit()
    assert factories.case_number(session).id > first


# --- time -----------------------------------------------------------------------------------------


@BOTH
def test_an_instant_comes_back_as_the_same_instant_in_utc(session: Session) -> None:
    bangkok = timezone(timedelta(hours=7))
    at = datetime(2026, 11, 23, 16, 30, 15, 123456, tzinfo=bangkok)
    row = factories.event(session, at=at)
    session.commit()
    assert row.at == at
    assert row.at.utcoffset() == timedelta(0)
    earlier = at.astimezone(UTC) - timedelta(microseconds=1)
    assert session.scalars(select(Event).where(Event.at > earlier)).all() == [row]
    assert session.scalars(select(Event).where(Event.at < earlier)).all() == []


@BOTH
def test_no_instant_is_no_instant(session: Session) -> None:
    row = factories.staff(session, Role.ANALYST)
    session.commit()
    assert row.invite_expires_at is None


@BOTH
def test_a_time_that_knows_no_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="naive"):
        factories.event(session, at=datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 - the point.
