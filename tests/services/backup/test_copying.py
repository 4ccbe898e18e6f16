"""Copies of an installation: into either kind of database, stopped and gone on with, equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from casework.db import Base, open_engine, writing
from casework.domain.facts import OfficeRole, Role
from casework.models import Attempt, Case, CaseNumber, ChainHead, Office, Setting
from casework.services import audit
from casework.services.backup import copying, making, rows
from casework.services.backup.copying import Copy, CopyError, Used
from casework.services.backup.manifest import Stopped
from tests import databases, factories
from tests.factories import BEGINNING, World
from tests.services.random_world import everybody, random_case

HERE: Final = "the source"


def say_nothing(done: int, total: int) -> None:
    assert 0 <= done <= total


def stop_after(times: int) -> Callable[[int, int], None]:
    calls: list[int] = []

    def tell(done: int, total: int) -> None:
        say_nothing(done, total)
        calls.append(done)
        if len(calls) > times:
            raise Stopped

    return tell


@pytest.fixture(params=["the same kind", "the other kind"])
def target(
    app: Flask, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Engine]:
    """A database with empty tables, of the source's kind or of the other."""
    postgres = (database == "postgres") is (request.param == "the same kind")
    server: Flask = request.getfixturevalue("postgres_app") if postgres else app
    file = f"sqlite:///{tmp_path / 'target.sqlite3'}"
    url = databases.new_postgres(server) if postgres else file
    engine = open_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


pytestmark = pytest.mark.postgres


@contextmanager
def copy_to(source: Engine, target: Engine) -> Iterator[Copy]:
    with making.snapshot(source) as connection:
        yield Copy(connection, partial(writing, target))


def copied(source: Engine, target: Engine, times: int | None = None) -> None:
    with copy_to(source, target) as copy:
        copying.start(copy, HERE)
        copying.fill(copy, say_nothing if times is None else stop_after(times))


def differing(source: Engine, target: Engine) -> list[str]:
    with making.snapshot(source) as one, making.snapshot(target) as other:
        return copying.differing(one, other, say_nothing)


def fill(world: World) -> Case:
    """File a case with everything that a row can hold."""
    session = world.session
    case = world.file(story="ទឹក 'quoted' \x1f", place="Mahachai")
    factories.claim(session, case)
    factories.note(session, case, "words")
    factories.evidence(session, case_id=case.id)
    factories.case_number(session)
    session.add(Attempt(key=b"\x00\xff", due=7))
    session.get_one(Office, "attache").parent_id = "embassy"
    session.commit()
    return case


def test_what_is_copied_is_what_was_there(world: World, engine: Engine, target: Engine) -> None:
    case = fill(world)
    numbers = world.session.scalar(select(func.max(CaseNumber.id))) or 0
    copied(engine, target)
    assert differing(engine, target) == []
    with Session(target) as session:
        assert session.get_one(Case, case.id).story == case.story
        assert session.get_one(Office, "attache").parent_id == "embassy"
        assert audit.verify(session).finding is None
        assert factories.case_number(session).id > numbers
        # The history goes on there.
        World(session, BEGINNING).file()
        session.commit()
        assert audit.verify(session).finding is None


def grow(world: World) -> None:
    """Add cases in states drawn by chance, and what hangs on them."""
    actors = everybody(world)

    @settings(max_examples=12, database=None)
    @given(data=st.data())
    def add(data: st.DataObject) -> None:
        random_case(world, data, actors)

    add()
    world.session.commit()


def test_a_random_world_that_is_stopped_again_and_again_comes_over_whole(
    world: World, engine: Engine, target: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 10)
    fill(world)
    grow(world)
    runs = 0
    while True:
        runs += 1
        try:
            copied(engine, target, times=3)
            break
        except Stopped:
            with target.connect() as connection:
                assert copying.under_way(connection)
    assert runs > 10
    assert differing(engine, target) == []
    with Session(target) as session:
        assert audit.verify(session).finding is None
    with writing(target) as connection:
        copying.finish(connection)
        assert not copying.under_way(connection)


def test_an_empty_installation_comes_over_too(engine: Engine, target: Engine) -> None:
    copied(engine, target)
    assert differing(engine, target) == []


def test_what_a_first_start_has_loaded_gives_way(
    world: World, engine: Engine, target: Engine
) -> None:
    fill(world)
    with Session(target) as session:
        factories.small_directory(session)
        session.get_one(Office, "embassy").parent_id = "attache"
        session.commit()
    copied(engine, target)
    assert differing(engine, target) == []


def test_a_comparison_can_be_stopped(world: World, engine: Engine, target: Engine) -> None:
    fill(world)
    copied(engine, target)
    with (
        making.snapshot(engine) as one,
        making.snapshot(target) as other,
        pytest.raises(Stopped),
    ):
        copying.differing(one, other, stop_after(1))


class TestUse:
    """An installation that is used while it is copied: it is noticed, sooner or later."""

    def test_a_history_that_goes_on_is_noticed_at_once(
        self, world: World, engine: Engine, target: Engine
    ) -> None:
        fill(world)
        with pytest.raises(Stopped):
            copied(engine, target, times=5)
        world.file()
        world.session.commit()
        with pytest.raises(Used, match="its history has gone on"):
            copied(engine, target)

    def test_a_row_that_belongs_to_one_that_came_too_late(
        self, world: World, engine: Engine, target: Engine
    ) -> None:
        fill(world)
        with engine.connect() as connection:
            before = [rows.summed(connection, table).rows for table in rows.tables()]
        names = [table.name for table in rows.tables()]
        done_by_then = sum(before[: names.index("office") + 1])

        def tell(done: int, _total: int) -> None:
            if done >= done_by_then:
                raise Stopped

        with copy_to(engine, target) as copy:
            copying.start(copy, HERE)
            with pytest.raises(Stopped):
                copying.fill(copy, tell)
        factories.office(world.session, "a-late-one", OfficeRole.CSO)
        factories.staff(world.session, Role.OFFICER, "a-late-one")
        world.session.commit()
        with pytest.raises(Used, match="the table staff"):
            copied(engine, target)

    def test_what_no_history_tells_is_found_by_comparing(
        self, world: World, engine: Engine, target: Engine
    ) -> None:
        fill(world)
        copied(engine, target)
        world.session.add(Attempt(key=b"later", due=8))
        world.session.commit()
        assert differing(engine, target) == ["attempt"]


class TestRefusals:
    def test_a_target_in_use(self, world: World, engine: Engine, target: Engine) -> None:
        fill(world)
        with Session(target) as session:
            factories.staff(session, Role.ADMINISTRATOR)
            session.commit()
        with pytest.raises(CopyError, match="in use already"):
            copied(engine, target)

    def test_half_a_copy_of_another_one(self, world: World, engine: Engine, target: Engine) -> None:
        fill(world)
        with copy_to(engine, target) as copy:
            copying.start(copy, "somewhere else")
            with pytest.raises(CopyError, match="another installation"):
                copying.start(copy, HERE)

    def test_two_at_once(self, world: World, engine: Engine, target: Engine) -> None:
        fill(world)
        (table,) = (each for each in rows.tables() if each.name == "office")
        with copy_to(engine, target) as copy:
            copying.start(copy, HERE)
            batch = copying._next(copy.source, table, None)
            with copy.begin() as connection:
                copying._put(connection, table, batch, None)
            with copy.begin() as connection, pytest.raises(CopyError, match="Another copy"):
                copying._put(connection, table, batch, None)

    @pytest.mark.parametrize("database", ["sqlite"])
    @pytest.mark.parametrize("target", ["the other kind"], indirect=True)
    def test_a_value_that_only_sqlite_takes(
        self, world: World, engine: Engine, target: Engine
    ) -> None:
        world.session.execute(insert(Setting), {"name": "x" * 41, "value": 1})
        world.session.commit()
        with pytest.raises(CopyError, match="one of the rows of setting"):
            copied(engine, target)

    def test_a_broken_history_is_copied_as_it_is(
        self, world: World, engine: Engine, target: Engine
    ) -> None:
        fill(world)
        world.session.execute(delete(ChainHead))
        world.session.commit()
        copied(engine, target)
        assert differing(engine, target) == []
        with Session(target) as session:
            found = audit.verify(session).finding
            assert found is not None
            assert found.fault is audit.Fault.HEAD
