"""How members of staff want to be told by e-mail: of what, when, and at which hours not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.letters import DEFAULTS, About, How
from casework.models import LetterWish, Staff
from casework.services import history

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

Quiet = tuple[time, time]


@dataclass(frozen=True)
class Wish:
    """What somebody wants: one answer for each thing there is to tell, and quiet hours or none."""

    choices: Mapping[About, How]
    quiet: Quiet | None = None


USUAL: Final = Wish(DEFAULTS)
NOTHING: Final = dict.fromkeys(About, How.NEVER)


def of(session: Session, staff_id: int) -> Wish:
    """Return what a member of staff wants, as usual where they have said nothing."""
    return of_many(session, [staff_id]).get(staff_id, USUAL)


def of_many(session: Session, staff_ids: Collection[int]) -> dict[int, Wish]:
    """Return what those want who have said something, by account."""
    rows = session.scalars(select(LetterWish).where(LetterWish.staff_id.in_(staff_ids)))
    return {row.staff_id: _read(row) for row in rows}


def _read(row: LetterWish) -> Wish:
    said = {each: How(row.choices[each.value]) for each in About if each.value in row.choices}
    quiet = None
    if row.quiet_from:
        quiet = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until)
    return Wish({**DEFAULTS, **said}, quiet)


def choose(session: Session, now: datetime, staff: Staff, wish: Wish) -> None:
    """Keep what a member of staff wants from now on."""
    if of(session, staff.id) == wish:
        return
    row = session.scalar(select(LetterWish).where(LetterWish.staff_id == staff.id))
    if row is None:
        row = LetterWish(staff_id=staff.id)
        session.add(row)
    row.choices = {about.value: how.value for about, how in wish.choices.items()}
    row.quiet_from, row.quiet_until = "", ""
    if wish.quiet is not None:
        row.quiet_from, row.quiet_until = (f"{each:%H:%M}" for each in wish.quiet)
    actor = Actor(ActorKind.STAFF, Role(staff.role), staff.id)
    history.record(session, None, actor, now, "account:letters", account=staff.id)


def stop(session: Session, now: datetime, staff: Staff) -> None:
    """Send a member of staff nothing more, but what happens to their account."""
    choose(session, now, staff, Wish(NOTHING, of(session, staff.id).quiet))
