"""Where a case stands in the lists of an office it was sent to, kept on the dispatch.

An office looks at its own clocks only: how long another office takes is not its business. What is
kept here repeats what clocks, dispatches and the case say, and `standing` keeps it together with
what it keeps of the case itself.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from casework.domain.facts import ReferralState
from casework.domain.workflow import ENDED
from casework.models.case import NEVER, Case
from casework.models.clock import Clock
from casework.models.referral import Referral
from casework.models.repeated import Repeated

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_ENDED: Final = [status.value for status in ENDED]


def stands_at() -> ColumnElement[datetime]:
    """Return by when the office has to act, or when the case has ended.

    NEVER without a clock of its own that runs, and while it is the worker's turn.
    """
    own_clock = (
        select(func.min(Clock.due_at))
        .where(
            Clock.case_id == Referral.case_id,
            Clock.office_id == Referral.office_id,
            Clock.stopped_at.is_(None),
            Clock.remaining.is_(None),
        )
        .correlate(Referral)
        .scalar_subquery()
    )
    never = literal(NEVER, Case.filed_at.type)
    return case(
        (Case.status.in_(_ENDED), func.coalesce(Case.closed_at, Case.moved_at)),
        (Case.waits_for == "complainant", never),
        else_=func.coalesce(own_clock, never),
    )


def own_move() -> ColumnElement[bool]:
    """Return whether the next move is the office's own, by whichever of its dispatches."""
    any_own = aliased(Referral)
    return exists().where(
        any_own.case_id == Referral.case_id,
        any_own.office_id == Referral.office_id,
        or_(
            any_own.state == ReferralState.OFFERED.value,
            and_(
                any_own.state == ReferralState.ACCEPTED.value,
                any_own.lead,
                Case.waits_for == "office",
            ),
        ),
    )


def worked_out() -> dict[str, ColumnElement[Any]]:
    """Return what is kept of a dispatch, by the name of its column, as it is worked out.

    It asks the case as well: whoever selects it joins the two.
    """
    return {
        "stands_at": stands_at(),
        "own_move": own_move(),
        "case_ended": Case.status.in_(_ENDED),
    }


def keep(session: Session, case_ids: Collection[int]) -> None:
    """Make what is kept of all dispatches of these cases true, where it is not."""
    _kept().make_true(session.connection(), case_ids)


@cache
def _kept() -> Repeated:
    joined = {Case: Case.id == Referral.case_id}
    return Repeated(Referral, worked_out(), Referral.case_id, joined)
