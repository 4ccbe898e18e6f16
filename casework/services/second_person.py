"""Lifting a conflict that is held: the word of a person who did not make the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import conflict
from casework.domain.workflow import Action
from casework.services import casefile, conflicts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.services.conflicts import Party


def lift(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    parties: Collection[Party],
    version: int | None = None,
) -> None:
    """Lift held conflicts with offices and members of staff; `parties` are pairs of such ids.

    Only those may be lifted whose change somebody else made. Raises NotAllowed when none of
    the parties is one of them, and StaleCase; what rules derive stays as it is. The reason is
    kept by the caller, as a note: the history holds no words.
    """
    facts = casefile.check(session, case, actor, Action.LIFT_CONFLICT, now, version=version)
    may = {(held.office_id, held.staff_id) for held in conflict.liftable(actor, facts)}
    lifted = may & set(parties)
    if not lifted:
        raise casefile.NotAllowed(Action.LIFT_CONFLICT, case.status)
    casefile.move(
        session,
        case,
        actor,
        Action.LIFT_CONFLICT,
        now,
        offices=sorted(office_id for office_id, _ in lifted if office_id),
        staff_ids=sorted(staff_id for _, staff_id in lifted if staff_id),
    )
    for row in conflicts.of_case(session, case):
        if row.held_since is not None and (row.office_id, row.staff_id) in lifted:
            session.delete(row)
    casefile.settle(session, case, now)
