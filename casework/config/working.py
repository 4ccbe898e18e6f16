"""What turns the work in the background, and what an operator watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from casework.config.checks import UnusableSetting

POSTGRES: Final = "postgres"
_REDIS: Final = frozenset({"redis", "rediss"})
_SHORTEST_TOKEN: Final = 24


@dataclass(frozen=True)
class Working:
    """How the worker is turned, and how it is watched.

    `queue` is None where the engine works on a file of its own, POSTGRES where it works in the
    database, or the address of a Redis server. `json_log` writes lines of JSON instead of plain
    text. Whoever shows `metrics_token` reads the figures at /metrics; without one they are not
    there.
    """

    # Secrets that show themselves end up in a traceback.
    queue: str | None = field(default=None, repr=False)
    json_log: bool = False
    metrics_token: str | None = field(default=None, repr=False)


def working(environ: Mapping[str, str], *, sqlite: bool) -> Working:
    """Return what the environment says; `sqlite` tells whether the database is the embedded one."""
    return Working(
        queue=_queue(environ.get("CASEWORK_QUEUE", ""), sqlite=sqlite),
        json_log=_json_log(environ.get("CASEWORK_LOG", "")),
        metrics_token=_token(environ.get("CASEWORK_METRICS_TOKEN", "")),
    )


def _queue(text: str, *, sqlite: bool) -> str | None:
    if text == POSTGRES and sqlite:
        raise UnusableSetting("CASEWORK_QUEUE=postgres needs a DATABASE_URL of PostgreSQL.")
    parts = urlsplit(text)
    if text in {"", POSTGRES} or (parts.scheme in _REDIS and parts.hostname):
        return text or None
    raise UnusableSetting("CASEWORK_QUEUE has to be postgres, or look like redis://host:6379/0.")


def _json_log(text: str) -> bool:
    if text not in {"", "json"}:
        raise UnusableSetting("CASEWORK_LOG has to be json, or not set for plain text.")
    return text == "json"


def _token(text: str) -> str | None:
    if text and (len(text) < _SHORTEST_TOKEN or not text.isascii() or not text.isprintable()):
        raise UnusableSetting(
            f"CASEWORK_METRICS_TOKEN has to have at least {_SHORTEST_TOKEN} plain characters."
        )
    return text or None
