"""Files of a draft or a case: kept, moved with the complaint, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from casework import crypto
from casework.domain import consent
from casework.domain.facts import LIVE, ActorKind
from casework.domain.workflow import Action
from casework.models import Evidence, Notice
from casework.services import casefile, directory, history, notices
from casework.services.evidence import showing
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case, Draft

MOST: Final = 20
ADDED: Final = "evidence"
REMOVED: Final = "evidence_removed"


class TooMany(ValueError):
    """The draft or case has as many files as it may have."""


def of_draft(session: Session, draft: Draft) -> Sequence[Evidence]:
    """Return the files of a draft, oldest first."""
    query = select(Evidence).where(Evidence.draft_id == draft.id).order_by(Evidence.id)
    return session.scalars(query).all()


def count_in_draft(session: Session, draft: Draft) -> int:
    """Return how many files a draft has."""
    return _count(session, Evidence.draft_id == draft.id)


def has_files(session: Session, case: Case) -> bool:
    """Tell whether there is any file in the case."""
    return _count(session, Evidence.case_id == case.id) > 0


def add_to_draft(session: Session, draft: Draft, row: Evidence) -> Evidence:
    """Keep a prepared file in a draft, which is locked; return the row that stands for it.

    The same file sent again is the row that is there. Raises TooMany.
    """
    row.from_complainant = True
    row.draft_id = draft.id
    return _keep(session, row, Evidence.draft_id == draft.id)


def add_to_case(
    session: Session, case: Case, actor: Actor, now: datetime, row: Evidence
) -> Evidence:
    """Keep a prepared file in a case, which is locked; return the row that stands for it.

    The same file sent again is the row that is there. Raises TooMany, NotAllowed.
    """
    casefile.check(session, case, actor, Action.EVIDENCE, now)
    row.from_complainant = actor.kind is ActorKind.COMPLAINANT
    row.staff_id, row.office_id = actor.staff_id, actor.office_id
    row.case_id = case.id
    kept = _keep(session, row, Evidence.case_id == case.id)
    if kept is row:
        casefile.move(session, case, actor, Action.EVIDENCE, now, file=row.id, kind=row.kind)
        casefile.settle(session, case, now)
        _tell(session, case, actor, row, now)
    return kept


def _keep(session: Session, row: Evidence, here: ColumnElement[bool]) -> Evidence:
    row.digest = _digest(row)
    same = session.scalars(select(Evidence).where(here, Evidence.digest == row.digest)).first()
    if same is not None:
        return same
    if _count(session, here) >= MOST:
        raise TooMany
    session.add(row)
    session.flush()
    return row


def _count(session: Session, here: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Evidence.id)).where(here)) or 0


def _digest(row: Evidence) -> bytes:
    """Return the mark of the content within its draft or case: it tells nothing across cases."""
    place = f"case {row.case_id}" if row.case_id else f"draft {row.draft_id}"
    return crypto.blind_index("evidence", f"{place}: {row.content}")


def move_to_case(session: Session, draft: Draft, case: Case, actor: Actor, now: datetime) -> None:
    """Let the files of a draft go with the complaint that it became."""
    rows = of_draft(session, draft)
    for row in rows:
        row.draft_id, row.case_id = None, case.id
        row.digest = _digest(row)
    if rows:
        history.record(session, case, actor, now, Action.EVIDENCE, files=len(rows))
        session.flush()


def remove_from_draft(session: Session, draft: Draft, row_id: int) -> bool:
    """Delete a file of a draft, and with it its key; tell whether it was there."""
    row = session.get(Evidence, row_id)
    if row is None or row.draft_id != draft.id:
        return False
    session.delete(row)
    session.flush()
    return True


def remove_from_case(
    session: Session, case: Case, actor: Actor, now: datetime, row_id: int
) -> bool:
    """Delete a file that the complainant added, and with it its key; tell whether it was there.

    The case is locked. Raises NotAllowed.
    """
    casefile.check(session, case, actor, Action.REMOVE_EVIDENCE, now)
    row = session.get(Evidence, row_id)
    if row is None or row.case_id != case.id or not row.from_complainant:
        return False
    casefile.move(session, case, actor, Action.REMOVE_EVIDENCE, now, file=row.id, kind=row.kind)
    session.delete(row)
    casefile.settle(session, case, now)
    notices.tell_desk(session, case, REMOVED, now)
    return True


def _tell(session: Session, case: Case, actor: Actor, row: Evidence, now: datetime) -> None:
    """Leave a notice for the desk, and for the offices that see the file; one until it is read."""
    if actor.office_id != case.desk_office_id and not _waits(session, case, case.desk_office_id):
        notices.tell_desk(session, case, ADDED, now)
    consents = case_facts(session, case).consents
    offices = directory.offices(session)
    by = offices.get(row.office_id or "")
    holders = {each.office_id for each in case.referrals if each.may_see and each.state in LIVE}
    for office_id in sorted(holders - {actor.office_id}):
        office = offices[office_id]
        sees = showing.may_see(row, by, office, consent.items_for(office, consents))
        if sees and not _waits(session, case, office_id):
            notices.tell(session, case, office_id, ADDED, now)


def _waits(session: Session, case: Case, office_id: str) -> bool:
    """Tell whether an office has been told of files and has not put that notice away yet."""
    query = select(Notice.id).where(
        Notice.case_id == case.id,
        Notice.office_id == office_id,
        Notice.kind == ADDED,
        Notice.seen_at.is_(None),
    )
    return session.scalars(query).first() is not None
