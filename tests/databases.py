"""New, empty databases beside the one that a test has."""

from __future__ import annotations

from typing import Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from casework.db import db

_NAME: Final = "beside"


def new_postgres(server: Flask) -> str:
    """Return the address of a database without tables at the server of an application.

    The one before it is gone then.
    """
    with server.app_context():
        url = db.engine.url
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {_NAME}"))
    return (
        make_url(str(url))
        .set(drivername="postgresql", database=_NAME, password=url.password)
        .render_as_string(hide_password=False)
    )
