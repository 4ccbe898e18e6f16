"""Notices to staff: that something happened to a case, by its reference only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, lazyload, load_only

from casework.models import Case, Notice
from casework.services import batch, staff_letters, webhooks
from casework.services.visibility import condition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

SHOWN = 20
# A notice shows the reference of its case and nothing else of it.
_WITHOUT_THE_REST = (
    lazyload(Case.categories),
    lazyload(Case.desk),
    lazyload(Case.caseworker),
)


def tell(
    session: Session,
    case: Case,
    office_id: str,
    kind: str,
    now: datetime,
    *,
    staff_id: int | None = None,
) -> Notice:
    """Leave a notice for an office, or for one member of it; what goes out repeats it."""
    notice = Notice(case_id=case.id, office_id=office_id, staff_id=staff_id, kind=kind, at=now)
    batch.add(session, notice)
    staff_letters.write(session, notice, now)
    webhooks.write(session, notice, now)
    return notice


def tell_desk(session: Session, case: Case, kind: str, now: datetime) -> Notice:
    """Leave a notice for the caseworker of a case, or for the whole desk without one."""
    return tell(session, case, case.desk_office_id, kind, now, staff_id=case.caseworker_id)


def unseen(session: Session, actor: Actor) -> Sequence[Notice]:
    """Return the newest notices the actor has not put away, of cases the actor may still see."""
    query = (
        select(Notice)
        .where(
            Notice.office_id == actor.office_id,
            or_(Notice.staff_id.is_(None), Notice.staff_id == actor.staff_id),
            Notice.seen_at.is_(None),
            exists().where(Case.id == Notice.case_id, condition(actor)),
        )
        .options(joinedload(Notice.case).options(load_only(Case.reference), *_WITHOUT_THE_REST))
        # None has been seen; said once more, so that PostgreSQL reads them in the index's order.
        .order_by(Notice.seen_at.desc(), Notice.id.desc())
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def put_away(session: Session, actor: Actor, notice_id: int, now: datetime) -> None:
    """Mark one of the actor's notices as seen; a notice of others stays as it is."""
    for notice in unseen(session, actor):
        if notice.id == notice_id:
            notice.seen_at = now
