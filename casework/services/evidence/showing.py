"""Who sees which files of a case, and their bytes for those who do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework import crypto
from casework.domain.consent import Item
from casework.domain.facts import DESK_ROLES
from casework.domain.workflow import Action
from casework.media import names
from casework.media.kinds import FORMS
from casework.models import Evidence
from casework.services import at_hand, casefile, directory, history
from casework.services.evidence.taking import ORIGINAL, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, OfficeFacts
    from casework.models import Case
    from casework.storage import Store

# Somebody took the shared copy of a file along.
READ_FILE: Final = history.READ_FILE
_BY_TYPE: Final = {form.media_type: form for form in FORMS}


@dataclass(frozen=True)
class Shown:
    """A file as its reader sees it: its place among those they see, and nothing sealed but `note`.

    `size` is that of the shared copy, in bytes.
    """

    id: int
    number: int
    kind: str
    size: int
    has_preview: bool
    at: datetime
    from_complainant: bool
    office_id: str | None
    staff_id: int | None
    note: str | None


def may_see(
    row: Evidence, by: OfficeFacts | None, office: OfficeFacts | None, items: frozenset[Item]
) -> bool:
    """Tell whether an office that holds `items` of a case sees this file of it.

    Those who help see all. Another office sees what the worker and those who help have added,
    where the worker agreed, and what it has added itself; what other offices add is not told.
    `by` is the office that added it.
    """
    if office is not None and (office.role in DESK_ROLES or row.office_id == office.id):
        return True
    of_a_state = by is not None and by.role not in DESK_ROLES
    return Item.EVIDENCE in items and not of_a_state


def _visible(
    session: Session, case: Case, office: OfficeFacts | None, items: frozenset[Item]
) -> list[Evidence]:
    offices = directory.offices(session)
    return [
        row
        for row in at_hand.all_rows(session, case, Evidence)
        if may_see(row, offices.get(row.office_id or ""), office, items)
    ]


def shown(
    session: Session, case: Case, office: OfficeFacts | None, items: frozenset[Item]
) -> list[Shown]:
    """Return the files of a case that an office which holds `items` of it sees, oldest first."""
    return [
        Shown(
            id=row.id,
            number=number,
            kind=row.kind,
            size=row.shared_size,
            has_preview=row.has_preview,
            at=row.at,
            from_complainant=row.from_complainant,
            office_id=row.office_id,
            staff_id=row.staff_id,
            note=row.note,
        )
        for number, row in enumerate(_visible(session, case, office, items), start=1)
    ]


def own(session: Session, case: Case) -> Sequence[Evidence]:
    """Return the files that the complainant added, oldest first."""
    query = select(Evidence).where(Evidence.case_id == case.id, Evidence.from_complainant)
    return session.scalars(query.order_by(Evidence.id)).all()


@dataclass(frozen=True)
class Found:
    """A file that its reader may have: the row, and its place among those they see."""

    row: Evidence
    number: int


def find(
    session: Session, case: Case, actor: Actor, items: frozenset[Item], row_id: int
) -> Found | None:
    """Return a file of this very case if the actor, who holds `items` of it, may have it."""
    rows = _visible(session, case, actor.office, items)
    found = (Found(row, place) for place, row in enumerate(rows, start=1) if row.id == row_id)
    return next(found, None)


def copy_name(case: Case, found: Found) -> str:
    """Return the name under which the shared copy is handed out; it tells nothing."""
    form = _BY_TYPE[found.row.shared_type]
    return names.download_name(form, f"{case.reference} {found.number:02}")


def original_name(row: Evidence) -> str:
    """Return the name that the original had, made harmless."""
    return names.download_name(_BY_TYPE[row.media_type], row.name or "")


def read(store: Store, row: Evidence, part: str) -> Iterator[bytes]:
    """Return the plain bytes of a part; its first piece has been opened when this returns.

    Raises:
        Missing: nothing lies there.
        StoreDown: the store does not answer.
        SealBroken: it is not what was put there; for later pieces, while they are read.

    """
    pieces = crypto.open_stream(row, part, store.read(path(row.id, part)))
    return chain([next(pieces)], pieces)


def broken(
    session: Session, case: Case, actor: Actor, now: datetime, *, row_id: int, part: str
) -> None:
    """Note in the history that a part of a file is not what was kept."""
    history.record(session, case, actor, now, history.BROKEN_FILE, file=row_id, part=part)


def opened(session: Session, case: Case, actor: Actor, now: datetime, row_id: int) -> None:
    """Note in the history that somebody took the shared copy of a file."""
    history.record(session, case, actor, now, READ_FILE, file=row_id)


def opened_original(
    session: Session, case: Case, actor: Actor, now: datetime, row: Evidence
) -> None:
    """Note in the history that somebody took an original; raise NotAllowed."""
    casefile.check(session, case, actor, Action.OPEN_ORIGINAL, now)
    history.record(
        session, case, actor, now, Action.OPEN_ORIGINAL, file=row.id, kind=row.kind, part=ORIGINAL
    )
