"""The case that a member of staff asks for, with all that its guard has to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import lazyload

from casework.db import db
from casework.models import Case
from casework.services import at_hand, emergency, history
from casework.web import clock, sessions

if TYPE_CHECKING:
    from casework.domain.facts import Actor


@dataclass(frozen=True)
class Wanted:
    """A case; whether the actor has opened it in an emergency, and is noted as its reader."""

    case: Case
    opened: bool
    noted: bool


# Worded once: nearly every page of the staff begins with it.
_ASKED: Final = select(
    Case,
    emergency.opens(Case.id, bindparam("by"), bindparam("now")),
    history.lately(Case.id, bindparam("by"), bindparam("since")),
).where(Case.reference == bindparam("reference"))
_READ: Final = _ASKED.options(lazyload("*"))


def find(reference: str, actor: Actor) -> Wanted | None:
    """Return a case, where there is one: to who only reads, with what the rules look at."""
    now, session, reads = clock.now(), db.session(), _reads()
    asked = {"reference": reference, "by": actor.staff_id, "now": now}
    asked["since"] = now - history.ONCE_IN
    found = session.execute(_READ if reads else _ASKED, asked).one_or_none()
    if found is None:
        return None
    if reads:
        at_hand.read(session, found[0])
    return Wanted(*found)


def opened() -> Case | None:
    """Return the case that a tracking code opened here, as `find` does."""
    visit, session = sessions.visit(), db.session()
    if visit is None or not _reads():
        return sessions.opened_case()
    case = session.get(Case, visit.case_id, options=[lazyload("*")])
    if case is not None:
        at_hand.read(session, case)
    return case


def _reads() -> bool:
    return request.method in {"GET", "HEAD"}
