"""An installation of its own for each test of a command, made ready once and then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from casework import config, crypto
from casework.app import create_app
from casework.db import db, transaction
from casework.services.evidence.taking import path
from casework.storage import open_store
from tests import factories
from tests.factories import BEGINNING, World

Run = Callable[..., Result]


def installed(folder: Path, keys: str, **environment: str) -> Flask:
    """Return the application of an installation in a folder, at the beginning of all tests."""
    given = {"CASEWORK_KEYS": keys, "SECRET_KEY": "k" * 64, "CASEWORK_DEMO": "0"}
    app = create_app(config.from_environment(given | environment, folder))
    app.testing = True
    app.config["CLOCK"] = lambda: BEGINNING
    return app


def leave(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def runner(app: Flask) -> Run:
    """Return what runs a command line in an application, and says what came of it."""

    def run(*args: str) -> Result:
        result = app.test_cli_runner().invoke(args=args)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, keys: str) -> Path:
    """The folder of an installation that is ready and empty."""
    folder = tmp_path_factory.mktemp("prepared")
    app = installed(folder, keys)
    assert runner(app)("prepare").exit_code == 0
    leave(app)
    return folder


@pytest.fixture
def installation(prepared: Path, tmp_path: Path, keys: str) -> Iterator[Flask]:
    """An installation that is ready and empty."""
    folder = tmp_path / "instance"
    shutil.copytree(prepared, folder)
    app = installed(folder, keys)
    yield app
    leave(app)


@pytest.fixture
def run(installation: Flask) -> Run:
    """Runs a command line there."""
    return runner(installation)


@pytest.fixture
def case_id(installation: Flask) -> int:
    """A complaint with a file."""
    with installation.app_context(), transaction() as session:
        case = World(session, BEGINNING).file(story="They beat me")
        row = factories.evidence(session, case_id=case.id, has_preview=False)
        store = open_store(installation.config["SETTINGS"])
        for part in ("original", "shared"):
            store.write(path(row.id, part), crypto.seal_stream(row, part, [b"a photo"]))
        return case.id
