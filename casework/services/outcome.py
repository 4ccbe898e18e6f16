"""How a case ends: an outcome proposed, confirmed or disputed; closed, withdrawn, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.escalation import ClockKind
from casework.domain.facts import LIVE, ReferralState
from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.services import casefile, clocks, escalation, news, notices

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

OUTCOMES = {
    "settled": N_("Settled: the worker got what was asked"),
    "partly_settled": N_("Settled in part"),
    "referred_on": N_("Taken to another body, such as a court"),
    "not_settled": N_("Not settled"),
    "unfounded": N_("The office finds no breach"),
    "helped_otherwise": N_("Helped in another way"),
}
REMEDY_STATUSES = {
    "full": N_("Received in full"),
    "part": N_("Received in part"),
    "promised": N_("Promised, not received yet"),
    "none": N_("Nothing received"),
}
CLOSE_REASONS = {
    "confirmed": N_("The worker confirmed the outcome"),
    "unconfirmed": N_("No answer from the worker within the time"),
    "unreachable": N_("The worker cannot be reached"),
    "duplicate": N_("The same complaint is another case"),
    "merged": N_("It goes on in another case of the same person"),
    "no_more_to_do": N_("Nothing more can be done here"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a case: codes, and the office's own words to the worker."""

    code: str
    remedy_status: str
    words: str


class OutcomeIncomplete(ValueError):
    """A case cannot end without outcome, remedy status and reason."""


def _write(case: Case, outcome: Outcome) -> None:
    if outcome.code not in OUTCOMES or outcome.remedy_status not in REMEDY_STATUSES:
        raise OutcomeIncomplete
    case.outcome = outcome.code
    case.remedy_status = outcome.remedy_status
    case.outcome_text = outcome.words


def propose(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    outcome: Outcome,
    version: int | None = None,
) -> None:
    """Propose an outcome; the worker has the last word."""
    casefile.move(
        session,
        case,
        actor,
        Action.PROPOSE_OUTCOME,
        now,
        version=version,
        outcome=outcome.code,
        remedy=outcome.remedy_status,
    )
    _write(case, outcome)
    # A wait for an earlier answer must not shorten the worker's time to look at the outcome.
    clocks.met(session, case, ClockKind.SILENCE, None, now)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "outcome_proposed", now)
    news.tell(session, case, now)


def end_referrals(case: Case, now: datetime) -> None:
    """Let no office hold the case any more; those that had it go on reading it."""
    for referral in case.referrals:
        if ReferralState(referral.state) in LIVE:
            casefile.end(referral, ReferralState.ENDED, now)


def confirm(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Close the case on the worker's word."""
    casefile.move(session, case, actor, Action.CONFIRM, now, version=version)
    case.close_reason, case.confirmed = "confirmed", True
    end_referrals(case, now)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "confirmed", now)


def dispute(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Reopen the work on the worker's word, one step up the ladder."""
    casefile.move(session, case, actor, Action.DISPUTE, now, version=version)
    notices.tell_desk(session, case, "disputed", now)
    escalation.climb(session, case, now, "disputed")


def close_unconfirmed(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Close after the worker's silence; every figure counts this as unconfirmed."""
    casefile.move(session, case, actor, Action.CLOSE_UNCONFIRMED, now)
    case.close_reason, case.confirmed = "unconfirmed", False
    end_referrals(case, now)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "unconfirmed", now)


def close(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    outcome: Outcome,
    reason: str,
    version: int | None = None,
) -> None:
    """Close on a supervisor's word; raises OutcomeIncomplete when a part is missing."""
    if reason not in CLOSE_REASONS:
        raise OutcomeIncomplete
    casefile.move(
        session,
        case,
        actor,
        Action.CLOSE,
        now,
        version=version,
        outcome=outcome.code,
        remedy=outcome.remedy_status,
        reason=reason,
    )
    _write(case, outcome)
    case.close_reason, case.confirmed = reason, None
    end_referrals(case, now)
    casefile.settle(session, case, now)


def withdraw(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    under_pressure: bool | None,
    version: int | None = None,
) -> None:
    """Stop the case on the worker's wish; keeps whether somebody pressed them (None: not said)."""
    casefile.move(
        session, case, actor, Action.WITHDRAW, now, version=version, under_pressure=under_pressure
    )
    case.under_pressure = under_pressure
    end_referrals(case, now)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "withdrawn", now)


def reopen(
    session: Session, case: Case, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Take an ended case up again at the desk, within 90 days or by a supervisor."""
    casefile.move(session, case, actor, Action.REOPEN, now, version=version)
    case.outcome = case.remedy_status = case.close_reason = ""
    case.confirmed = case.merged_into_id = None
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, "reopened", now)
