from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.cli.prepare import ACCOUNTS
from casework.db import db, transaction
from casework.domain.facts import SYSTEM, Role
from casework.models import Case, Office, Staff
from casework.services import accounts
from tests.cli.conftest import Run, installed, leave, runner
from tests.factories import BEGINNING


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, keys: str) -> Iterator[Flask]:
    """An installation with the demonstration, made by the first start."""
    app = installed(tmp_path_factory.mktemp("shown"), keys, CASEWORK_DEMO="1")
    result = runner(app)("prepare")
    assert result.exit_code == 0, result.output
    assert "malee@caseworker-kh.example" in result.stdout
    yield app
    leave(app)


def count(app: Flask, column: object) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def kept(app: Flask) -> Path:
    return Path(app.instance_path) / ACCOUNTS


def test_the_first_start_loads_the_demonstration(shown: Flask) -> None:
    assert (count(shown, Case.id), count(shown, Staff.id)) == (40, 16)
    assert stat.S_IMODE(kept(shown).stat().st_mode) == 0o600


def test_passwords_that_are_printed_let_people_in(shown: Flask) -> None:
    _, first, *_ = kept(shown).read_text("utf-8").splitlines()
    email, password, *_ = first.split()
    with shown.app_context():
        assert accounts.authenticate(db.session(), email, password).name == "Sok Malee"


def test_the_next_start_loses_nothing_and_prints_the_same(shown: Flask) -> None:
    again = runner(shown)("prepare")
    assert (again.exit_code, again.stdout) == (0, kept(shown).read_text("utf-8"))
    assert runner(shown)("load-demo").stdout == again.stdout
    assert count(shown, Case.id) == 40


def test_a_lost_list_of_passwords_is_made_anew(shown: Flask) -> None:
    before = kept(shown).read_text("utf-8")
    kept(shown).unlink()
    assert runner(shown)("prepare").stdout == kept(shown).read_text("utf-8") != before
    assert stat.S_IMODE(kept(shown).stat().st_mode) == 0o600


def test_without_the_demonstration_there_are_only_offices(run: Run, installation: Flask) -> None:
    assert run("prepare").output == ""
    assert (count(installation, Case.id), count(installation, Staff.id)) == (0, 0)
    assert count(installation, Office.id) > 150


def test_the_demonstration_stays_out_of_real_work(run: Run, installation: Flask) -> None:
    with installation.app_context(), transaction() as session:
        accounts.create(
            session,
            SYSTEM,
            BEGINNING,
            email="somebody@desk.example",
            name="Somebody",
            role=Role.ADMINISTRATOR,
        )
    result = run("load-demo")
    assert (result.exit_code, result.output) == (
        1,
        "There are accounts or cases already: the demonstration stays out of them.\n",
    )
    assert count(installation, Case.id) == 0


def test_the_demonstration_can_be_loaded_later(run: Run, installation: Flask) -> None:
    result = run("load-demo")
    assert result.exit_code == 0
    assert "lin@administrator.example" in result.stdout
    assert count(installation, Case.id) == 40


def test_reference_data_is_added_once(run: Run, installation: Flask) -> None:
    assert run("load-reference").stdout == (
        "Added: taxonomy 0, offices 0, rules 0, ladder 0, terms 0, countries 0, retention 0.\n"
    )
