"""The demonstration: published cases, invented work on them, and accounts to look at both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.models import Case, Staff
from casework.services import facts, installation, notices
from casework.services.demo import people, stories
from casework.services.demo.play import Play

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.demo.people import Account

# The accounts are older than the oldest case.
_ACCOUNTS_MADE: Final = timedelta(days=90)
_FRESH: Final = timedelta(days=2)


def is_empty(session: Session) -> bool:
    """Tell whether the installation has neither accounts nor cases."""
    return not any(session.scalar(select(model.id).limit(1)) for model in (Staff, Case))


def load(session: Session, now: datetime) -> list[Account]:
    """Load the demonstration, as of `now`; return how to sign in."""
    staff, accounts = people.create(session, now - _ACCOUNTS_MADE)
    Play(session, staff, now).run(stories.shipped())
    for each in staff.values():
        _read_news(session, facts.staff_actor(each), now)
    installation.mark_demonstration(session, loaded=True)
    return accounts


def _read_news(session: Session, actor: Actor, now: datetime) -> None:
    """Let somebody have put away the news of the days before yesterday."""
    while old := [each for each in notices.unseen(session, actor) if each.at < now - _FRESH]:
        for notice in old:
            notices.put_away(session, actor, notice.id, notice.at + _FRESH)
        session.flush()


def new_passwords(session: Session, now: datetime) -> list[Account]:
    """Give the accounts new passwords; return how to sign in."""
    return people.renew(session, now)
