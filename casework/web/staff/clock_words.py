"""Clocks in words: "2 working days left", "Due today, 17:00", in the office's own zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

from casework import i18n
from casework.domain.countdown import Countdown, State
from casework.domain.digits import from_latin
from casework.domain.escalation import Unit
from casework.i18n import gettext, ngettext
from casework.web import clock

# The shape that the look gives each state (look.md, "States").
SHAPES: Final = {
    State.RUNNING: "running",
    State.TODAY: "soon",
    State.LATE: "late",
    State.PAUSED: "paused",
    State.MET: "met",
    State.MISSED: "late",
    State.STOPPED: "met",
}


def time_of_day(moment: datetime, zone: tzinfo) -> str:
    """Write the time of day of an instant in a zone: 17:00."""
    return from_latin(f"{moment.astimezone(zone):%H:%M}", i18n.current())


def day(moment: datetime, zone: tzinfo) -> str:
    """Write the day of an instant in a zone: Wed 25 Nov."""
    today = clock.now().astimezone(zone).date()
    return i18n.weekday_date(moment.astimezone(zone).date(), today)


def instant(moment: datetime, zone: tzinfo) -> str:
    """Write an instant in a zone: Wed 25 Nov, 17:00."""
    return i18n.weekday_time(moment, zone, clock.now().astimezone(zone).date())


def words(countdown: Countdown) -> str:
    """Return a clock in words."""
    return _WORDS[countdown.state](countdown)


def _left(each: Countdown) -> str:
    n, count = each.amount, i18n.number(each.amount)
    match each.unit:
        case Unit.WORKING_DAYS:
            return ngettext(
                "%(count)s working day left", "%(count)s working days left", n, count=count
            )
        case Unit.HOURS:
            return ngettext("%(count)s hour left", "%(count)s hours left", n, count=count)
        case _:
            return ngettext("%(count)s day left", "%(count)s days left", n, count=count)


def _late(each: Countdown) -> str:
    n, count = each.amount, i18n.number(each.amount)
    match each.unit:
        case Unit.WORKING_DAYS:
            return ngettext(
                "%(count)s working day late", "%(count)s working days late", n, count=count
            )
        case Unit.HOURS:
            return ngettext("%(count)s hour late", "%(count)s hours late", n, count=count)
        case _:
            return ngettext("%(count)s day late", "%(count)s days late", n, count=count)


_WORDS: Final[dict[State, Callable[[Countdown], str]]] = {
    State.RUNNING: _left,
    State.TODAY: lambda each: gettext("Due today, %(time)s", time=time_of_day(each.at, each.zone)),
    State.LATE: _late,
    State.PAUSED: lambda _each: gettext("Clock stopped, the worker's turn"),
    State.MET: lambda each: gettext("Met %(day)s", day=day(each.at, each.zone)),
    State.MISSED: lambda each: gettext("Missed %(day)s", day=day(each.at, each.zone)),
    State.STOPPED: lambda each: gettext("Ended %(day)s", day=day(each.at, each.zone)),
}


def age(filed_at: datetime, zone: tzinfo) -> str:
    """Return for how many days a case has been open, today not counted."""
    today = clock.now().astimezone(zone).date()
    days = max(0, (today - filed_at.astimezone(zone).date()).days)
    return ngettext("%(count)s day", "%(count)s days", days, count=i18n.number(days))
