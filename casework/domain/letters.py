"""What goes out of the house, when, and how long is waited after it could not go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class Channel(StrEnum):
    """A way out of the house."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class LetterState(StrEnum):
    """How far a letter is. Dead is what an administrator has to look at."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Trouble(StrEnum):
    """Why a letter did not go: a code, which can hold nothing of a person."""

    DOWN = "down"
    LATE = "late"
    BUSY = "busy"
    REFUSED = "refused"
    ADDRESS = "address"
    FAULT = "fault"


class About(StrEnum):
    """What staff may choose to be told of."""

    NEW_CASE = "new_case"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    MESSAGE = "message"
    RESULT = "result"
    SAFETY = "safety"


class How(StrEnum):
    """How a member of staff wants to be told."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"


# What has not got an answer from anybody goes at once; what can be read in the morning waits.
DEFAULTS: Final[Mapping[About, How]] = {
    About.NEW_CASE: How.NOW,
    About.REMINDER: How.NOW,
    About.ESCALATION: How.NOW,
    About.MESSAGE: How.DIGEST,
    About.RESULT: How.DIGEST,
    About.SAFETY: How.NOW,
}
_ABOUT: Final[Mapping[str, About]] = {
    "referred": About.NEW_CASE,
    "triage": About.NEW_CASE,
    "reminder": About.REMINDER,
    "lapsed": About.REMINDER,
    "complainant_silent": About.REMINDER,
    "complainant_silent_soon": About.REMINDER,
    "escalated": About.ESCALATION,
    "lapsed_at_top": About.ESCALATION,
    "reply": About.MESSAGE,
    "evidence": About.MESSAGE,
    "evidence_removed": About.MESSAGE,
    "accepted": About.RESULT,
    "declined": About.RESULT,
    "outcome_proposed": About.RESULT,
    "confirmed": About.RESULT,
    "disputed": About.RESULT,
    "unconfirmed": About.RESULT,
    "withdrawn": About.RESULT,
    "reopened": About.RESULT,
}
# After one letter to somebody, what comes meanwhile is gathered into the next.
GATHERED: Final = timedelta(minutes=10)
DIGEST_AT: Final = time(8)
# When a complainant is left in peace, in the country where they work.
NIGHT: Final = (time(20), time(9))
# Three days, nearly all of them in steps of six hours: a server may be away over a weekend.
MOST_ATTEMPTS: Final = 20
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)


def about(kind: str) -> About:
    """Return what a notice is about; what nobody has sorted is unusual, and told at once."""
    return _ABOUT.get(kind, About.SAFETY)


def wait(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many attempts that failed (1 or more).

    It doubles each time up to six hours. `chance` (from 0 to 1) takes up to half of it away, so
    that what failed together does not come back together.
    """
    doubled = _FIRST_WAIT * (1 << min(attempts - 1, 10))
    return min(doubled, _LONGEST_WAIT) * (1 - chance / 2)


def after_quiet(moment: datetime, zone: ZoneInfo, quiet: tuple[time, time] | None) -> datetime:
    """Return the first instant from `moment` that lies outside the quiet hours, in UTC.

    Quiet hours go from the first local time up to the second, over midnight where that is earlier.
    """
    local = moment.astimezone(zone)
    if quiet is None or not _within(local.time(), *quiet):
        return moment.astimezone(UTC)
    return _next(local, quiet[1])


def next_digest(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the next digest goes, in UTC: in the morning, and never at once."""
    return _next(moment.astimezone(zone), DIGEST_AT)


def _within(clock: time, begin: time, end: time) -> bool:
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end


def _next(local: datetime, at: time) -> datetime:
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, tzinfo=local.tzinfo).astimezone(UTC)
