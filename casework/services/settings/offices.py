"""Offices as an administrator keeps them: who stands where, and who answers for whom.

Conflicts of interest and sight hang on the links between offices. A change of what rules look at
is therefore followed at once in all cases that it concerns, in the same transaction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from casework.domain.facts import NOT_OF_A_STATE, OfficeRole
from casework.models import Office
from casework.services import directory, history
from casework.services.settings import concerned
from casework.services.settings.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

# What rules look at: codes and numbers, which the history keeps before and after a change.
CODES: Final = (
    "country",
    "host",
    "role",
    "parent_id",
    "escalates_to_id",
    "rank",
    "routable",
    "active",
    "statutory_days",
    "verified",
)
# Which of them decide who may see and handle a case.
_DECIDING: Final = frozenset({"country", "host", "role", "parent_id", "escalates_to_id", "active"})
_WEB: Final = ("http://", "https://")


@dataclass(frozen=True)
class OfficeData:
    """All that an administrator says of an office; empty texts and None say nothing."""

    name: str
    role: str
    country: str = ""
    host: str = ""
    place: str = ""
    name_local: str = ""
    parent_id: str | None = None
    escalates_to_id: str | None = None
    rank: int = 50
    routable: bool = True
    active: bool = True
    statutory_days: int | None = None
    statutory_kind: str = ""
    deadline_source: str = ""
    source_url: str = ""
    verified: bool = False
    note: str = ""


def found(
    session: Session, *, text: str = "", country: str = "", role: str = ""
) -> Sequence[Office]:
    """Return the offices with `text` in a name, place or id, of a country and of a role."""
    query = select(Office).order_by(Office.country, Office.host, Office.rank, Office.name)
    if text:
        query = query.where(or_(*(_contains(column, text) for column in _SEARCHED)))
    if country:
        query = query.where(or_(Office.country == country, Office.host == country))
    if role:
        query = query.where(Office.role == role)
    return session.scalars(query).all()


_SEARCHED: Final = (Office.name, Office.name_local, Office.place, Office.id)


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = func.lower(column).contains(text.lower(), autoescape=True)
    return found


def add(session: Session, actor: Actor, now: datetime, data: OfficeData) -> Office:
    """Add an office; raise Refused."""
    _check(session, data, None)
    office = Office(id=_new_id(session, data), **asdict(data))
    session.add(office)
    session.flush()
    directory.forget(session)
    after = {name: getattr(office, name) for name in CODES}
    history.record(session, None, actor, now, "settings:office", office=office.id, after=after)
    return office


def change(session: Session, actor: Actor, now: datetime, office: Office, data: OfficeData) -> int:
    """Change an office; return in how many cases that was followed up. Raise Refused."""
    _check(session, data, office)
    before = {name: getattr(office, name) for name in CODES}
    was = concerned.before(session, office)
    words = [
        name
        for name, value in asdict(data).items()
        if name not in CODES and getattr(office, name) != value
    ]
    for name, value in asdict(data).items():
        setattr(office, name, value)
    session.flush()
    directory.forget(session)
    changed = [name for name in CODES if before[name] != getattr(office, name)]
    if changed or words:
        history.record(
            session,
            None,
            actor,
            now,
            "settings:office",
            office=office.id,
            before={name: before[name] for name in changed},
            after={name: getattr(office, name) for name in changed},
            words=words,
        )
    if _DECIDING.isdisjoint(changed):
        return 0
    return concerned.follow(session, actor, office, was, now)


def _new_id(session: Session, data: OfficeData) -> str:
    """Return an id that no office has: country, role and a number."""
    stem = f"{(data.country or 'xx').lower()}-{data.role.replace('_', '-')}"
    taken = set(session.scalars(select(Office.id).where(Office.id.startswith(stem))))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _check(session: Session, data: OfficeData, office: Office | None) -> None:
    """Refuse what rules could not work with."""
    if not data.name:
        raise Refused("name", "empty")
    if data.role not in set(OfficeRole):
        raise Refused("role", "unknown")
    if OfficeRole(data.role) not in NOT_OF_A_STATE and not data.country:
        raise Refused("country", "needed")
    if data.source_url and not data.source_url.startswith(_WEB):
        raise Refused("source_url", "no_address")
    if office is not None and office.id == directory.COORDINATOR:
        _check_coordinator(data)
    for field in ("parent_id", "escalates_to_id"):
        _check_link(session, office, field, getattr(data, field))


def _check_coordinator(data: OfficeData) -> None:
    """Keep the desk of last resort: a case that nobody else may have goes there."""
    if data.role != OfficeRole.COORDINATOR:
        raise Refused("role", "coordinator")
    if not (data.active and data.routable):
        raise Refused("active" if not data.active else "routable", "coordinator")


def _check_link(session: Session, office: Office | None, field: str, to: str | None) -> None:
    """Refuse a link that leads nowhere, or back to the office: nobody answers for themselves."""
    if to is None:
        return
    known = directory.offices(session)
    if to not in known:
        raise Refused(field, "unknown")
    above: set[str] = set()
    frontier = {to}
    while frontier:
        above |= frontier
        links = (
            link for each in frontier for link in (known[each].parent, known[each].escalates_to)
        )
        frontier = {link for link in links if link} - above
    if office is not None and office.id in above:
        raise Refused(field, "circle")
