"""The words of the escalation queue: why a case has climbed, and who was silent."""

from __future__ import annotations

from typing import Any, Final

from casework import i18n
from casework.domain.marks import N_
from casework.i18n import gettext, ngettext
from casework.services.escalation import RETALIATION
from casework.services.supervision import View
from casework.web.staff.words import Words, say

VIEWS: Final[Words] = {
    View.DECIDE: N_("To decide"),
    View.CLIMBS: N_("Climbs this week if nothing moves"),
    View.DISPUTED: N_("Disputed by the worker"),
}
CAUSE: Final[Words] = {
    "acknowledge": N_("Nobody said whether they take the case."),
    "first_answer": N_("The worker got no first answer."),
    "resolve": N_("The worker got no result in time."),
    "asked": N_("The worker asked for it."),
    "disputed": N_("The worker says the result is not right."),
    "pushed": N_("A colleague pushed it a step up."),
    RETALIATION: N_("The worker is punished for complaining. Such a case always climbs."),
}
EMPTY: Final[Words] = {
    View.DECIDE: N_("No case has climbed."),
    View.CLIMBS: N_("No clock runs out in the next seven days."),
    View.DISPUTED: N_("No worker says that a result is not right."),
}


def silence(row: Any) -> str:
    """Return for how long an office was silent, and how often it was reminded."""
    if not row.silent:
        return ""
    days, count = int(row.silent_days), int(row.reminders)
    return gettext(
        "Silent for %(days)s, %(reminders)s.",
        days=ngettext("%(count)s day", "%(count)s days", days, count=i18n.number(days)),
        reminders=ngettext(
            "%(count)s reminder", "%(count)s reminders", count, count=i18n.number(count)
        ),
    )


def why(row: Any) -> str:
    """Return why a case has climbed."""
    return say(CAUSE, row.cause) if row.level else gettext("It has not climbed yet.")
