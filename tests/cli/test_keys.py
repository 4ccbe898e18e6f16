"""The commands about keys."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from casework import config, crypto
from casework.app import create_app
from casework.crypto import keyset
from casework.db import db, transaction
from casework.models import Case
from tests import factories
from tests.cli.conftest import Run, leave, runner


@pytest.fixture
def own(tmp_path: Path, keys: str) -> object:
    """An installation whose keys lie in a file of its own."""
    environment = {"SECRET_KEY": "k" * 64, "CASEWORK_DEMO": "0"}
    app = create_app(config.from_environment(environment, tmp_path / "own"))
    assert runner(app)("prepare").exit_code == 0
    yield app
    leave(app)
    crypto.install(crypto.load_keyset(keys))


def file_of(app: Flask) -> Path:
    return Path(app.instance_path) / "keys" / keyset.FILE


def told(app: Flask, number: int) -> None:
    with app.app_context(), transaction() as session:
        for each in range(number):
            factories.case(session, story=f"story {each}")


def stories(app: Flask) -> list[str | None]:
    with app.app_context():
        found = [case.story for case in db.session.scalars(select(Case).order_by(Case.id))]
        db.session.rollback()
        return found


def test_keys_are_rotated_shown_and_retired(own: Flask) -> None:
    run = runner(own)
    told(own, 3)
    assert run("keys", "status").output == "Key 1: 3 data keys, current.\n"
    assert run("keys", "retire", "1").output.startswith("Key 1 is in use")
    assert run("keys", "rotate").output.endswith("Wrapped 3 data keys by key 2.\n")
    assert run("keys", "status").output == ("Key 1: 0 data keys.\nKey 2: 3 data keys, current.\n")
    assert stories(own) == ["story 0", "story 1", "story 2"]
    assert run("keys", "retire", "1").output == "Key 1 is deleted.\n"
    assert run("keys", "retire", "1").output == "There is no key 1.\n"
    assert set(json.loads(run("keys", "export").output)["wrapping"]) == {"2"}
    assert file_of(own).stat().st_mode & 0o777 == 0o600
    assert run("purge").exit_code == 0


def test_another_process_takes_up_a_new_key_at_once(own: Flask) -> None:
    told(own, 1)
    before = crypto.current_version()
    time.sleep(0.01)
    fresh = crypto.load_keyset(file_of(own).read_text("ascii")).with_new_key()
    crypto.keep_in_folder(file_of(own).parent, fresh)
    assert crypto.current_version() == before + 1
    assert stories(own) == ["story 0"]


def test_keys_of_the_environment_are_changed_by_whoever_sets_it(
    installation: Flask, run: Run, keys: str
) -> None:
    told(installation, 1)
    result = run("keys", "rotate")
    line, _, said = result.output.partition("\n")
    assert result.exit_code == 1
    assert said.startswith("The keys come from CASEWORK_KEYS")
    fresh = crypto.load_keyset(line)
    assert (fresh.current, set(fresh.wrapping)) == (2, {1, 2})
    crypto.install(fresh)
    try:
        assert run("keys", "rotate").output.endswith("Wrapped 1 data keys by key 2.\n")
        result = run("keys", "retire", "1")
        assert result.exit_code == 1
        assert set(crypto.load_keyset(result.output.partition("\n")[0]).wrapping) == {2}
        crypto.install(crypto.load_keyset(keys))
        assert "do not belong" in run("purge").output
    finally:
        crypto.install(crypto.load_keyset(keys))
