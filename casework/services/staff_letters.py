"""Letters to staff: the reference of a case and why, or what happened to their own account.

They are written with the notice that they repeat. When one goes, it is looked at once more: who
may no longer see the case, has put the notice away or does not want to be told is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from casework.domain import letters
from casework.domain.letters import Channel, How
from casework.models import AccountNotice, Case, Letter, Notice, Staff
from casework.services import batch, directory, letter_wishes, outbox, visibility, ways_out
from casework.services.facts import staff_actor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.services.letter_wishes import Wish
    from casework.services.outbox import Parcel

ACCOUNT = "account"


@dataclass(frozen=True)
class ToStaff:
    """A letter that may go: to whom, and what it tells.

    `cases` are references, each with the code of its notice; `account` is what happened to the
    account instead.
    """

    staff_id: int
    email: str
    language: str
    cases: tuple[tuple[str, str], ...] = ()
    account: AccountNotice | None = None


@dataclass(frozen=True)
class _Reader:
    """Somebody whom a notice is for: in which language, how they want to be told, and where."""

    staff_id: int
    language: str
    wish: Wish
    zone: ZoneInfo


def write(session: Session, notice: Notice, now: datetime) -> None:
    """Write a letter to everybody whom a notice is for and who wants one."""
    if Channel.EMAIL not in ways_out.open_now(session, now):
        return
    office_id, staff_id = notice.office_id, notice.staff_id
    key = "readers", office_id, staff_id
    about = letters.about(notice.kind)
    for reader in batch.once_for_all(session, key, lambda: _readers(session, office_id, staff_id)):
        how = reader.wish.choices[about]
        if how is not How.NEVER:
            outbox.put(
                session,
                now,
                Channel.EMAIL,
                f"notice {notice.id} {reader.staff_id}",
                kind=notice.kind,
                not_before=_when(reader.zone, reader.wish, how, now),
                language=reader.language,
                staff_id=reader.staff_id,
                case_id=notice.case_id,
                notice_id=notice.id,
            )


def _readers(session: Session, office_id: str, staff_id: int | None) -> list[_Reader]:
    # Whoever has not taken up an invitation is nobody yet to whom a case may be named.
    query = select(Staff).where(
        Staff.office_id == office_id, Staff.active, Staff.invite_hash.is_(None)
    )
    if staff_id is not None:
        query = query.where(Staff.id == staff_id)
    people = session.scalars(query.order_by(Staff.id)).all()
    wishes = letter_wishes.of_many(session, [each.id for each in people])
    return [
        _Reader(
            each.id,
            each.language,
            wishes.get(each.id, letter_wishes.USUAL),
            _zone(session, each),
        )
        for each in people
    ]


def _zone(session: Session, staff: Staff) -> ZoneInfo:
    return directory.zone(session, staff.office.host if staff.office else "")


def _when(zone: ZoneInfo, wish: Wish, how: How, now: datetime) -> datetime:
    moment = letters.next_digest(now, zone) if how is How.DIGEST else now
    return letters.after_quiet(moment, zone, wish.quiet)


def write_account(session: Session, notice: AccountNotice, now: datetime) -> None:
    """Write to the owner of an account what happened to it: at once, whatever they want."""
    if Channel.EMAIL not in ways_out.open_now(session, now):
        return
    staff = session.get_one(Staff, notice.staff_id)
    outbox.put(
        session,
        now,
        Channel.EMAIL,
        f"account {notice.id}",
        kind=ACCOUNT,
        language=staff.language,
        staff_id=staff.id,
        account_notice_id=notice.id,
    )


def opened(session: Session, now: datetime, parcel: Parcel) -> ToStaff | datetime | None:
    """Return what a parcel tells whom; until when it has to wait; or None if nothing is left.

    What is not to be told any more is dropped from the parcel.
    """
    staff = session.get_one(Staff, parcel.staff_id)
    rows = outbox.of_parcel(session, parcel)
    if not staff.active:
        return None
    if parcel.kind == ACCOUNT:
        told = session.get_one(AccountNotice, rows[0].account_notice_id)
        return ToStaff(staff.id, staff.email, staff.language, account=told)
    wish = letter_wishes.of(session, staff.id)
    awake = letters.after_quiet(now, _zone(session, staff), wish.quiet)
    if awake > now:
        return awake
    cases = _cases(session, parcel, staff, wish, rows)
    return ToStaff(staff.id, staff.email, staff.language, cases) if cases else None


def _cases(
    session: Session, parcel: Parcel, staff: Staff, wish: Wish, rows: Sequence[Letter]
) -> tuple[tuple[str, str], ...]:
    told = {
        letter_id: (reference, kind)
        for letter_id, reference, kind in session.execute(_tellable(staff, rows))
        if wish.choices[letters.about(kind)] is not How.NEVER
    }
    gone = [row.id for row in rows if row.id not in told]
    if gone:
        outbox.dropped(session, parcel, gone)
    return tuple(dict.fromkeys(told.values()))


def _tellable(staff: Staff, rows: Sequence[Letter]) -> Select[int, str, str]:
    """Return the letters whose notice still concerns the reader, with its case and its code."""
    actor = staff_actor(staff)
    return (
        select(Letter.id, Case.reference, Notice.kind)
        .join(Notice, Notice.id == Letter.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Letter.id.in_([row.id for row in rows]),
            Notice.seen_at.is_(None),
            Notice.office_id == actor.office_id,
            or_(Notice.staff_id.is_(None), Notice.staff_id == staff.id),
            visibility.condition(actor),
        )
        .order_by(Letter.id)
    )
