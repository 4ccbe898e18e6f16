"""Many cases that nobody has looked at: one that was filed in the ordinary way, copied in bulk."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from casework.crypto import new_data_key
from casework.db import Base, new_id
from casework.models import (
    Case,
    CaseCategory,
    CaseConflict,
    CaseParty,
    Clock,
    Consent,
    Referral,
)

# In the order of their links; what is sealed in them is empty, because another key seals each case.
_OF_CASE: Final = (CaseCategory, Consent, Referral, CaseConflict, CaseParty, Clock)
_AT_ONCE: Final = 500


def copy(session: Session, of: Case, number: int) -> list[int]:
    """Add that many copies of a case, without its history; return their ids."""
    session.flush()
    rows = {each: _rows(session, each, of.id) for each in _OF_CASE}
    (case,) = session.execute(select(_table(Case)).where(_table(Case).c.id == of.id)).mappings()
    made: list[int] = []
    while len(made) < number:
        some = [_copied(dict(case), rows) for _ in range(min(_AT_ONCE, number - len(made)))]
        for table in (Case, *_OF_CASE):
            values = [row for each in some for row in each[table]]
            if values:
                session.execute(insert(_table(table)), values)
        made += [each[Case][0]["id"] for each in some]
    return made


def _table(of: type[Base]) -> Table:
    table = of.__table__
    assert isinstance(table, Table)
    return table


def _rows(session: Session, of: type[Any], case_id: int) -> list[dict[str, Any]]:
    query = select(_table(of)).where(of.case_id == case_id).order_by(of.id)
    return [dict(row) for row in session.execute(query).mappings()]


def _copied(
    case: dict[str, Any], rows: dict[type[Any], list[dict[str, Any]]]
) -> dict[type[Any], list[dict[str, Any]]]:
    own, new = new_id(), dict[int, int]()
    found: dict[type[Any], list[dict[str, Any]]] = {Case: [_fresh_case(case, own)]}
    for table, some in rows.items():
        found[table] = []
        for row in some:
            new[row["id"]] = new_id()
            link = {"referral_id": new.get(row["referral_id"])} if "referral_id" in row else {}
            found[table].append(row | {"id": new[row["id"]], "case_id": own} | link)
    return found


def _fresh_case(case: dict[str, Any], own: int) -> dict[str, Any]:
    return case | {
        "id": own,
        "reference": f"KH-{own}",
        "submission_key": f"copy {own}",
        "code_hash": None,
        "wrapped_key": new_data_key("cases", own),
    }
