"""The routing table as an administrator keeps it: two tracks, each with a last rule that stays.

A rule is never deleted, because the cases it has decided name it: it is switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from casework.domain.facts import DESK_ROLES
from casework.domain.routing import RuleTrack
from casework.models import Event, RoutingRule
from casework.services import directory, history
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

_STEP: Final = 10
_OWN: Final = "own"
COUNTED: Final = timedelta(days=90)
# What the history keeps of a rule; its title is words.
CODES: Final = (
    "track",
    "categories",
    "origins",
    "destinations",
    "severities",
    "documented",
    "place",
    "targets",
)


@dataclass(frozen=True)
class RuleData:
    """A rule as an administrator writes it; targets are rows of role and place, or of an office."""

    track: str
    title: str
    targets: Sequence[dict[str, str]]
    categories: Sequence[str] = ()
    origins: Sequence[str] = ()
    destinations: Sequence[str] = ()
    severities: Sequence[str] = ()
    documented: str = ""
    place: str = ""


def table(session: Session, track: RuleTrack) -> Sequence[RoutingRule]:
    """Return the rules of a track, in order, those switched off too."""
    query = select(RoutingRule).where(RoutingRule.track == track.value)
    return session.scalars(query.order_by(RoutingRule.position)).all()


def by_code(session: Session, code: str) -> RoutingRule | None:
    """Return one rule."""
    return session.scalar(select(RoutingRule).where(RoutingRule.code == code))


def is_last(session: Session, rule: RoutingRule) -> bool:
    """Tell whether this is the rule that stays: it takes what no other rule takes."""
    return table(session, RuleTrack(rule.track))[-1].id == rule.id


def used(session: Session, now: datetime) -> dict[str, int]:
    """Return how many cases each rule has decided in the last 90 days, by the rule's code."""
    code = Event.data["rule"].as_string()
    query = (
        select(code, func.count(Event.case_id.distinct()))
        .where(Event.action.in_(["routed", "desk"]), Event.at >= now - COUNTED)
        .group_by(code)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def as_row(data: RuleData, code: str) -> RoutingRule:
    """Return what was written as a row that is not stored: for a trial, or to be added."""
    # Lists as JSON keeps them: a tuple would read as a change on every comparison.
    plain: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple | list) else value
        for name, value in asdict(data).items()
    }
    return RoutingRule(code=code, active=True, position=0, **plain)


def check(session: Session, data: RuleData) -> None:
    """Raise Refused where no office could be found by the rule."""
    if not data.title:
        raise Refused("title", "empty")
    if not data.targets:
        raise Refused("targets", "empty")
    for row in data.targets:
        _check_target(session, row, RuleTrack(data.track))


def _check_target(session: Session, row: dict[str, str], track: RuleTrack) -> None:
    offices = directory.offices(session)
    target = directory.target(row)
    if target.office is not None and target.office not in offices:
        raise Refused("targets", "unknown")
    if target.office is None and (target.role is None or target.where is None):
        raise Refused("targets", "half")
    role = offices[target.office].role if target.office else target.role
    if track is RuleTrack.DESK and role not in DESK_ROLES:
        raise Refused("targets", "no_desk")


def add(session: Session, actor: Actor, now: datetime, data: RuleData) -> RoutingRule:
    """Add a rule before the last one of its track; raise Refused."""
    check(session, data)
    rule = as_row(data, _new_code(session))
    rows = list(table(session, RuleTrack(data.track)))
    session.add(rule)
    rows.insert(max(len(rows) - 1, 0), rule)
    _number(session, RuleTrack(data.track), rows)
    _record(session, actor, now, rule, before={}, after=_codes(rule))
    return rule


def change(
    session: Session, actor: Actor, now: datetime, rule: RoutingRule, data: RuleData
) -> None:
    """Change a rule in its place; raise Refused. The last one keeps all but its words."""
    check(session, data)
    written = as_row(data, rule.code)
    before, after = _codes(rule), _codes(written)
    if before != after and is_last(session, rule):
        raise Refused("targets", "last")
    if before["track"] != after["track"]:
        raise Refused("track", "fixed")
    rule.title = data.title
    for name, value in after.items():
        setattr(rule, name, value)
    _record(session, actor, now, rule, before=before, after=after)


def switched(session: Session, rule: RoutingRule, *, active: bool) -> list[RoutingRule]:
    """Return the rules of the track that would be in use; raise Refused for the last one."""
    if is_last(session, rule):
        raise Refused("active", "last")
    rows = table(session, RuleTrack(rule.track))
    return [row for row in rows if (active if row.id == rule.id else row.active)]


def switch(
    session: Session, actor: Actor, now: datetime, rule: RoutingRule, *, active: bool
) -> None:
    """Switch a rule off or on again; raise Refused for the last one."""
    switched(session, rule, active=active)
    before = {"active": rule.active}
    rule.active = active
    _record(session, actor, now, rule, before=before, after={"active": active})


def moved(session: Session, rule: RoutingRule, *, up: bool) -> list[RoutingRule]:
    """Return the track in the order it would have; raise Refused where nothing can move."""
    rows = list(table(session, RuleTrack(rule.track)))
    here = rows.index(rule)
    there = here - 1 if up else here + 1
    if here == len(rows) - 1 or there < 0 or there >= len(rows) - 1:
        raise Refused("position", "last" if here == len(rows) - 1 or not up else "first")
    rows[here], rows[there] = rows[there], rows[here]
    return rows


def move(session: Session, actor: Actor, now: datetime, rule: RoutingRule, *, up: bool) -> None:
    """Let a rule change places with its neighbour; raise Refused."""
    before = {"position": rule.position}
    _number(session, RuleTrack(rule.track), moved(session, rule, up=up))
    _record(session, actor, now, rule, before=before, after={"position": rule.position})


def _number(session: Session, track: RuleTrack, rows: Sequence[RoutingRule]) -> None:
    """Write positions anew: all of the office track before all of the desk track."""
    others = [r for each in RuleTrack if each is not track for r in table(session, each)]
    ordered = [*rows, *others] if track is RuleTrack.OFFICE else [*others, *rows]
    for position, row in enumerate(ordered, start=1):
        row.position = position * _STEP
    session.flush()


def _new_code(session: Session) -> str:
    taken = set(session.scalars(select(RoutingRule.code).where(RoutingRule.code.startswith(_OWN))))
    number = 1
    while f"{_OWN}-{number}" in taken:
        number += 1
    return f"{_OWN}-{number}"


def _codes(rule: RoutingRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in CODES}


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    rule: RoutingRule,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    session.flush()
    directory.forget(session)
    changed = [name for name in after if before.get(name) != after[name]]
    history.record(
        session,
        None,
        actor,
        now,
        "settings:rule",
        rule=rule.code,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
    )
