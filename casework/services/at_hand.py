"""What of a case this request has read already, so that its parts do not read it once more each.

A page of a case is put together by many services, and each of them asks for what it needs. The
guard of the page reads what the rules look at, the page itself what it shows: both at once, and
whoever asks afterwards is given it. The rows are there to be read and belong to no session.

Whatever is written by the session, or begun anew by it, ends that: then everybody reads for
themselves again. So nothing that is out of date is ever decided on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.attributes import set_committed_value

from casework.models import (
    CaseCategory,
    CaseConflict,
    CaseParty,
    Consent,
    Person,
    Referral,
    gathered,
)
from casework.services import batch

if TYPE_CHECKING:
    from casework.models import Case

R = TypeVar("R", bound=Any)
T = TypeVar("T")
_KEPT: Final = "at_hand"
# What the rules look at.
RULES: Final[gathered.Tables] = (CaseCategory, Referral, Consent, CaseParty, CaseConflict)
# These hang on the case itself, under a name of their own, in the order of this column.
_NAMED: Final = {
    CaseCategory: ("categories", "position"),
    Referral: ("referrals", "id"),
    Consent: ("consents", "id"),
    Person: ("people", "id"),
}


@dataclass
class Held:
    """What was read of a case: rows by their table, and what was worked out from them."""

    case_id: int
    rows: dict[type[Any], list[Any]] = field(default_factory=dict)
    worked_out: dict[Hashable, Any] = field(default_factory=dict)


def _held(session: Session, case: Case) -> Held | None:
    held: Held | None = session.info.get(_KEPT)
    if held is None or held.case_id != case.id:
        return None
    # What waits to be written is in no row that was read.
    waits = session.new or session.dirty or session.deleted
    return None if waits else held


def read(session: Session, case: Case) -> None:
    """Read what the rules look at of a case, and keep it at hand."""
    _read(session, case, Held(case.id), RULES)


def more(session: Session, case: Case, tables: gathered.Tables) -> None:
    """Read what hangs on a case in more tables, where something of it is at hand."""
    held = _held(session, case)
    if held is not None:
        _read(session, case, held, tables)


def _read(session: Session, case: Case, held: Held, tables: gathered.Tables) -> None:
    wanted = tuple(table for table in tables if table not in held.rows)
    found = gathered.read(session, case, wanted) if wanted else {}
    for table, (name, order) in _NAMED.items():
        if table in found:
            found[table].sort(key=attrgetter(order))
            set_committed_value(case, name, found[table])
    held.rows |= found
    session.info[_KEPT] = held


def rows(session: Session, case: Case, table: type[R]) -> Sequence[R] | None:
    """Return the rows of a case, oldest first, where they are at hand; None elsewhere."""
    held = _held(session, case)
    return None if held is None else held.rows.get(table)


def all_rows(session: Session, case: Case, table: type[R]) -> Sequence[R]:
    """Return the rows of a case, oldest first: those at hand, or as the database has them."""
    found = rows(session, case, table)
    if found is None:
        query = select(table).where(table.case_id == case.id).order_by(table.id)
        found = session.scalars(query).all()
    return found


def current_rows(session: Session, case: Case, table: type[R]) -> Sequence[R]:
    """Return the rows of a case, oldest first: those of the open batch before all others.

    Only for tables that a batch holds.
    """
    found = batch.rows(session, case, table)
    return all_rows(session, case, table) if found is None else found


def once(session: Session, case: Case, key: Hashable, work_out: Callable[[], T]) -> T:
    """Return what `work_out` returns: while rows of the case are at hand, worked out once."""
    held = _held(session, case)
    return batch.remembered(None if held is None else held.worked_out, key, work_out)


def taken(session: Session) -> Held | None:
    """Return what is at hand, to be put back after something was written that leaves it true."""
    held: Held | None = session.info.get(_KEPT)
    return held


def put_back(session: Session, held: Held | None) -> None:
    """Keep at hand again what was taken."""
    session.info[_KEPT] = held


def _forget(session: Session, *_: Any) -> None:
    session.info.pop(_KEPT, None)


def _forget_written(asked: ORMExecuteState) -> None:
    if not asked.is_select:
        _forget(asked.session)


for _moment in ("after_flush", "after_commit", "after_soft_rollback"):
    event.listen(Session, _moment, _forget)
event.listen(Session, "do_orm_execute", _forget_written)
