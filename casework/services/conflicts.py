"""Conflicts of interest as rows: they come by themselves, and go by a second person's word.

Whatever changes a case, or the offices of the directory, may add conflicts at once. One that the
rules do not derive any more is held: the office sees as little as before, until somebody who did
not make the change lifts it (`second_person.lift`). Only the presumption against unnamed posts
ends with neutral triage itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain import conflict
from casework.domain.facts import SYSTEM, ActorKind
from casework.models import CaseConflict, Event
from casework.services import batch, directory, history, notices
from casework.services.facts import derived

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts
    from casework.models import Case

HELD = "conflict_held"
SECOND_PERSON = "second_person"
Party = tuple[str | None, int | None]


def write(session: Session, case: Case, now: datetime, by: Actor | None) -> None:
    """Write down who is in conflict now; hold whom the rules do not derive any more.

    `by` made the change; without it, it was the member of staff whom the history of the case
    names last.
    """
    facts = derived(session, case)
    presumed = conflict.presumed_offices(facts, directory.offices(session))
    wanted = _wanted(facts)
    kept = of_case(session, case)
    for row in kept:
        party = row.office_id, row.staff_id
        row.presumed = row.office_id in presumed if party in wanted else row.presumed
        if party in wanted:
            row.held_since = row.changed_by = None
    for office_id, staff_id in wanted - {(row.office_id, row.staff_id) for row in kept}:
        row = CaseConflict(case_id=case.id, office_id=office_id, staff_id=staff_id)
        row.presumed = office_id in presumed
        batch.add(session, row)
    left = [row for row in kept if (row.office_id, row.staff_id) not in wanted]
    for row in left:
        if row.presumed and facts.triaged:
            batch.drop(session, row)
    _hold(session, case, now, by, [row for row in left if not (row.presumed and facts.triaged)])
    batch.flush(session, case)


def of_case(session: Session, case: Case) -> list[CaseConflict]:
    """Return the rows of a case, those that are held and those that the rules derive."""
    held = batch.rows(session, case, CaseConflict)
    if held is not None:
        return list(held)
    query = select(CaseConflict).where(CaseConflict.case_id == case.id).order_by(CaseConflict.id)
    return list(session.scalars(query))


def _wanted(facts: CaseFacts) -> set[Party]:
    offices: set[Party] = {(office_id, None) for office_id in facts.conflicted}
    return offices | {(None, staff_id) for staff_id in facts.complained_staff}


def _hold(
    session: Session, case: Case, now: datetime, by: Actor | None, rows: list[CaseConflict]
) -> None:
    """Hold conflicts that have just lost their reason, and ask the desk for a second person."""
    new = [row for row in rows if row.held_since is None]
    if not new:
        return
    who = by.staff_id if by else _last_to_change(session, case)
    for row in new:
        row.held_since, row.changed_by = now, who
    history.record(
        session,
        case,
        SYSTEM,
        now,
        HELD,
        offices=sorted(row.office_id for row in new if row.office_id),
        staff_ids=sorted(row.staff_id for row in new if row.staff_id),
    )
    for desk in sorted({case.desk_office_id, directory.COORDINATOR}):
        notices.tell(session, case, desk, SECOND_PERSON, now)


def _last_to_change(session: Session, case: Case) -> int | None:
    query = (
        select(Event.staff_id)
        .where(
            Event.case_id == case.id,
            Event.actor_kind == ActorKind.STAFF.value,
            Event.action.not_in(history.NO_MOVES),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(1)
    )
    return session.scalar(query)
