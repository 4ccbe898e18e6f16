from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from casework.app import ROOT, create_app
from casework.cli.database import DatabaseUnusable, check_database
from casework.config import Settings, UnusableSetting
from casework.crypto import KeysMissing
from casework.db import db


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def test_every_connection_to_sqlite_is_durable(app: Flask, engine: Engine) -> None:
    with engine.connect() as connection:
        asked = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_an_old_sqlite_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.app.sqlite.sqlite_version_info", (3, 51, 2))
    with pytest.raises(UnusableSetting, match=r"3\.51\.3 is needed"):
        create_app(settings_of(app))


def test_keys_that_cannot_be_read_stop_the_start(app: Flask) -> None:
    with pytest.raises(KeysMissing):
        create_app(replace(settings_of(app), keys="{}"))


def test_keys_are_made_at_the_first_start(app: Flask, tmp_path: Path, keys: str) -> None:
    create_app(replace(settings_of(app), keys=None, instance=tmp_path))
    assert (tmp_path / "keys" / "keyset.json").exists()
    create_app(replace(settings_of(app), keys=keys))


def test_an_empty_database_can_be_worked_with(app: Flask, tmp_path: Path) -> None:
    fresh = replace(settings_of(app), database_url=f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    check_database(create_app(fresh))


def test_a_database_of_a_newer_version_is_left_alone(app: Flask, tmp_path: Path) -> None:
    newer = create_app(
        replace(settings_of(app), database_url=f"sqlite:///{tmp_path / 'newer.sqlite3'}")
    )
    with newer.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('from_tomorrow')"))
    with pytest.raises(DatabaseUnusable, match="newer version"):
        check_database(newer)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://u:hunter2@127.0.0.1:1/c"],
)
def test_a_database_out_of_reach_is_one_sentence(app: Flask, url: str) -> None:
    away = create_app(replace(settings_of(app), database_url=url))
    with pytest.raises(DatabaseUnusable) as raised:
        check_database(away)
    said = str(raised.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert "hunter2" not in said


def test_a_page_of_error_is_shown_without_a_database(app: Flask) -> None:
    away = create_app(
        replace(settings_of(app), database_url="sqlite:////nowhere/at/all.sqlite3", demo=True)
    )
    page = away.test_client().get("/en/nothing")
    assert page.status_code == 404
    assert "what they do here is invented" in page.text
    browser = away.test_client()
    browser.set_cookie("desk", "a token")
    broken = browser.get("/staff/account")
    assert broken.status_code == 503
    assert "It is not your fault" in broken.text


def test_every_command_is_the_one_of_its_name(app: Flask) -> None:
    context = click.Context(app.cli)
    for name in app.cli.list_commands(context):
        command = app.cli.get_command(context, name)
        assert command is not None, name
        assert command.name == name
    assert app.cli.get_command(context, "no-such-thing") is None


def test_a_server_loads_no_commands_and_nothing_that_few_ask_for() -> None:
    """Alembic is for commands; passkeys, sign-on, papers and sheets are loaded when used."""
    seldom = {"alembic", "authlib", "joserfc", "requests", "typst", "webauthn", "xlsxwriter"}
    tried = f"import sys, casework.app; print({seldom!r} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", tried], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "set()"
