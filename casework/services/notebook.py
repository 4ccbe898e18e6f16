"""What staff write down beside the workflow: notes, tasks, contacts with the embassy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.facts import DESK_ROLES
from casework.domain.search_text import clean
from casework.domain.workflow import Action
from casework.models import EmbassyContact, Note, Task
from casework.services import at_hand, casefile, directory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.complaint import Contact
    from casework.domain.facts import Actor
    from casework.models import Case

NOTE_KINDS = ("note", "call", "visit")


def note(
    session: Session, case: Case, actor: Actor, now: datetime, *, kind: str, body: str
) -> Note:
    """Write a note for the actor's own office."""
    casefile.move(session, case, actor, Action.NOTE, now, kind=kind)
    made = Note(
        case=case,
        at=now,
        kind=kind,
        staff_id=actor.staff_id,
        office_id=actor.office_id,
        body=clean(body),
    )
    session.add(made)
    casefile.settle(session, case, now)
    return made


def notes(session: Session, case: Case, actor: Actor) -> Sequence[Note]:
    """Return the notes the actor may read: the own office's, and to the network every desk's."""
    if actor.network:
        own = [o.id for o in directory.offices(session).values() if o.role in DESK_ROLES]
    else:
        own = [actor.office_id or ""]
    held = at_hand.rows(session, case, Note)
    if held is not None:
        read = [row for row in held if row.office_id in own]
        return sorted(read, key=lambda row: (row.at, row.id), reverse=True)
    query = select(Note).where(Note.case_id == case.id, Note.office_id.in_(own))
    return session.scalars(query.order_by(Note.at.desc(), Note.id.desc())).all()


def task(
    session: Session, case: Case, actor: Actor, now: datetime, *, title: str, due_on: str
) -> Task:
    """Add something to do by a local day (ISO, or empty)."""
    casefile.move(session, case, actor, Action.TASK, now, due=due_on)
    made = Task(
        case=case,
        office_id=actor.office_id,
        staff_id=actor.staff_id,
        made_at=now,
        due_on=due_on,
        title=clean(title),
    )
    session.add(made)
    casefile.settle(session, case, now)
    return made


def tasks(session: Session, case: Case, actor: Actor) -> Sequence[Task]:
    """Return the tasks of the actor's office, open ones first."""
    held = at_hand.rows(session, case, Task)
    if held is not None:
        own = [row for row in held if row.office_id == actor.office_id]
        return sorted(own, key=lambda row: (row.done_at is not None, row.due_on, row.id))
    query = (
        select(Task)
        .where(Task.case_id == case.id, Task.office_id == actor.office_id)
        .order_by(Task.done_at.is_not(None), Task.due_on, Task.id)
    )
    return session.scalars(query).all()


def finish_task(session: Session, case: Case, actor: Actor, now: datetime, task_id: int) -> None:
    """Mark a task of the actor's office as done; an unknown one stays as it is."""
    casefile.move(session, case, actor, Action.TASK, now, done=task_id)
    for row in tasks(session, case, actor):
        if row.id == task_id and row.done_at is None:
            row.done_at = now
    casefile.settle(session, case, now)


def embassy_contact(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    contact: Contact,
    version: int | None = None,
) -> EmbassyContact:
    """Record one attempt to get help from an embassy, and what came of it."""
    casefile.move(
        session,
        case,
        actor,
        Action.EMBASSY_CONTACT,
        now,
        version=version,
        result=contact.result,
        office=contact.office_id,
    )
    made = EmbassyContact(
        case=case,
        office_id=contact.office_id,
        result=contact.result,
        on_date=contact.on_date,
        how=contact.how,
        asked=clean(contact.asked) or None,
        answered=clean(contact.answered) or None,
    )
    session.add(made)
    casefile.settle(session, case, now)
    return made
