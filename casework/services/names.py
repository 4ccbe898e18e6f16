"""Names of offices and people for a page, read once for all that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import bindparam, select

from casework.models import Staff
from casework.services import directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

T = TypeVar("T")
_PEOPLE: Final = select(Staff.id, Staff.name).where(Staff.id.in_(bindparam("ids", expanding=True)))


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
    """Return the names of these offices, people and rules: those of people by one query."""
    named = directory.office_names(session)
    known = [named[each] for each in _given(offices) if each in named]
    titles = directory.rule_titles(session)
    staff_ids = _given(staff)
    by_id = session.execute(_PEOPLE, {"ids": sorted(staff_ids)}) if staff_ids else ()
    return Names(
        {row.id: row.name for row in known},
        {row.id: row.host for row in known},
        {row.id: row.name for row in by_id},
        {code: titles[code] for code in _given(rules) if code in titles},
    )


def _given(values: Iterable[T | None]) -> set[T]:
    return {value for value in values if value}
