"""Who reads during a measure, signed in: sessions made as signing in makes them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from casework.db import db, transaction
from casework.domain.facts import Actor
from casework.models import Case, Staff
from casework.services import facts, logins
from casework.web import clock


@dataclass(frozen=True)
class Reader:
    """Somebody signed in: who, and the token of the session."""

    staff_id: int
    token: str
    actor: Actor

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser sends."""
        return {"desk": self.token}


def by_email(email: str) -> Reader:
    """Sign in whoever has this address."""
    return _of(Staff.email == email)


def busiest() -> Reader:
    """Sign in the caseworker who keeps most cases."""
    most = (
        select(Case.caseworker_id)
        .where(Case.caseworker_id.is_not(None))
        .group_by(Case.caseworker_id)
        .order_by(func.count().desc(), Case.caseworker_id)
        .limit(1)
    )
    return _of(Staff.id == most.scalar_subquery())


def _of(who: object) -> Reader:
    with transaction() as session:
        staff = session.scalars(select(Staff).where(who)).one()  # type: ignore[arg-type]
        token = logins.begin_for_staff(session, clock.now(), staff, factor=True)
        reader = Reader(staff.id, token, facts.staff_actor(staff))
    db.session.remove()
    return reader
