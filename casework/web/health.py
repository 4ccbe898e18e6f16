"""What an operator's programs ask: is it alive, is it ready, how much is there to do."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.process_collector import ProcessCollector

from casework.db import db
from casework.migrations import NEWEST, WRITTEN
from casework.services import readiness
from casework.web import clock
from casework.web.access import public

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.config import Settings

health: Final = Blueprint("health", __name__)
OK: Final = "ok"
NOT_OK: Final = "not ok"
_UNAVAILABLE: Final = 503
_WHAT: Final = {
    "open_cases": "Cases that have not ended",
    "due_clocks": "Clocks that the worker has to look at now",
    "overdue_clocks": "Clocks that run past their end",
    "history_lines": "Number of the newest line of the history",
    "worker_turned_seconds_ago": "Seconds since a worker ended a turn",
    "oldest_undelivered_seconds": "Seconds for which the oldest notice has waited to leave",
}


@health.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the server answers; nothing else is asked."""
    return jsonify(status=OK)


@health.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say of each check whether it holds, and no more: everybody may ask."""
    now = clock.now()
    checks = {"database": _is_of_this_version, **readiness.CHECKS}
    found = {name: _holds(check, now) for name, check in checks.items()}
    whole = all(found.values())
    said = {name: OK if holds else NOT_OK for name, holds in found.items()}
    answer = jsonify(status=OK if whole else NOT_OK, checks=said)
    answer.status_code = 200 if whole else _UNAVAILABLE
    return answer


def _holds(check: Callable[[Session, datetime], bool], now: datetime) -> bool:
    session = db.session()
    try:
        return check(session, now)
    except Exception:  # noqa: BLE001 - whatever it was, what was asked for does not hold.
        return False
    finally:
        session.rollback()


def _is_of_this_version(session: Session, now: datetime) -> bool:
    del now
    return bool(session.scalar(WRITTEN) == NEWEST)


@health.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Show the figures of the moment to whoever knows the token; there is no page for others."""
    settings: Settings = current_app.config["SETTINGS"]
    token = settings.working.metrics_token
    shown = request.authorization
    given = shown.token if shown and shown.type == "bearer" else None
    if token is None or not hmac.compare_digest((given or "").encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for name, value in readiness.figures(db.session(), clock.now()).items():
        Gauge(f"casework_{name}", _WHAT[name], registry=registry).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
