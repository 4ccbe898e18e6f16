"""Backups: made while others write, checked, restored into an empty installation, equal."""

from __future__ import annotations

import base64
import json
import shutil
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from casework import config, crypto
from casework.app import create_app
from casework.db import db, transaction
from casework.domain.facts import Role
from casework.models import Case, CaseNumber, Evidence, Note, Office, Staff, Task
from casework.services import audit, directory, notebook
from casework.services.backup import files, making, manifest, opening, restoring, rows
from casework.services.backup.making import Job, Made, Progress
from casework.services.backup.manifest import BackupError, Manifest, Stopped
from casework.services.evidence.taking import path
from casework.storage import FolderStore
from tests import databases, factories
from tests.factories import World

ABOUT: Final = Manifest("2026-11-23T09:00:00+00:00", "0.1.0", "sealing", "mark", {"1": "one"})


def say_nothing(done: int, total: int) -> None:
    assert 0 <= done <= total


SILENT: Final = Progress(say_nothing, say_nothing, lambda: False)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def job(engine: Engine, store: FolderStore, folder: Path, world: World) -> Job:
    return Job(engine, store, folder, ABOUT, world.now, SILENT)


@pytest.fixture
def empty(app: Flask, database: str, tmp_path: Path, keys: str) -> Iterator[Flask]:
    """A second installation with the same keys, on a new database."""
    file = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    url = databases.new_postgres(app) if database == "postgres" else file
    given = {"DATABASE_URL": url, "SECRET_KEY": "k" * 64, "CASEWORK_KEYS": keys}
    other = create_app(config.from_environment(given, tmp_path / "other"))
    with other.app_context():
        db.create_all()
    yield other
    with other.app_context():
        db.drop_all()
        db.engine.dispose()


@pytest.fixture
def other_kind(
    database: str, tmp_path: Path, keys: str, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """An empty installation on the other kind of database."""
    server: Flask = request.getfixturevalue("postgres_app")
    file = f"sqlite:///{tmp_path / 'kind.sqlite3'}"
    url = file if database == "postgres" else databases.new_postgres(server)
    given = {"DATABASE_URL": url, "SECRET_KEY": "k" * 64, "CASEWORK_KEYS": keys}
    other = create_app(config.from_environment(given, tmp_path / "kind"))
    with other.app_context():
        db.create_all()
    yield other
    with other.app_context():
        db.drop_all()
        db.engine.dispose()


def file_of(session: Session, store: FolderStore, case: Case, words: bytes) -> Evidence:
    """Add an evidence file to a case, sealed."""
    row = factories.evidence(session, case_id=case.id, has_preview=False)
    for part in ("original", "shared"):
        store.write(path(row.id, part), crypto.seal_stream(row, part, [words]))
    return row


def fill(world: World, store: FolderStore) -> Case:
    """File cases with everything that a row can hold."""
    session = world.session
    case = world.file(story="ទឹក 'quoted' \x1f", place="Mahachai")
    factories.claim(session, case)
    factories.remedy(session, case)
    factories.note(session, case, "words")
    file_of(session, store, case, b"a photo")
    factories.case_number(session)
    session.get_one(Office, "attache").parent_id = "embassy"
    session.commit()
    return case


def restored(empty: Flask, made: Made, store: FolderStore, said: Manifest | None = None) -> None:
    with empty.app_context(), transaction() as session:
        checked = opening.check(made.archive, say_nothing)
        restoring.restore(session, store, made.archive, said or checked, say_nothing)


@contextmanager
def reading(app: Flask) -> Iterator[Session]:
    with app.app_context(), Session(db.engine) as session:
        yield session


def sums(session: Session) -> dict[str, tuple[int, str]]:
    found = {}
    for table in rows.tables():
        total = rows.summed(session.connection(), table)
        found[table.name] = (total.rows, total.text)
    return found


def test_what_is_restored_is_what_was_there(
    world: World, job: Job, store: FolderStore, empty: Flask, tmp_path: Path
) -> None:
    case = fill(world, store)
    before = sums(world.session)
    numbers = world.session.scalar(select(func.max(CaseNumber.id))) or 0
    made = making.make(job)
    assert {each.name: (each.rows, each.sum) for each in made.manifest.tables} == before
    new = FolderStore(tmp_path / "new", 0)
    restored(empty, made, new)
    with reading(empty) as session:
        assert sums(session) == before
        kept = session.get_one(Case, case.id)
        assert kept.story == case.story
        row = session.scalars(select(Evidence)).one()
        sealed = new.read(path(row.id, "original"))
        assert b"".join(crypto.open_stream(row, "original", sealed)) == b"a photo"
        assert audit.verify(session).finding is None
        # The database counts on where it was.
        assert factories.case_number(session).id > numbers


@pytest.mark.postgres
def test_it_does_not_matter_which_database_it_came_from(
    world: World, job: Job, store: FolderStore, other_kind: Flask
) -> None:
    case = fill(world, store)
    before = sums(world.session)
    restored(other_kind, making.make(job), FolderStore(job.folder.parent / "new", 0))
    with reading(other_kind) as session:
        assert sums(session) == before
        assert session.get_one(Case, case.id).story == case.story
        assert audit.verify(session).finding is None


def test_a_backup_under_load_is_of_one_moment(
    app: Flask, world: World, job: Job, store: FolderStore, empty: Flask
) -> None:
    """Four hands write 20 times a second or more; each time a note and a task, both or neither."""
    case = fill(world, store)
    case_id, actor = case.id, world.actor(Role.COORDINATOR, "coordinator")
    for number in range(60):
        file_of(world.session, store, case, b"%d" % number)
    world.session.commit()
    done, wrote = threading.Event(), []

    def write() -> None:
        with app.app_context():
            while not done.is_set():
                with transaction() as session:
                    kept = session.get_one(Case, case_id)
                    notebook.note(session, kept, actor, world.now, kind="note", body="both")
                    notebook.task(session, kept, actor, world.now, title="both", due_on="")
                wrote.append(1)
                time.sleep(0.1)

    hands = [threading.Thread(target=write) for _ in range(4)]
    began = time.monotonic()
    for hand in hands:
        hand.start()
    while len(wrote) < 20:
        time.sleep(0.01)
    made = making.make(job)
    time.sleep(0.5)
    done.set()
    for hand in hands:
        hand.join()
    # How many a second depends on the machine; that they went on all the while does not.
    assert len(wrote) / (time.monotonic() - began) > 2
    new = FolderStore(job.folder.parent / "new", 0)
    restored(empty, made, new)
    with reading(empty) as session:
        notes = session.scalar(select(func.count(Note.id))) or 0
        tasks = session.scalar(select(func.count(Task.id))) or 0
        assert 20 <= tasks == notes - 1 < len(wrote)
        assert audit.verify(session).finding is None
        for row in session.scalars(select(Evidence)):
            assert b"".join(crypto.open_stream(row, "shared", new.read(path(row.id, "shared"))))


def test_no_key_is_in_it(world: World, job: Job, store: FolderStore, keys: str) -> None:
    fill(world, store)
    made = making.make(job)
    keyset = json.loads(keys)
    secrets = [keyset["secret"], *keyset["wrapping"].values()]
    held = [each.read_bytes() for each in job.folder.rglob("*") if each.is_file()]
    with tarfile.open(made.archive) as tar:
        for member in tar.getnames():
            packed = tar.extractfile(member)
            assert packed is not None
            held.append(packed.read())
    lines = "\n".join(
        line
        for each in made.manifest.tables
        for line in opening.lines(made.archive, each.name, each.sha256)
    )
    held.append(lines.encode())
    for key in secrets:
        raw = base64.b64decode(key)
        assert not any(key.encode() in each or raw in each for each in held)
    assert "quoted" not in lines


def test_files_are_copied_once_and_go_with_the_last_archive_that_names_them(
    world: World, job: Job, store: FolderStore
) -> None:
    case = fill(world, store)
    first = making.make(job)
    copied = {each: each.stat().st_mtime_ns for each in (job.folder / "evidence").rglob("*")}
    row = file_of(world.session, store, case, b"later")
    world.session.commit()
    later = replace(job, now=job.now + timedelta(hours=1))
    making.make(later)
    kept = {each: each.stat().st_mtime_ns for each in copied if each.is_file()}
    assert kept == {each: at for each, at in copied.items() if each.is_file()}
    assert (job.folder / "evidence" / path(row.id, "original")).exists()
    # What is destroyed is not in the next one, and goes when no archive needs it any more.
    for each in world.session.scalars(select(Evidence)).all():
        world.session.delete(each)
        store.delete(path(each.id, "original"))
        store.delete(path(each.id, "shared"))
    world.session.commit()
    opening.newest(job.folder).unlink()
    last = making.make(replace(job, now=job.now + timedelta(hours=2)))
    assert (last.pruned, last.manifest.files) == (2, {})
    assert opening.check(first.archive, say_nothing) == first.manifest
    first.archive.unlink()
    assert making.make(replace(job, now=job.now + timedelta(hours=3))).pruned == 2
    assert not list((job.folder / "evidence").iterdir())


def test_a_file_that_goes_meanwhile_is_named_as_gone(
    world: World, job: Job, store: FolderStore
) -> None:
    case = fill(world, store)
    row = file_of(world.session, store, case, b"x")
    world.session.commit()
    store.delete(path(row.id, "shared"))
    made = making.make(job)
    assert made.manifest.gone == [path(row.id, "shared")]
    assert path(row.id, "original") in made.manifest.files


@pytest.mark.parametrize("steps", [1, 5])
def test_it_can_be_stopped_and_goes_on(
    world: World, job: Job, store: FolderStore, steps: int
) -> None:
    fill(world, store)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > steps

    with pytest.raises(Stopped):
        making.make(replace(job, progress=replace(SILENT, stop=stop)))
    assert not list(job.folder.glob("casework-*"))
    left = job.folder / ".half-of-a-killed-one"
    left.mkdir()
    assert making.make(job).archive.stat().st_mode & 0o777 == 0o600
    assert not left.exists()


def test_two_at_once_do_not_meddle(world: World, job: Job, store: FolderStore) -> None:
    fill(world, store)

    def again() -> bool:
        with pytest.raises(BackupError, match="Another backup"):
            making.make(job)
        return False

    making.make(replace(job, progress=replace(SILENT, stop=again)))


class TestRefusals:
    def test_only_an_empty_installation_is_filled(
        self, world: World, job: Job, store: FolderStore, empty: Flask
    ) -> None:
        fill(world, store)
        made = making.make(job)
        with reading(empty) as session:
            session.add(Staff(email="a@b.example", name="A", role="analyst", created_at=world.now))
            session.commit()
        with pytest.raises(BackupError, match="not empty"):
            restored(empty, made, store)

    def test_what_a_first_start_loads_gives_way(
        self, world: World, job: Job, store: FolderStore, empty: Flask
    ) -> None:
        fill(world, store)
        before = sums(world.session)
        made = making.make(job)
        with reading(empty) as session:
            factories.small_directory(session)
            session.get_one(Office, "embassy").parent_id = "attache"
            session.commit()
        restored(empty, made, store)
        with reading(empty) as session:
            assert sums(session) == before
            assert directory.offices(session)

    @pytest.mark.parametrize(
        ("about", "why"),
        [
            (replace(ABOUT, revision="older"), "another shape"),
            (replace(ABOUT, keys="other"), "keys do not belong"),
            (replace(ABOUT, wrapping={"1": "other"}), "keys do not belong"),
            (replace(ABOUT, wrapping={}), "keys do not belong"),
        ],
    )
    def test_other_keys_or_tables_are_refused(self, about: Manifest, why: str) -> None:
        restoring.fits(ABOUT, replace(ABOUT, wrapping={"1": "one", "2": "two"}))
        with pytest.raises(BackupError, match=why):
            restoring.fits(ABOUT, about)

    def test_tables_of_another_version_are_refused(
        self, world: World, job: Job, store: FolderStore, empty: Flask
    ) -> None:
        fill(world, store)
        made = making.make(job)
        fewer = replace(made.manifest, tables=made.manifest.tables[1:])
        with pytest.raises(BackupError, match="does not have the tables"):
            restored(empty, made, store, fewer)

    def test_what_was_not_restored_as_it_was_is_not_there(
        self, world: World, job: Job, store: FolderStore, empty: Flask
    ) -> None:
        fill(world, store)
        made = making.make(job)
        wrong = [replace(each, sum="0" * 64) for each in made.manifest.tables]
        with pytest.raises(BackupError, match="not restored as it was"):
            restored(empty, made, store, replace(made.manifest, tables=wrong))
        with reading(empty) as session:
            assert session.scalar(select(func.count(Case.id))) == 0


class TestDamage:
    """An archive that is not what it says is found out before anything is restored."""

    @pytest.fixture
    def made(self, world: World, job: Job, store: FolderStore) -> Made:
        fill(world, store)
        return making.make(job)

    def test_there_has_to_be_one(self, folder: Path) -> None:
        with pytest.raises(BackupError, match="There is no backup"):
            opening.newest(folder)

    def test_a_changed_file(self, made: Made, folder: Path) -> None:
        name = next(iter(made.manifest.files))
        file = folder / files.FOLDER / name
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        with pytest.raises(BackupError, match=f"{name} is not what it was"):
            opening.check(made.archive, say_nothing)

    def test_a_lost_file(self, made: Made, folder: Path) -> None:
        shutil.rmtree(folder / files.FOLDER)
        with pytest.raises(BackupError, match="cannot be read"):
            opening.check(made.archive, say_nothing)

    def test_a_cut_archive(self, made: Made) -> None:
        made.archive.write_bytes(made.archive.read_bytes()[:2000])
        with pytest.raises(BackupError):
            opening.check(made.archive, say_nothing)
        made.archive.write_bytes(b"no archive")
        with pytest.raises(BackupError, match="cannot be read"):
            opening.read(made.archive)

    def test_a_table_with_other_rows(self, made: Made) -> None:
        table = next(each for each in made.manifest.tables if each.name == "cases")
        for wrong in (replace(table, sha256="0" * 64), replace(table, sum="0" * 64)):
            rewritten(made, replace(made.manifest, tables=[wrong]).dump())
            with pytest.raises(BackupError, match="The table cases of the backup"):
                opening.check(made.archive, say_nothing)

    def test_a_table_that_is_missing(self, made: Made) -> None:
        rewritten(made, made.manifest.dump(), without="note.jsonl.gz")
        with pytest.raises(BackupError, match=r"note\.jsonl\.gz is missing"):
            opening.check(made.archive, say_nothing)

    @pytest.mark.parametrize(
        ("head", "why"),
        [
            (b"{", "cannot be read"),
            (b"[]", "cannot be read"),
            (b'{"format": 9}', "another version"),
        ],
    )
    def test_a_list_that_says_nothing(self, made: Made, head: bytes, why: str) -> None:
        rewritten(made, head)
        with pytest.raises(BackupError, match=why):
            opening.read(made.archive)


def rewritten(made: Made, head: bytes, without: str = "") -> None:
    """Put another manifest into an archive, and leave a file out."""
    folder = made.archive.parent / "unpacked"
    with tarfile.open(made.archive) as tar:
        tar.extractall(folder, filter="data")
    (folder / manifest.FILE).write_bytes(head)
    (folder / without).unlink() if without else None
    with tarfile.open(made.archive, "w") as tar:
        for each in sorted(folder.iterdir()):
            tar.add(each, each.name)
    shutil.rmtree(folder)
