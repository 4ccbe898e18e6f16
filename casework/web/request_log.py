"""A line for every request, in which nobody can be found.

It names the rule of the address, never the address: codes and references stand in that. It
knows no sender, and its number is drawn by chance.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Final

from flask import Flask, Response, g, request

from casework import logs

_LOG: Final = logging.getLogger(logs.REQUESTS)
_ID_BYTES: Final = 8


def init_app(app: Flask) -> None:
    """Log every request in our own words; what is said of a fault stands in `reporting`."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    g.request_id = secrets.token_hex(_ID_BYTES)
    g.begun = time.perf_counter()


def _about() -> dict[str, object]:
    return {
        "method": request.method if request.url_rule else "",
        "route": request.url_rule.rule if request.url_rule else "",
        "request_id": g.get("request_id", ""),
    }


def _tell(response: Response) -> Response:
    begun = g.get("begun")
    passed = {} if begun is None else {"ms": round((time.perf_counter() - begun) * 1000, 1)}
    _LOG.info("request", extra=_about() | {"status": response.status_code} | passed)
    return response
