from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, text

from casework import crypto
from casework.cli import upgrading
from casework.db import Base, db
from casework.migrations import REVISIONS
from tests.cli.conftest import installed, leave, runner

OTHER_KEYS = (
    "The keys do not belong to this database: put back the file keys/keyset.json"
    " that was made with it.\n"
)
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def _empty(engine: Engine) -> None:
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _guards(engine: Engine) -> list[str]:
    """Return what the database refuses by itself, as it is written there."""
    written = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY tgname",
    }
    with engine.connect() as connection:
        return list(connection.scalars(text(written[engine.dialect.name])))


@pytest.mark.parametrize("database", BOTH)
def test_migrations_make_what_the_models_say(app: Flask, engine: Engine) -> None:
    made = _guards(engine)
    assert made
    _empty(engine)
    upgrading.bring_up_to_date(app)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={"compare_type": True, "target_metadata": Base.metadata},
            )
            assert compare_metadata(context, Base.metadata) == []
        assert _guards(engine) == made
        upgrading.bring_up_to_date(app)
    finally:
        _empty(engine)
        Base.metadata.create_all(engine)


def test_a_database_that_nobody_has_prepared_is_told_so(tmp_path: Path, keys: str) -> None:
    app = installed(tmp_path, keys)
    result = runner(app)("purge")
    assert (result.exit_code, result.output) == (
        1,
        "The database is not ready: run `flask prepare` first.\n",
    )
    leave(app)


def test_a_database_of_a_newer_version_is_one_sentence(installation: Flask) -> None:
    with installation.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    for command in ("prepare", "escalate"):
        result = runner(installation)(command)
        assert (result.exit_code, result.output) == (
            1,
            "The database was made by a newer version of Casework: start that version again.\n",
        )


def test_keys_of_another_database_are_one_sentence(
    installation: Flask, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crypto.install(crypto.make_keyset())
    try:
        for command in ("prepare", "escalate"):
            result = runner(installation)(command)
            assert (result.exit_code, result.output) == (
                1,
                OTHER_KEYS,
            )
    finally:
        crypto.install(crypto.load_keyset(keys))


def test_a_database_out_of_reach_is_one_sentence(tmp_path: Path, keys: str) -> None:
    folder = tmp_path / "a folder"
    app = installed(tmp_path, keys, DATABASE_URL=f"sqlite:///{folder}")
    folder.mkdir()
    result = runner(app)("prepare")
    assert (result.exit_code, result.output) == (
        1,
        "The database cannot be used: unable to open database file.\n",
    )


def test_the_names_of_the_revisions_are_those_of_the_revisions() -> None:
    scripts = ScriptDirectory.from_config(upgrading.config())
    written = tuple(script.revision for script in scripts.walk_revisions())
    assert written[::-1] == REVISIONS
