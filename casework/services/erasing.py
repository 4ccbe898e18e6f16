"""Taking a case's words away, or the whole case, so that nothing is left that opens.

Both go on in the caller's transaction. Sealed cells are emptied and the data key of the case is
replaced or goes with the row: what lies in old copies of the file never opens again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, inspect, select, update

from casework import crypto
from casework.db import Base
from casework.domain.facts import SYSTEM
from casework.domain.retention import Fate, month_of, month_of_day
from casework.models import (
    Case,
    CaseCategory,
    CaseConflict,
    CaseParty,
    Claim,
    Clock,
    Consent,
    EmbassyContact,
    Escalation,
    Person,
    Referral,
    RemedyEntry,
)
from casework.services import history

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

# What figures are made of. Whatever else hangs on a case goes, also what is invented later.
KEPT: Final[tuple[type[Any], ...]] = (
    CaseCategory,
    CaseConflict,
    CaseParty,
    Claim,
    Clock,
    Consent,
    EmbassyContact,
    Escalation,
    Person,
    Referral,
    RemedyEntry,
)
# Days that a person could be known by; figures count months.
_DAYS: Final = (
    (Claim, "from_on"),
    (Claim, "to_on"),
    (RemedyEntry, "on_date"),
    (EmbassyContact, "on_date"),
)
_SEALED: Final = "_sealed"


def hanging_on_cases() -> list[Table]:
    """Return all tables whose rows go when their case goes."""
    cases = inspect(Case).local_table
    return [
        table
        for table in Base.metadata.sorted_tables
        if "case_id" in table.c
        and any(
            key.column.table is cases and key.ondelete == "CASCADE"
            for key in table.c.case_id.foreign_keys
        )
    ]


def anonymise(session: Session, case: Case, now: datetime, **why: Any) -> None:
    """Empty a case of all that could name a person; keep what figures need, dates to the month."""
    session.flush()
    kept = {inspect(model).local_table for model in KEPT}
    for table in hanging_on_cases():
        of_case = table.c.case_id == case.id
        if table not in kept:
            session.execute(delete(table).where(of_case))
        elif emptied := _emptied(table):
            session.execute(update(table).where(of_case).values(emptied))
    _coarsen_days(session, case)
    _empty_case(case, now)
    session.flush()
    crypto.renew_key(case)
    history.record(session, case, SYSTEM, now, "anonymised", **why)
    session.flush()
    session.expire_all()


def _emptied(table: Table) -> dict[str, Any]:
    """Return the columns to be emptied: all that is sealed, and of a person all there is."""
    if table is inspect(Person).local_table:
        return {c.name: None for c in table.columns if c.nullable}
    values: dict[str, Any] = {c.name: None for c in table.columns if c.name.endswith(_SEALED)}
    if table is inspect(Referral).local_table:
        values |= {"office_number": "", "number_key": ""}
    return values


def _coarsen_days(session: Session, case: Case) -> None:
    for model, name in _DAYS:
        for row in session.scalars(select(model).where(model.case_id == case.id)):
            setattr(row, name, month_of_day(getattr(row, name)))


def _empty_case(case: Case, now: datetime) -> None:
    for column in inspect(Case).local_table.columns:
        if column.name.endswith(_SEALED):
            setattr(case, column.name, None)
    case.code_hash = case.import_id = case.delete_after = None
    case.submission_key = f"anonymised-{case.id}"
    case.place, case.began_on = "", case.began_on[:4]
    case.filed_at, case.moved_at = month_of(case.filed_at), month_of(case.moved_at)
    case.closed_at = month_of(case.closed_at) if case.closed_at else None
    case.triaged_at = month_of(case.triaged_at) if case.triaged_at else None
    case.anonymised_at = now
    case.version += 1


def destroy(session: Session, case: Case, now: datetime, **why: Any) -> None:
    """Delete a case with all that hangs on it, and its key; the history keeps codes."""
    history.record(session, case, SYSTEM, now, "destroyed", **why)
    session.flush()
    session.execute(delete(Case).where(Case.id == case.id))
    session.expire_all()


BY_FATE: Final = {Fate.ANONYMISE: anonymise, Fate.DESTROY: destroy}
