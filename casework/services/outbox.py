"""The outbox: letters are claimed for a while, sent outside of any transaction, and settled.

Who claims a letter has a lease on it. When they die, the lease runs out and somebody else sends
the letter again, under the same mark, so that the receiver can tell that it is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CursorResult, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from casework import crypto
from casework.domain import letters
from casework.domain.letters import Channel, LetterState, Trouble
from casework.models import Letter, Staff
from casework.services import batch

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

# Longer than any attempt may take, so that a lease ends only with the one who holds it.
LEASE: Final = timedelta(minutes=5)
# Most that one letter tells of: a longer list is read at the desk.
MOST_TOGETHER: Final = 200


@dataclass(frozen=True)
class Parcel:
    """Letters that go as one, claimed by `by`: `key` is the mark that stays with them."""

    ids: tuple[int, ...]
    by: str
    key: str
    channel: Channel
    attempts: int
    kind: str
    language: str
    staff_id: int | None
    person_id: int | None
    office_id: str | None


def put(
    session: Session,
    now: datetime,
    channel: Channel,
    key: str,
    *,
    kind: str,
    not_before: datetime | None = None,
    **to: Any,
) -> Letter:
    """Put a letter into the outbox, in the transaction of what it tells.

    `key` names what is told to whom: no two letters have the same. `to` names the recipient and
    what the letter is about, by ids, and the `language`.
    """
    letter = Letter(
        channel=channel.value,
        dedupe_key=key,
        kind=kind,
        state=LetterState.WAITING.value,
        made_at=now,
        not_before=not_before or now,
        attempts=0,
        last_error="",
        **to,
    )
    batch.add(session, letter)
    return letter


def claim(
    session: Session,
    now: datetime,
    by: str,
    *,
    channels: Collection[Channel],
    but: Collection[str] = (),
) -> Parcel | None:
    """Lease the letter that has waited longest, with all that goes together with it.

    `by` names this claim and no other one; `but` are offices whose systems are left alone.
    Returns None when nothing is due. On PostgreSQL a row that another worker holds is passed over;
    on SQLite the transaction that writes is the only one.
    """
    busy: list[int] = []
    while (first := session.scalar(_due(now, channels, but, busy))) is not None:
        if first.staff_id is None or _alone(session, now, first):
            return _leased(session, now, by, first)
        busy.append(first.staff_id)
    return None


def _due(
    now: datetime, channels: Collection[Channel], but: Collection[str], busy: list[int]
) -> Select[Letter]:
    query = (
        select(Letter)
        .where(_ready(now), Letter.channel.in_(channels), ~_gathering(now))
        .order_by(Letter.not_before, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if but:
        query = query.where(or_(Letter.office_id.is_(None), Letter.office_id.not_in(but)))
    return query.where(or_(Letter.staff_id.is_(None), Letter.staff_id.not_in(busy)))


def _ready(now: datetime) -> ColumnElement[bool]:
    return (
        _waiting()
        & (Letter.not_before <= now)
        & or_(Letter.lease_until.is_(None), Letter.lease_until <= now)
    )


def _gathering(now: datetime) -> ColumnElement[bool]:
    """Tell that somebody has just had a letter, or gets one now: the next one gathers meanwhile.

    What happened to an account never waits for that, and neither does what goes again.
    """
    other = aliased(Letter)
    lately = other.sent_at > now - letters.GATHERED
    leased = (other.state == LetterState.WAITING.value) & (other.lease_until > now)
    return (
        Letter.staff_id.is_not(None)
        & Letter.account_notice_id.is_(None)
        & Letter.batch.is_(None)
        & exists().where(
            other.staff_id == Letter.staff_id,
            other.account_notice_id.is_(None),
            or_(lately, leased),
        )
    )


def _alone(session: Session, now: datetime, first: Letter) -> bool:
    """Hold a recipient, so that no other worker writes to them at the same moment.

    Until they were held somebody may have written to them: that is looked at once more.
    """
    held = select(Staff.id).where(Staff.id == first.staff_id)
    held = held.with_for_update(of=Staff, skip_locked=True, key_share=True)
    still = select(Letter.id).where(Letter.id == first.id, _ready(now), ~_gathering(now))
    return session.scalar(held) is not None and session.scalar(still) is not None


def _together(now: datetime, first: Letter) -> Select[int]:
    """Return the letters that go with one: its batch, or all that the same person is to get."""
    if first.batch is not None:
        return select(Letter.id).where(Letter.batch == first.batch, _waiting())
    if first.staff_id is None or first.account_notice_id is not None:
        return select(Letter.id).where(Letter.id == first.id)
    theirs = (Letter.staff_id == first.staff_id) & (Letter.channel == first.channel)
    query = select(Letter.id).where(
        _ready(now), theirs, Letter.account_notice_id.is_(None), Letter.batch.is_(None)
    )
    return query.order_by(Letter.id).limit(MOST_TOGETHER)


def _leased(session: Session, now: datetime, by: str, first: Letter) -> Parcel:
    batch, attempts = first.batch or first.id, first.attempts + 1
    ids = session.scalars(
        update(Letter)
        .where(Letter.id.in_(_together(now, first)))
        .values(batch=batch, attempts=attempts, leased_by=by, lease_until=now + LEASE)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    return Parcel(
        ids=tuple(sorted(ids)),
        by=by,
        # What others get to see of it counts nothing and tells no time.
        key=crypto.blind_index("letter", str(batch)).hex(),
        channel=Channel(first.channel),
        attempts=attempts,
        kind=first.kind,
        language=first.language,
        staff_id=first.staff_id,
        person_id=first.person_id,
        office_id=first.office_id,
    )


def of_parcel(session: Session, parcel: Parcel) -> Sequence[Letter]:
    """Return the letters of a parcel, in the order in which they were written."""
    return session.scalars(select(Letter).where(_held(parcel)).order_by(Letter.id)).all()


def sent(session: Session, now: datetime, parcel: Parcel) -> bool:
    """Settle that a parcel went; tell whether it was still ours to settle."""
    return _settle(session, parcel, state=LetterState.SENT.value, sent_at=now, last_error="")


def dropped(session: Session, parcel: Parcel, ids: Collection[int] = ()) -> bool:
    """Settle that a parcel, or only some letters of it, need not go any more."""
    return _settle(session, parcel, ids, state=LetterState.DROPPED.value)


def later(session: Session, parcel: Parcel, until: datetime) -> bool:
    """Give a parcel back that may not go at this hour; this was no attempt."""
    attempts = parcel.attempts - 1
    return _settle(session, parcel, not_before=until, attempts=attempts, batch=_unbound(attempts))


def _unbound(attempts: int) -> Any:
    # What nobody can have seen yet may be gathered anew.
    return None if attempts == 0 else Letter.batch


def failed(
    session: Session,
    now: datetime,
    parcel: Parcel,
    trouble: Trouble,
    *,
    chance: float,
    never: bool = False,
) -> bool:
    """Settle that a parcel did not go: it is tried again after a while, or dead.

    `chance`, from 0 to 1, is drawn anew each time. It is dead after many attempts, or at once when
    it can `never` go.
    """
    dead = never or parcel.attempts >= letters.MOST_ATTEMPTS
    return _settle(
        session,
        parcel,
        state=(LetterState.DEAD if dead else LetterState.WAITING).value,
        not_before=now + letters.wait(parcel.attempts, chance),
        last_error=trouble.value,
    )


def _settle(session: Session, parcel: Parcel, ids: Collection[int] = (), **values: Any) -> bool:
    which = _held(parcel) & (Letter.id.in_(ids) if ids else Letter.id.is_not(None))
    done = session.execute(
        update(Letter)
        .where(which)
        .values(lease_until=None, leased_by=None, **values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, CursorResult) and done.rowcount > 0


def _held(parcel: Parcel) -> ColumnElement[bool]:
    return Letter.id.in_(parcel.ids) & (Letter.leased_by == parcel.by)


def _waiting() -> ColumnElement[bool]:
    return Letter.state == LetterState.WAITING.value


def oldest_waiting(session: Session, now: datetime) -> datetime | None:
    """Return since when the letter that has waited longest could have gone; None if none waits."""
    due = select(func.min(Letter.not_before)).where(_waiting(), Letter.not_before <= now)
    return session.scalar(due)
