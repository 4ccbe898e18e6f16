"""Lists and searches may be read from a replica, where one is set and knows all that is known here.

Who may see a case can change at any moment, so a list that is a second old would show what must not
be shown any more. The replica is therefore asked, for each request, whether it has got as far as
the database itself was when the request came; if not, the database is read as ever. Whoever comes
next reads what they wrote, and what was taken away is away. Sessions, permissions and single cases
are never read from it. Decision 0025 tells more.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app, g, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework.db import db, open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from casework.config import Settings

_LOG: Final = logging.getLogger(__name__)
_READS: Final = frozenset({"GET", "HEAD"})
# Seconds that a request waits for a replica that is a little behind …
_PATIENCE: Final = 0.02
_LOOK_EVERY: Final = 0.004
# … and for which nobody asks one that is further behind, or does not answer.
_REST: Final = 5.0
# Seconds until it has to take a connection: a page that can be read without it does not wait.
_WITHIN: Final = 2
_ENGINE: Final = "casework-replica"
_RESTS: Final = "casework-replica-rests"
# What is committed is written down as far as this before anybody sees it, unless the server was
# told not to wait.
_HERE: Final = text(
    "SELECT pg_current_wal_flush_lsn()::text, system_identifier::text,"
    " current_setting('synchronous_commit') <> 'off' FROM pg_control_system()"
)
# Empty at a server that replays nothing, which is no replica.
_THERE: Final = text(
    "SELECT coalesce(pg_last_wal_replay_lsn() >= CAST(:wanted AS pg_lsn), false)"
    " AND system_identifier::text = :cluster AND current_setting('transaction_read_only') = 'on'"
    " FROM pg_control_system()"
)


def session() -> Session:
    """Return what this request reads lists with: the replica if it is as fresh, or the database.

    Nothing can be written with it, and no row of it may be changed.
    """
    engine = replica(current_app)
    if engine is None or request.method not in _READS:
        return db.session()
    if "replica" not in g:
        g.replica = _fresh(engine)
    return g.replica or db.session()


def _fresh(engine: Engine) -> Session | None:
    """Return a session of the replica, or None where it is behind, away or resting."""
    rests: dict[str, float] = current_app.extensions[_RESTS]
    if time.monotonic() < rests["until"]:
        return None
    wanted, cluster, durable = db.session().execute(_HERE).one()
    if not durable:
        return None
    found = Session(engine)
    try:
        if _has(found, {"wanted": wanted, "cluster": cluster}):
            return found
    except SQLAlchemyError as error:
        # Without the text of the error, which may hold the address.
        _LOG.warning("The replica does not answer: %s.", type(error).__name__)
    found.close()
    rests["until"] = time.monotonic() + _REST
    return None


def _has(found: Session, wanted: dict[str, Any]) -> bool:
    """Tell whether the replica has got that far, or gets there in a moment."""
    end = time.monotonic() + _PATIENCE
    while not found.scalar(_THERE, wanted):
        found.rollback()
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_EVERY)
    # What is read after this sees at least all that.
    found.rollback()
    return True


def replica(app: Flask) -> Engine | None:
    """Return the engine of the replica, where one is set."""
    engine: Engine | None = app.extensions[_ENGINE]
    return engine


def init_app(app: Flask, settings: Settings) -> None:
    """Know the replica, and give back the connection to it when a request is over."""
    url = settings.replica_url
    options = {"connect_args": {"connect_timeout": _WITHIN}}
    app.extensions[_ENGINE] = open_engine(url, **options) if url else None
    app.extensions[_RESTS] = {"until": 0.0}
    app.teardown_appcontext(_close)


def _close(_error: BaseException | None) -> None:
    found: Session | None = g.pop("replica", None)
    if found is not None:
        found.close()
