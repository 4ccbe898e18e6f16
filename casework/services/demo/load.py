"""The demonstration: published cases, invented work on them, and accounts to look at both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.models import Case, Staff
from casework.services import installation
from casework.services.demo import people, stories
from casework.services.demo.play import Play

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.services.demo.people import Account

# The accounts are older than the oldest case.
_ACCOUNTS_MADE: Final = timedelta(days=90)


def is_empty(session: Session) -> bool:
    """Tell whether the installation has neither accounts nor cases."""
    return not any(session.scalar(select(model.id).limit(1)) for model in (Staff, Case))


def load(session: Session, now: datetime) -> list[Account]:
    """Load the demonstration, as of `now`; return how to sign in."""
    staff, accounts = people.create(session, now - _ACCOUNTS_MADE)
    Play(session, staff, now).run(stories.shipped())
    installation.mark_demonstration(session, loaded=True)
    return accounts


def new_passwords(session: Session, now: datetime) -> list[Account]:
    """Give the accounts new passwords; return how to sign in."""
    return people.renew(session, now)
