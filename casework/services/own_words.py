"""Finding a case by the words of its story: in the cases that somebody keeps, and in no others.

Stories and messages are sealed, and no index of them is kept anywhere. They are opened one case
after the other, the newest first, for whoever may read them anyway; what was opened is let go of
when the search ends. That takes time, so only so many cases are looked through, only for a while,
and the reader is told when there are more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from casework.crypto import SealBroken, open_cell, unwrapped
from casework.domain.search_text import fold
from casework.models import Case, Message
from casework.services import history
from casework.services.search import By, Found
from casework.services.visibility import condition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

MOST: Final = 2000
_AT_ONCE: Final = 100
_STORY: Final = ("story_sealed", "story_original_sealed", "story_english_sealed")
_WORDS: Final = ("body_sealed", "original_sealed")
# No words: how many cases were opened, and how many of them fitted.
SEARCHED: Final = "search:own-words"


@dataclass(frozen=True)
class Heard:
    """The cases whose words fit, how many were looked through, and whether all were."""

    case_ids: Sequence[int]
    looked: int
    whole: bool


def find(
    session: Session, actor: Actor, typed: str, goes_on: Callable[[], bool], most: int = MOST
) -> Heard:
    """Look for `typed` in the words of the cases that the actor keeps, the newest first.

    `goes_on` is asked from time to time whether there is time left.
    """
    wanted = fold(typed)
    ids = _own(session, actor, most + 1) if wanted else []
    found: list[int] = []
    looked = 0
    for first in range(0, min(len(ids), most), _AT_ONCE):
        if not goes_on():
            break
        some = ids[first : min(first + _AT_ONCE, most)]
        found += _fitting(session, some, wanted)
        looked += len(some)
    return Heard(found, looked, looked == len(ids))


def note(session: Session, actor: Actor, now: datetime, heard: Heard) -> None:
    """Write into the history that cases were opened by a search."""
    history.record(
        session, None, actor, now, SEARCHED, cases=heard.looked, found=len(heard.case_ids)
    )


def beside(found: Found, heard: Heard) -> Found:
    """Return what is found when the cases whose words fit are added to what fitted otherwise."""
    if not heard.case_ids:
        return found
    return Found(or_(found.condition, Case.id.in_(heard.case_ids)), found.by | {By.WORDS})


def _own(session: Session, actor: Actor, most: int) -> Sequence[int]:
    kept = select(Case.id).where(condition(actor), Case.caseworker_id == actor.staff_id)
    return session.scalars(kept.order_by(Case.id.desc()).limit(most)).all()


def _fitting(session: Session, ids: Sequence[int], wanted: str) -> Iterator[int]:
    """Return those of the cases in whose words the text stands."""
    keys: dict[int, bytes] = {}
    told: dict[int, set[str]] = {}
    cases = select(Case.id, Case.wrapped_key, *(getattr(Case, name) for name in _STORY))
    for case_id, wrapped_key, *cells in session.execute(cases.where(Case.id.in_(ids))):
        keys[case_id] = unwrapped(wrapped_key, Case.__tablename__, case_id)
        told[case_id] = _opened(keys[case_id], Case, case_id, zip(_STORY, cells, strict=True))
    words = select(Message.case_id, Message.id, *(getattr(Message, name) for name in _WORDS))
    for case_id, row_id, *cells in session.execute(words.where(Message.case_id.in_(ids))):
        given = zip(_WORDS, cells, strict=True)
        told[case_id] |= _opened(keys[case_id], Message, row_id, given)
    return (each for each in ids if any(wanted in fold(text) for text in told[each]))


def _opened(
    key: bytes,
    table: type[Case | Message],
    row_id: int,
    cells: Iterable[tuple[str, bytes | None]],
) -> set[str]:
    """Return the texts of the cells of a row that are not empty, and not broken.

    A broken seal must not keep everything else from being found; the case's own page tells of it.
    """
    found: set[str] = set()
    for column, cell in cells:
        if cell is not None:
            with suppress(SealBroken):
                found.add(open_cell(key, f"{table.__tablename__}|{column}|{row_id}", cell))
    return found
