"""The cases that go together with one: of the same group, and of the same person.

A desk sees which they are; to an office there is none (see groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, union_all

from casework.models import Case
from casework.services import groups
from casework.services.groups import Fellow
from casework.services.merging import Pointer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor


@dataclass(frozen=True)
class Companions:
    """The other cases of the group, those that go on in this one, and that in which this does."""

    fellows: Sequence[Fellow] = ()
    merged_here: Sequence[Pointer] = ()
    goes_on_in: Pointer | None = None


def of(session: Session, case: Case, actor: Actor) -> Companions:
    """Return the cases that go together with one, oldest first, as a desk may see them."""
    if actor.government:
        return Companions()
    asked = [_cases("here", Case.merged_into_id == case.id)]
    if case.group_id is not None:
        asked.append(_cases("fellow", groups.beside(case, actor)))
    if case.merged_into_id is not None:
        asked.append(_cases("into", Case.id == case.merged_into_id))
    found = sorted(session.execute(union_all(*asked)), key=lambda row: row.id)
    into = [Pointer(row.reference, row.status) for row in found if row.how == "into"]
    return Companions(
        [Fellow(row.reference, row.status) for row in found if row.how == "fellow"],
        [Pointer(row.reference, row.status) for row in found if row.how == "here"],
        into[0] if into else None,
    )


def _cases(how: str, condition: ColumnElement[bool]) -> Select[Any]:
    columns: tuple[Any, ...] = (literal(how).label("how"), Case.id, Case.reference, Case.status)
    return select(*columns).where(condition)
