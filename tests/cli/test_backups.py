"""Backups and retention from the command line, on an installation of its own."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework import crypto
from casework.db import clear_journal, db, transaction
from casework.domain.facts import Role
from casework.domain.retention import Ground
from casework.models import Case, Evidence
from casework.services import holds, outcome, retention, wishes
from casework.services.facts import staff_actor
from casework.services.outcome import Outcome
from casework.storage import open_store
from tests import factories
from tests.cli.conftest import Run, installed, leave, runner
from tests.factories import BEGINNING, World


def close(installation: Flask, case_id: int) -> None:
    with installation.app_context(), transaction() as session:
        actor = staff_actor(factories.staff(session, Role.COORDINATOR, "coordinator"))
        how = Outcome("settled", "full", "Paid.")
        case = session.get_one(Case, case_id)
        outcome.close(session, case, actor, BEGINNING, outcome=how, reason="unreachable")


def later(installation: Flask, days: int) -> None:
    installation.config["CLOCK"] = lambda: BEGINNING + timedelta(days=days)


def test_a_backup_is_made_checked_and_restored(
    run: Run, case_id: int, tmp_path: Path, prepared: Path, keys: str
) -> None:
    folder = str(tmp_path / "backup")
    made = run("backup", folder)
    assert made.exit_code == 0, made.output
    assert "Evidence files: 2. No keys are in it." in made.output
    checked = run("backup", "verify", folder)
    assert "is whole" in checked.output
    shutil.copytree(prepared, tmp_path / "other")
    other = installed(tmp_path / "other", keys)
    result = runner(other)("restore", folder)
    assert result.exit_code == 0, result.output
    assert "equal to the backup" in result.output
    with other.app_context():
        assert db.session.get_one(Case, case_id).story == "They beat me"
    assert "not empty" in runner(other)("restore", folder).output
    assert runner(other)("audit", "verify").exit_code == 0
    leave(other)


def test_other_keys_are_told_and_refused(
    run: Run, case_id: int, tmp_path: Path, prepared: Path
) -> None:
    del case_id
    folder = str(tmp_path / "backup")
    run("backup", folder)
    crypto.install(crypto.make_keyset())
    with pytest.MonkeyPatch.context():
        other = installed(tmp_path / "other", crypto.dump_keyset(crypto.make_keyset()))
        assert runner(other)("prepare").exit_code == 0
        assert "belongs to other keys" in runner(other)("backup", "verify", folder).output
        refused = runner(other)("restore", folder)
        assert (refused.exit_code, "keys do not belong" in refused.output) == (1, True)
        leave(other)


@pytest.mark.parametrize("words", [[], ["a", "b"], ["verify", "a", "b"]])
def test_what_makes_no_sense_is_one_sentence(run: Run, words: list[str]) -> None:
    result = run("backup", *words)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_what_is_wrong_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert "There is no backup" in run("backup", "verify", str(tmp_path)).output
    file = tmp_path / "file"
    file.touch()
    assert "The backup cannot go on" in run("backup", str(file / "below")).output


class TestRetention:
    def test_a_plan_changes_nothing_and_off_means_off(
        self, run: Run, installation: Flask, case_id: int
    ) -> None:
        close(installation, case_id)
        later(installation, 3000)
        plan = run("retention", "plan").output
        assert "anonymise after 72 months, wages, *" in plan
        assert "By rules: 1 cases." in plan
        assert "Retention is off" in plan
        assert "Anonymised: 0 cases" in run("retention", "apply").output
        with installation.app_context():
            assert db.session.get_one(Case, case_id).story

    def test_switched_on_it_is_carried_out_with_the_files(
        self, run: Run, installation: Flask, case_id: int
    ) -> None:
        close(installation, case_id)
        later(installation, 3000)
        with installation.app_context(), transaction() as session:
            admin = staff_actor(factories.staff(session, Role.ADMINISTRATOR))
            now = installation.config["CLOCK"]()
            retention.switch_on(session, admin, now, retention.plan(session, now).mark)
        assert run("retention", "apply").output == "Anonymised: 1 cases. Destroyed: 0 cases.\n"
        assert "Retention is off" not in run("retention", "plan").output
        with installation.app_context():
            assert db.session.get_one(Case, case_id).story is None
            assert db.session.scalar(select(func.count(Evidence.id))) == 0
            assert list(open_store(installation.config["SETTINGS"]).list()) == []

    def test_a_wish_needs_no_switch_and_a_hold_stops_it(
        self, run: Run, installation: Flask, case_id: int
    ) -> None:
        with installation.app_context(), transaction() as session:
            case = session.get_one(Case, case_id)
            worker = World(session, BEGINNING).worker(case)
            wishes.ask(session, case, worker, BEGINNING)
            head = staff_actor(factories.staff(session, Role.COORDINATOR, "coordinator"))
            reason = {"ground": Ground.COURT, "reason": "12"}
            holds.put(session, case, head, BEGINNING, **reason)  # type: ignore[arg-type]
        later(installation, 8)
        assert "Destroyed: 0" in run("retention", "apply").output
        with installation.app_context(), transaction() as session:
            holds.release(session, session.get_one(Case, case_id), head, BEGINNING)
        assert "Destroyed: 1" in run("retention", "apply").output

    def test_a_case_that_fails_is_told_and_left(
        self, run: Run, installation: Flask, case_id: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        with installation.app_context(), transaction() as session:
            case = session.get_one(Case, case_id)
            wishes.ask(session, case, World(session, BEGINNING).worker(case), BEGINNING)
            session.connection().exec_driver_sql(
                "CREATE TRIGGER no BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        later(installation, 8)
        result = run("retention", "apply")
        assert (result.exit_code, "will be tried again: 1" in result.output) == (1, True)
        assert "Retention failed on a case" in caplog.text


def test_the_journal_is_emptied_unless_somebody_reads(installation: Flask) -> None:
    with installation.app_context():
        with db.engine.connect() as reader:
            reader.execute(select(func.count(Case.id)))
            with transaction() as session:
                factories.case_number(session)
        assert clear_journal()
        wal = Path(f"{db.engine.url.database}-wal")
        assert wal.stat().st_size == 0
