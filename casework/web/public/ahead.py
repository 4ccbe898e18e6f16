"""What happens next, with dates, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework import i18n
from casework.domain.escalation import ClockKind
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services import clocks, tracking
from casework.web import clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Case
    from casework.services.tracking import Expected

_WORDS = {
    ClockKind.FIRST_ANSWER: N_("You get a first answer on your case page."),
    ClockKind.RESOLVE: N_("You get a result. You say whether it is right."),
    ClockKind.SILENCE: N_("Last day for your answer."),
}
_OFFICE_SAYS = N_("The office says whether it takes your case.")
_DESK_SAYS = N_("A person has read your case and says how it goes on.")


@dataclass(frozen=True)
class Promise:
    """When, and what."""

    when: str
    words: str


def expected(session: Session, case: Case) -> list[Promise]:
    """Return the day of filing and what is due after it."""
    due = _worth_saying(tracking.expected(session, case, clock.now()))
    zone = clocks.calendar_of(session, case.desk_office_id, clock.now()).timezone
    filed = i18n.long_date(case.filed_at.astimezone(zone).date())
    promises = [Promise(filed, gettext("Your case is here. A person reads it."))]
    promises += [Promise(by(each), words(each)) for each in due]
    if all(each.kind is not ClockKind.RESOLVE for each in due):
        promises.append(
            Promise(
                gettext("After that"),
                gettext("You see here who has your case, and by when they answer."),
            )
        )
    return promises


def _worth_saying(due: list[Expected]) -> list[Expected]:
    """Leave a first answer out that would come after the result."""
    result = next((each.at for each in due if each.kind is ClockKind.RESOLVE), None)
    return [
        each
        for each in due
        if each.kind is not ClockKind.FIRST_ANSWER or result is None or each.at < result
    ]


def by(each: Expected) -> str:
    """Return until when, with the hour where it counts."""
    if each.exact:
        return gettext("By %(day)s", day=i18n.date_time(each.at, each.zone))
    return gettext("By %(day)s", day=i18n.long_date(each.at.astimezone(each.zone).date()))


def words(each: Expected) -> str:
    """Return what is due."""
    if each.kind is ClockKind.ACKNOWLEDGE:
        return gettext(_OFFICE_SAYS if each.referred else _DESK_SAYS)
    return gettext(_WORDS[each.kind])
