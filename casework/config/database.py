"""Where the database is, and that nobody reads along on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casework.config.checks import LOOPBACK, TRUSTED, UnusableSetting

_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_REPLICA: Final = "DATABASE_REPLICA_URL"
# The only mode in which PostgreSQL's library makes sure whom it speaks to; weaker ones fall back
# to plain text, or believe anybody who encrypts.
_SURE: Final = "verify-full"


def url(text: str, instance: Path, *, trusted: bool, name: str = "DATABASE_URL") -> str:
    """Return the address of a database; without a word it is a file in `instance`.

    `trusted` says that the network between the machines of the installation is its own; `name` is
    the variable in which the address stands.

    Raises:
        UnusableSetting: naming the variable, never showing what could be a password.

    """
    if not text:
        return _shown(URL.create("sqlite", database=str(instance / "casework.sqlite3")))
    try:
        found = make_url(text)
    except ArgumentError:
        raise UnusableSetting(f"{name} is not the address of a database.") from None
    if found.drivername in _POSTGRES:
        if not trusted and not _safe(found):
            raise UnusableSetting(
                f"{name} needs ?sslmode={_SURE} for a database on another machine, or "
                f"{TRUSTED} has to be 1."
            )
        return _shown(found.set(drivername="postgresql+psycopg"))
    if found.drivername == "sqlite" and found.database and found.database != ":memory:":
        return _shown(found.set(database=str(instance / found.database)))
    raise UnusableSetting(f"{name} has to start with postgresql:// or name a file with sqlite:///.")


def replica(environ: Mapping[str, str], main: str, instance: Path, *, trusted: bool) -> str | None:
    """Return the address of the copy that follows the database at `main`; None without one."""
    text = environ.get(_REPLICA, "")
    if not text:
        return None
    found = url(text, instance, trusted=trusted, name=_REPLICA)
    if embedded(found) or embedded(main):
        raise UnusableSetting(f"{_REPLICA} needs PostgreSQL, as DATABASE_URL does then.")
    return found


def embedded(address: str) -> bool:
    """Tell whether an address is that of an embedded database, a file."""
    return make_url(address).get_backend_name() == "sqlite"


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
