"""What was told lies nowhere in plain words, and what is deleted is gone, ciphertext and all.

Every sealed field gets a word of its own. All files of the installation, of the database server
and of the temporary folder are then searched for these words, and after deletion also for every
sealed value and key that stood in the rows.
"""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, text
from sqlalchemy.orm import Session

from casework import crypto
from casework.cli import keeping
from casework.crypto import SealedText
from casework.db import Base, clear_journal, db, transaction
from casework.domain.facts import Role
from casework.models import Case
from casework.services import erasing, messages, outcome, retention, wishes
from casework.services.evidence import keeping as files
from casework.services.evidence import taking
from casework.services.evidence.taking import Sent
from casework.services.facts import complainant_actor, staff_actor
from casework.services.outcome import Outcome
from casework.storage import open_store
from tests import factories, public_way
from tests.factories import BEGINNING, World
from tests.lying import contents
from tests.models.test_models import OF_CASE
from tests.pages import CheckedClient

pytestmark = pytest.mark.faults

CASES: Final = 40 if os.environ.get("FAULTS") == "long" else 4
PLACE: Final = "Mahachai-in-plain-words"
SLICE: Final = 32
_EVERY: Final = 1500  # A long value lies in several pages: a slice of each is looked for.
MODELS: Final = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}


def canary() -> str:
    return f"canary-{secrets.token_hex(12)}"


def sealed_names(model: type[Any]) -> list[str]:
    return [name for name in dir(model) if isinstance(getattr(model, name, None), SealedText)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class Nest:
    """Cases full of words of their own, and all places where those could lie."""

    def __init__(self, app: Flask, temporary: Path, log: pytest.LogCaptureFixture) -> None:
        self.app, self.log = app, log
        self.folders = [Path(app.instance_path), temporary]
        self.words: list[str] = []
        self.cases: list[int] = []
        self.files: list[int] = []
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                self.folders.append(Path(connection.scalar(text("SHOW data_directory")) or ""))

    def word(self) -> str:
        self.words.append(canary())
        return self.words[-1]

    def lay(self, session: Session) -> None:
        """File a case and put a word into every sealed field of all that hangs on it."""
        case = World(session, BEGINNING).file(story=self.word() * 300, place=PLACE)
        case.code_hash = secrets.token_bytes(32)
        rows: list[Any] = [case, *(make(session, case) for make in OF_CASE.values())]
        for row in rows:
            for name in sealed_names(type(row)):
                setattr(row, name, self.word())
        session.flush()
        self._file(session, case)
        self.cases.append(case.id)

    def _file(self, session: Session, case: Case) -> None:
        store = open_store(self.app.config["SETTINGS"])
        sent = Sent(
            io.BytesIO(f"{self.word()}\n".encode() * 500), f"{self.word()}.txt", self.word()
        )
        row = taking.prepare(store, None, sent, BEGINNING)
        files.add_to_case(session, case, complainant_actor(case), BEGINNING, row)
        self.files.append(row.id)
        worker = complainant_actor(case)
        messages.reply(session, case, worker, BEGINNING, body=self.word())

    def through_the_pages(self, client: CheckedClient) -> None:
        """Tell a complaint as a person does."""
        story, name, amount = self.word(), self.word(), self.word()
        typed = public_way.changed(
            story={"story": story},
            details={"kinds": ["unpaid"], "q_rate": "9000", "q_rate_currency": "THB"},
            you={"filed_by": "self", "naming": "named", "name": name},
            embassy={"result": "refused", "asked": amount},
        )
        assert public_way.send(client, typed).status_code == 200

    def found(self, wanted: list[bytes]) -> list[bytes]:
        """Return which of these bytes lie in any file, or were written to the log."""
        lying = [*contents(self._files()), self.log.text.encode()]
        return [each for each in wanted if any(each in content for content in lying)]

    def _files(self) -> Iterator[Path]:
        for folder in self.folders:
            yield from (path for path in folder.rglob("*") if path.is_file())

    def plain(self) -> list[bytes]:
        return self.found([word.encode() for word in self.words])

    def bytes_of(self, case_ids: list[int]) -> list[bytes]:
        """Return slices of all bytes that stand in the rows of these cases, and of their files."""
        values: list[bytes] = []
        with db.engine.connect() as connection:
            cases = Base.metadata.tables["cases"]
            for table in (*erasing.hanging_on_cases(), cases):
                own = table.c.id if table is cases else table.c.case_id
                for column in table.columns:
                    if isinstance(column.type, LargeBinary):
                        query = select(column).where(own.in_(case_ids))
                        values += [v for v in connection.scalars(query) if v is not None]
            evidence = Base.metadata.tables["evidence"]
            owned = select(evidence.c.id).where(evidence.c.case_id.in_(case_ids))
            store = open_store(self.app.config["SETTINGS"])
            for number in connection.scalars(owned):
                values += [b"".join(store.read(path)) for path in store.list(f"{number}/")]
        # Hashes of a factory are small numbers, which lie everywhere.
        real = [value for value in values if value[:8].strip(b"\0")]
        return [v[at : at + SLICE] for v in real for at in range(0, len(v), _EVERY)]


@pytest.fixture
def nest(
    app: Flask, session: Session, temporary: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Nest]:
    factories.small_directory(session)
    session.commit()
    with app.app_context():
        nest = Nest(app, temporary, caplog)
        with transaction() as own:
            for _ in range(CASES):
                nest.lay(own)
        yield nest


def settle_on_disk() -> None:
    """Let the database write all it holds in memory."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
    else:
        assert clear_journal()


BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


@BOTH
def test_no_word_lies_anywhere(nest: Nest, client: CheckedClient) -> None:
    assert len(nest.words) >= 100
    nest.through_the_pages(client)
    # Before anything is cleaned up, with the journal full, and again when all is written.
    assert nest.plain() == []
    settle_on_disk()
    assert nest.plain() == []
    # The search does find what is there.
    assert nest.found([PLACE.encode()])


@BOTH
def test_what_is_deleted_is_gone(nest: Nest, session: Session, database: str) -> None:
    gone, emptied = nest.cases[::2], nest.cases[1::2]
    before = nest.bytes_of(nest.cases)
    assert len(before) > 20 * CASES
    settle_on_disk()
    if database == "sqlite":
        assert len(nest.found(before)) == len(before)
    with transaction() as own:
        for case_id in gone:
            case = own.get_one(Case, case_id)
            own.delete(own.scalars(hold_of(case_id)).one())
            wishes.ask(own, case, complainant_actor(case), BEGINNING)
            case.delete_after = BEGINNING
        head = staff_actor(factories.staff(own, Role.SUPERVISOR, "cso"))
        how = Outcome("settled", "full", "Paid.")
        for case_id in emptied:
            case = own.get_one(Case, case_id)
            own.delete(own.scalars(hold_of(case_id)).one())
            outcome.close(own, case, head, BEGINNING, outcome=how, reason="unreachable")
        factories.retention_rule(own, 1)
        later = BEGINNING.replace(year=BEGINNING.year + 1)
        admin = staff_actor(factories.staff(own, Role.ADMINISTRATOR))
        retention.switch_on(own, admin, later, retention.plan(own, later).mark)
    done = keeping.keep_all(later)
    assert done == {"destroyed": len(gone), "anonymised": len(emptied)}
    settle_on_disk()
    assert nest.plain() == []
    assert not session.scalars(select(Case.id).where(Case.id.in_(gone))).all()
    store = open_store(nest.app.config["SETTINGS"])
    assert not [path for each in nest.files for path in store.list(f"{each}/")]
    if database == "sqlite":
        # PostgreSQL writes over old rows when it needs their room; what they hold has no key.
        assert nest.found(before) == []
    for case in session.scalars(select(Case).where(Case.id.in_(emptied))):
        assert crypto.data_key(case)
        assert case.story is None


def hold_of(case_id: int) -> Any:
    """Return the query for the hold that was laid on a case with all other rows."""
    hold = MODELS[Base.metadata.tables["legal_hold"]]
    return select(hold).where(hold.case_id == case_id)
