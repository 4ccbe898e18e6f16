"""Names of offices and people for a page, read once for all that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.models import Office, Staff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Names:
    """Names by id; `hosts` says in which country an office stands."""

    offices: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[int, str] = field(default_factory=dict)

    def office(self, office_id: str | None) -> str:
        """Return the name of an office; nothing for none."""
        return self.offices.get(office_id or "", "")

    def person(self, staff_id: int | None) -> str:
        """Return the name of a member of staff; nothing for none."""
        return self.staff.get(staff_id or 0, "")


def of(session: Session, offices: Iterable[str | None], staff: Iterable[int | None] = ()) -> Names:
    """Return the names of these offices and people."""
    office_ids = {each for each in offices if each}
    staff_ids = {each for each in staff if each}
    found = session.execute(
        select(Office.id, Office.name, Office.host).where(Office.id.in_(office_ids))
    ).all()
    people = (
        session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))).all()
        if staff_ids
        else []
    )
    return Names(
        {row.id: row.name for row in found},
        {row.id: row.host for row in found},
        {row.id: row.name for row in people},
    )
