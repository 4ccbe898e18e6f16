"""The page before a referral: who can be chosen, what leaves under which consent, what happens."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from flask import request

from casework.domain.conflict import awaits_triage
from casework.domain.consent import Item
from casework.domain.escalation import ClockKind
from casework.i18n import gettext
from casework.services import preview, referrals
from casework.web.staff import clock_words, words
from casework.web.staff.blueprint import zone_of

if TYPE_CHECKING:
    from casework.services.preview import Reason
    from casework.web.staff.asking import Asking
    from casework.web.staff.deed_forms import ReferForm


def page(asking: Asking, form: ReferForm) -> dict[str, Any]:
    """Return what the page shows beside its form."""
    session, case = asking.session, asking.case
    offices = preview.choosable(session, case)
    free = [each.office_id for each in offices if each.why is None]
    wanted = form.office.data or request.args.get("to")
    to = wanted if wanted in free else next(iter(free), None)
    found: dict[str, Any] = {
        "offices": offices,
        "office_name": asking.office,
        "decided": referrals.decide(session, case).office_id,
        "awaits_triage": awaits_triage(asking.facts),
        "second": asking.facts.lead is not None,
        "to": to,
    }
    return {**found, **_leaving(asking, to)} if to else found


def _leaving(asking: Asking, to: str) -> dict[str, Any]:
    """Return what the chosen office would see, why, and by when it has to act."""
    office = asking.offices[to]
    reasons = preview.reasons(office, asking.facts.consents)
    seen = preview.for_office(asking.session, asking.case, office)
    zone = zone_of(asking.actor)
    track = referrals.track_of(asking.session, asking.case, to)
    return {
        "sight": seen,
        "leaves": [item for item in Item if item in seen.items],
        "stays": [item for item in Item if item not in seen.items],
        "because": {item: because(reason, zone) for item, reason in reasons.items()},
        "track": words.say(words.TRACK, track),
        "accepts_by": asking.by(ClockKind.ACKNOWLEDGE, to),
        "result_by": asking.by(ClockKind.RESOLVE, to),
    }


def because(reason: Reason, zone: tzinfo) -> str:
    """Return why an item leaves or stays, in words."""
    return gettext(
        words.BECAUSE[reason.why],
        scope=words.say(words.SCOPE, reason.scope),
        day=clock_words.day(reason.at, zone) if reason.at else "",
    )
