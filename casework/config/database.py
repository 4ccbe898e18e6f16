"""Where the database is, and that nobody reads along on the way to it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casework.config.checks import LOOPBACK, TRUSTED, UnusableSetting

_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
# The only mode in which PostgreSQL's library makes sure whom it speaks to; weaker ones fall back
# to plain text, or believe anybody who encrypts.
_SURE: Final = "verify-full"


def url(text: str, instance: Path, *, trusted: bool) -> str:
    """Return the address of the database; without a word it is a file in `instance`.

    `trusted` says that the network between the machines of the installation is its own.
    """
    if not text:
        return _shown(URL.create("sqlite", database=str(instance / "casework.sqlite3")))
    try:
        found = make_url(text)
    except ArgumentError:
        raise UnusableSetting("DATABASE_URL is not the address of a database.") from None
    if found.drivername in _POSTGRES:
        if not trusted and not _safe(found):
            raise UnusableSetting(
                f"DATABASE_URL needs ?sslmode={_SURE} for a database on another machine, or "
                f"{TRUSTED} has to be 1."
            )
        return _shown(found.set(drivername="postgresql+psycopg"))
    if found.drivername == "sqlite" and found.database and found.database != ":memory:":
        return _shown(found.set(database=str(instance / found.database)))
    raise UnusableSetting(
        "DATABASE_URL has to start with postgresql:// or name a file with sqlite:///."
    )


def _safe(found: URL) -> bool:
    """Tell whether what is said to the database stays on this machine, or between the two."""
    if found.query.get("sslmode") == _SURE:
        return True
    # Several hosts may be named, before the path and behind it; a path is a socket of ours.
    named = [found.host or "", *found.normalized_query.get("host", ())]
    named += found.normalized_query.get("hostaddr", ())
    hosts = [host for text in named for host in text.split(",")]
    return all(not host or host.startswith("/") or host in LOOPBACK for host in hosts)


def _shown(found: URL) -> str:
    return found.render_as_string(hide_password=False)
