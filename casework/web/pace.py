"""How fast somebody may try passwords and codes, as a page meets it.

A wait holds no process: whoever has to wait is told for how long, and comes back.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from flask import current_app, make_response, request

from casework import i18n
from casework.db import db, transaction
from casework.i18n import ngettext
from casework.services import throttles
from casework.services.throttles import Allowed, Deed
from casework.web import clock, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from casework.config import Settings
    from casework.services.throttles import Pace

TOO_MANY: Final = 429
_MINUTE: Final = 60
# How many may stand in the slow door of one process at a time, and for how long.
_PLACES: Final = 2
_PAUSE_SECONDS: Final = 0.5
_DOOR_IS_FULL: Final = timedelta(seconds=5)
_slow_door = BoundedSemaphore(_PLACES)
# What is slowed and never refused has a door of its own, at which a request waits its turn: all
# threads of a process get through it within seconds.
_PATIENCE_SECONDS: Final = 10.0
_patient_door = BoundedSemaphore(_PLACES)


class Later(Exception):
    """There were too many tries; the next one is due after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait

    @property
    def seconds(self) -> int:
        """The wait in whole seconds."""
        return ceil(self.wait.total_seconds())


def network() -> str:
    """Return today's name for the network that the request comes from."""
    return throttles.network(clock.now(), request.remote_addr)


@contextmanager
def kept(pace: Pace) -> Iterator[None]:
    """Let an attempt be made at its pace; raise Later when it has to wait for longer."""
    if pace.wait:
        raise Later(pace.wait)
    if not pace.slowly:
        yield
        return
    if not _slow_door.acquire(blocking=False):
        raise Later(_DOOR_IS_FULL)
    try:
        with turns.lent():
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        _slow_door.release()


def count(deed: Deed) -> None:
    """Count what somebody begins to do; beyond what an hour allows it takes longer.

    To be called outside of any transaction. Raises Later only when more than a whole process of
    such requests waits already.
    """
    settings: Settings = current_app.config["SETTINGS"]
    allowed = Allowed(settings.filings_per_hour, settings.filings_per_hour_in_all)
    with transaction() as work:
        slowly = throttles.count(work, clock.now(), deed, network(), allowed).slowly
    if not slowly:
        return
    with turns.lent():
        if not _patient_door.acquire(timeout=_PATIENCE_SECONDS):
            raise Later(_DOOR_IS_FULL)
        try:
            time.sleep(_PAUSE_SECONDS)
        finally:
            _patient_door.release()


@contextmanager
def tracking_code() -> Iterator[None]:
    """Let a tracking code be tried; raise Later when too many try at once."""
    with kept(throttles.tracking_code(db.session(), clock.now(), network())):
        yield


def tracking_code_failed() -> None:
    """Count a tracking code that opened nothing."""
    with transaction() as work:
        throttles.tracking_code_failed(work, clock.now(), network())


def words(later: Later) -> str:
    """Return what somebody is told who has to wait."""
    if later.seconds < 2 * _MINUTE:
        return ngettext(
            "There were too many tries. Nothing is lost. Wait %(count)s second, then try again.",
            "There were too many tries. Nothing is lost. Wait %(count)s seconds, then try again.",
            later.seconds,
            count=i18n.number(later.seconds),
        )
    minutes = ceil(later.seconds / _MINUTE)
    return ngettext(
        "There were too many tries. Nothing is lost. Wait %(count)s minute, then try again.",
        "There were too many tries. Nothing is lost. Wait %(count)s minutes, then try again.",
        minutes,
        count=i18n.number(minutes),
    )


def answer(page: str, later: Later) -> Response:
    """Return the answer to somebody who has to wait: the page, which says so, and for how long."""
    response = make_response(page, TOO_MANY)
    response.headers["Retry-After"] = str(later.seconds)
    return response
