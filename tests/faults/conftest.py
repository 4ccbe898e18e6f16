"""Databases for services of their own: nothing else writes there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text

from casework.config import Settings
from casework.db import new_id


@pytest.fixture
def new_database(database: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database; empty text for a SQLite file in the service's folder."""
    if database == "sqlite":
        return ""
    app: Flask = request.getfixturevalue("postgres_app")
    settings: Settings = app.config["SETTINGS"]
    name = f"service_{new_id()}"
    server = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return make_url(settings.database_url).set(database=name).render_as_string(hide_password=False)
