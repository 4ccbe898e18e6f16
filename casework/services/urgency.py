"""How pressing a case is to the one who looks at it, as SQL: for lists, counts and orders.

A desk looks at the whole case, as models/standing keeps it. An office looks at its own clocks only:
how long another office takes is not its business. Where the case stands for it is kept on the
dispatch by models/lying, so that a list of a state's office joins SENT.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, false, or_

from casework.domain.facts import Role
from casework.models import Case
from casework.services.directory import COORDINATOR
from casework.services.paging import Part
from casework.services.visibility import SENT

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from casework.domain.facts import Actor


class Rank(IntEnum):
    """The groups of a list, the most pressing first."""

    LATE = 0
    TODAY = 1
    MINE = 2
    OTHERS = 3


def due(actor: Actor) -> ColumnElement[datetime]:
    """Return the instant that counts: since when the case is late, or when its next clock ends."""
    if actor.government:
        return SENT.stands_at.expression
    return Case.pressing_at.expression


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Return whether the next move is the actor's own."""
    if actor.government:
        return SENT.own_move.expression
    at_desk: ColumnElement[bool] = Case.desk_office_id == actor.office_id
    if actor.role is Role.CASEWORKER:
        at_desk &= or_(Case.caseworker_id == actor.staff_id, Case.caseworker_id.is_(None))
    if actor.office_id == COORDINATOR:
        # Above the first level the coordination desk answers for a case that no office holds.
        at_desk |= Case.level > 0
    return and_(at_desk, or_(Case.waits_for == "desk", Case.unanswered))


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """Return whether it is the worker's turn, where the instant does not say so by itself."""
    return false() if actor.government else Case.waits_for == "complainant"


def holds(actor: Actor, now: datetime, day_end: datetime) -> Mapping[Rank, ColumnElement[bool]]:
    """Return for each group the condition under which an open case belongs to it.

    They say what `rank` says, in a form in which an index finds the cases.
    """
    ends, theirs, mine = due(actor), _theirs(actor), waits_for(actor)
    rest = or_(theirs, ends >= day_end)
    return {
        Rank.LATE: and_(~theirs, ends <= now, ends < day_end),
        Rank.TODAY: and_(~theirs, ends > now, ends < day_end),
        Rank.MINE: and_(rest, mine),
        Rank.OTHERS: and_(rest, ~mine),
    }


def parts(actor: Actor, now: datetime, day_end: datetime) -> list[Part]:
    """Return the parts of a list in the order of `rank`, in each of which the instant decides.

    What is late and what is due today are one part: the one follows the other in time.
    """
    groups = holds(actor, now, day_end)
    pressing = and_(~_theirs(actor), due(actor) < day_end)
    return [
        Part(Rank.LATE, Rank.TODAY, pressing),
        *(Part(each, each, groups[each]) for each in (Rank.MINE, Rank.OTHERS)),
    ]


def rank(actor: Actor, now: datetime, day_end: datetime) -> ColumnElement[int]:
    """Return the group a case belongs to at `now`; while the worker's turn lasts nobody is late."""
    theirs, ends = _theirs(actor), due(actor)
    return case(
        (and_(theirs, ~waits_for(actor)), int(Rank.OTHERS)),
        (and_(~theirs, ends <= now), int(Rank.LATE)),
        (and_(~theirs, ends < day_end), int(Rank.TODAY)),
        (waits_for(actor), int(Rank.MINE)),
        else_=int(Rank.OTHERS),
    )
