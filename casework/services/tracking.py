"""The case as the person with the tracking code follows it: stages, dates, who has it.

What is told here says where the case stands and never what it is about: whoever forces a person
to give the code away learns nothing that was told, and no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework import crypto
from casework.domain.escalation import ClockKind, Unit
from casework.domain.facts import LIVE, Said
from casework.domain.workflow import Action, Status
from casework.models import Case, CaseConflict
from casework.services import at_hand, casefile, clocks, drafts, history, intake, logins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Draft, Event, Login
    from casework.services.intake import Secret


class Stage(StrEnum):
    """What a line of steps shows."""

    RECEIVED = "received"
    TRIAGE = "triage"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_PROGRESS = "in_progress"
    WAITING_YOU = "waiting_you"
    WAITING_THIRD = "waiting_third"
    OUTCOME_PROPOSED = "outcome_proposed"
    CLOSED = "closed"
    CLOSED_UNCONFIRMED = "closed_unconfirmed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    ESCALATED = "escalated"
    TOGETHER = "together"


@dataclass(frozen=True)
class Mark:
    """A stage that the case has come to, and when."""

    stage: Stage
    at: datetime


@dataclass(frozen=True)
class Expected:
    """What is due by when. `exact` says that the hour counts; `zone` is the office's."""

    kind: ClockKind
    at: datetime
    zone: ZoneInfo
    office_id: str
    referred: bool
    exact: bool


_OF_STATUS: Final = {
    Status.RECEIVED: Stage.RECEIVED,
    Status.TRIAGE: Stage.TRIAGE,
    Status.REFERRED: Stage.REFERRED,
    Status.ACCEPTED: Stage.ACCEPTED,
    Status.IN_PROGRESS: Stage.IN_PROGRESS,
    Status.WAITING_COMPLAINANT: Stage.WAITING_YOU,
    Status.WAITING_THIRD: Stage.WAITING_THIRD,
    Status.OUTCOME_PROPOSED: Stage.OUTCOME_PROPOSED,
    Status.CLOSED: Stage.CLOSED,
    Status.WITHDRAWN: Stage.WITHDRAWN,
}
# Actions that say more than the status they lead to.
_OF_ACTION: Final = {
    Action.DECLINE: Stage.DECLINED,
    Action.ESCALATE: Stage.ESCALATED,
    Action.ESCALATE_TO_DESK: Stage.ESCALATED,
    Action.REOPEN: Stage.REOPENED,
    Action.MERGE: Stage.TOGETHER,
    Action.CLOSE_UNCONFIRMED: Stage.CLOSED_UNCONFIRMED,
}
# While they last they are worth saying; afterwards they only make the line long.
_PASSING: Final = frozenset({Stage.WAITING_YOU, Stage.WAITING_THIRD, Stage.TRIAGE})
_LAST: Final = (Stage.IN_PROGRESS, Stage.OUTCOME_PROPOSED, Stage.CLOSED)
_AHEAD: Final[dict[Status, tuple[Stage, ...]]] = {
    Status.RECEIVED: _LAST,
    Status.TRIAGE: _LAST,
    Status.REFERRED: (Stage.ACCEPTED, *_LAST),
    Status.ACCEPTED: _LAST,
    Status.OUTCOME_PROPOSED: _LAST[2:],
    Status.CLOSED: (),
    Status.WITHDRAWN: (),
}


def find(session: Session, now: datetime, code: str) -> Case | Draft | None:
    """Return the case or the unsent draft that a whole tracking code opens."""
    code_hash = crypto.code_lookup(code)
    case = session.scalars(select(Case).where(Case.code_hash == code_hash)).first()
    return case or drafts.find_by_code(session, now, code_hash)


def line(session: Session, case: Case) -> list[Mark]:
    """Return the stages of the case, oldest first; the last one is where it stands now."""
    marks = [Mark(Stage.RECEIVED, case.filed_at)]
    for event in reversed(history.of_case(session, case)):
        stage = _stage(event)
        if stage is not None:
            marks.append(Mark(stage, event.at))
    if marks[-1].stage is Stage.DECLINED:
        marks.append(Mark(_OF_STATUS[Status(case.status)], marks[-1].at))
    kept = [mark for mark, after in pairwise(marks) if mark.stage not in _PASSING]
    return _without_repeats([*kept, marks[-1]])


def _stage(event: Event) -> Stage | None:
    before, after = event.data.get("before"), event.data.get("after")
    if after is None:
        return None
    special = _OF_ACTION.get(Action(event.action))
    if special is not None and (before != after or special is Stage.ESCALATED):
        return special
    return None if before == after else _OF_STATUS[Status(after)]


def _without_repeats(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks with only the first of neighbours that say the same."""
    return [next(same) for _, same in groupby(marks, key=lambda mark: mark.stage)]


def ahead(case: Case) -> tuple[Stage, ...]:
    """Return the stages that are still to come when all goes well."""
    return _AHEAD.get(Status(case.status), _LAST[1:])


def holder(session: Session, case: Case) -> str | None:
    """Return the id of the office that has the case; None when naming it could do harm.

    Who says that they are not safe may have somebody looking over the shoulder.
    """
    leading = next((r for r in case.referrals if r.lead and r.state in LIVE), None)
    office_id = leading.office_id if leading and leading.may_see else case.desk_office_id
    against = {row.office_id for row in at_hand.all_rows(session, case, CaseConflict)}
    if case.safe_now == Said.NO or office_id in against:
        return None
    return office_id


def expected(session: Session, case: Case, now: datetime) -> list[Expected]:
    """Return what is due, the nearest of each kind, in order; paused clocks promise nothing."""
    first: dict[ClockKind, Expected] = {}
    ticking = [c for c in clocks.running(clocks.of_case(session, case)) if c.remaining is None]
    for clock in sorted(ticking, key=lambda clock: clock.due_at):
        kind = ClockKind(clock.kind)
        first.setdefault(
            kind,
            Expected(
                kind=kind,
                at=clock.due_at,
                zone=clocks.calendar_of(session, clock.office_id, now).timezone,
                office_id=clock.office_id,
                referred=clock.referral_id is not None,
                exact=clock.unit == Unit.HOURS,
            ),
        )
    return list(first.values())


def change_code(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    keep: Login,
    given: Secret | None = None,
    version: int | None = None,
) -> str:
    """Give the case a new code and return it; the old one, and whoever came by it, is out.

    The session `keep` goes on: it is the one that asked. The new code stays readable for an hour
    as a receipt, so that a second tap on the button cannot hide it. `given` is the new code, where
    the caller made it before the transaction.
    """
    casefile.move(session, case, actor, Action.CHANGE_CODE, now, version=version)
    given = given or intake.secret()
    case.code_hash = given.hashed
    case.code_is_shared = False
    logins.end_others_of_case(session, keep)
    drafts.replace_receipt(session, now, case.id, given.code, case.language)
    casefile.settle(session, case, now)
    return given.code


def new_code(session: Session, now: datetime, case: Case) -> str | None:
    """Return the code of the case's living receipt, if there is one."""
    receipt = drafts.receipt_of(session, now, case.id)
    return receipt.code if receipt else None
