"""The ladder as an administrator keeps it: who is asked at each level, in which order.

The ends of the ladder are the desk that keeps the case and the network: both stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.escalation import TOP_LEVEL
from casework.domain.facts import DESK_ROLES, OfficeRole
from casework.domain.routing import Where
from casework.models import LadderStepRow
from casework.services import directory, history
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

CHANGEABLE: Final = frozenset(range(1, TOP_LEVEL))


def steps(session: Session) -> Sequence[LadderStepRow]:
    """Return all steps, lowest first."""
    return session.scalars(select(LadderStepRow).order_by(LadderStepRow.level)).all()


def parts(step: LadderStepRow) -> tuple[list[str], list[str]]:
    """Return the roles and the places of a step, each in its order."""
    roles = dict.fromkeys(row["role"] for row in step.targets)
    where = dict.fromkeys(row["where"] for row in step.targets)
    return list(roles), list(where)


def change(
    session: Session,
    actor: Actor,
    now: datetime,
    step: LadderStepRow,
    *,
    title: str,
    roles: Sequence[str],
    where: Sequence[str],
) -> None:
    """Ask other offices at a level; raise Refused. The next climb goes by it."""
    roles, where = list(dict.fromkeys(roles)), list(dict.fromkeys(where))
    _check(step, title, roles, where)
    before = dict(zip(("roles", "where"), parts(step), strict=True))
    step.title = title
    step.targets = [{"role": r, "where": w} for r, w in product(roles, where)]
    session.flush()
    directory.forget(session)
    history.record(
        session,
        None,
        actor,
        now,
        "settings:ladder",
        level=step.level,
        before=before,
        after={"roles": roles, "where": where},
    )


def _check(step: LadderStepRow, title: str, roles: list[str], where: list[str]) -> None:
    if step.level not in CHANGEABLE:
        raise Refused("title", "fixed")
    if not title:
        raise Refused("title", "empty")
    if not roles:
        raise Refused("roles", "empty")
    # A desk keeps the case anyway: no climb ends at one, but at the coordinator.
    if not set(roles) <= set(OfficeRole) - DESK_ROLES:
        raise Refused("roles", "desk")
    if not where or not set(where) <= set(Where) - {Where.NETWORK}:
        raise Refused("where", "empty")
