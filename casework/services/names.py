"""Names of offices and people for a page, read once for all that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from casework.models import Office, RoutingRule, Staff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Names:
    """Names by id; `hosts` says where an office stands, `rules` what a routing rule says."""

    offices: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[int, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

    def office(self, office_id: str | None) -> str:
        """Return the name of an office; nothing for none."""
        return self.offices.get(office_id or "", "")

    def person(self, staff_id: int | None) -> str:
        """Return the name of a member of staff; nothing for none."""
        return self.staff.get(staff_id or 0, "")


def of(
    session: Session,
    offices: Iterable[str | None],
    staff: Iterable[int | None] = (),
    rules: Iterable[str | None] = (),
) -> Names:
    """Return the names of these offices, people and rules: at most one query for each kind."""
    columns = select(Office.id, Office.name, Office.host)
    known = session.execute(columns.where(Office.id.in_(_given(offices)))).all()
    people = select(Staff.id, Staff.name)
    titles = select(RoutingRule.code, RoutingRule.title)
    staff_ids, codes = _given(staff), _given(rules)
    by_id = session.execute(people.where(Staff.id.in_(staff_ids))).all() if staff_ids else []
    by_code = session.execute(titles.where(RoutingRule.code.in_(codes))).all() if codes else []
    return Names(
        {row.id: row.name for row in known},
        {row.id: row.host for row in known},
        {row.id: row.name for row in by_id},
        {row.code: row.title for row in by_code},
    )


def _given(values: Iterable[T | None]) -> set[T]:
    return {value for value in values if value}
