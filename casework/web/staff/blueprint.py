"""The blueprint of the pages at the desk, and what all their templates share."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint

from casework import i18n
from casework.db import db
from casework.domain.facts import Actor
from casework.domain.taxonomy import Taxonomy
from casework.services import directory
from casework.web import clock, uploading
from casework.web.staff import clock_words, history_words, words
from casework.web.staff.labels import Labels

staff: Final = Blueprint("staff", __name__, url_prefix="/staff")
# A form that was not filled in rightly.
WRONG: Final = 422


def host_of(actor: Actor) -> str:
    """Return the country in whose time a member of staff reads: where their office stands."""
    return (actor.office.host if actor.office else "") or directory.DEFAULT_COUNTRY


def zone_of(actor: Actor) -> ZoneInfo:
    """Return the time zone in which a member of staff reads."""
    return directory.calendar(db.session(), host_of(actor), clock.now().year).timezone


def labels(version: int | None = None) -> Labels:
    """Return the words of a version of the taxonomy, the newest without a number."""
    found: Taxonomy = directory.taxonomy(db.session(), version)
    return Labels(found)


@staff.app_context_processor
def _shared() -> dict[str, Any]:
    return {
        "clock_words": clock_words,
        "currency_name": i18n.currency_name,
        "file_kind": uploading.kind,
        "file_size": uploading.size,
        "history_words": history_words,
        "host_of": host_of,
        "iso_day": iso_day,
        "recipient": words.recipient,
        "w": words,
    }


def iso_day(text: str) -> str:
    """Write a day that is kept as text; one that is only a year or a month stands as it is."""
    try:
        return i18n.long_date(date.fromisoformat(text))
    except ValueError:
        return text
