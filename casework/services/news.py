"""Whether there is news, told to a complainant who asked for it, in words that say nothing else.

The text never changes with the case. It goes by the way that was chosen, in the language of the
complaint, and not at night in the country of work.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.db import new_id
from casework.domain import email_address, letters, search_text
from casework.domain.letters import Channel, LetterState
from casework.models import Letter, Person
from casework.services import directory, history, outbox, ways_out

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.services.outbox import Parcel

KIND: Final = "news"
# What stands in the answers about safe contact.
WAY, ADDRESS = "news", "news_email"


class News(StrEnum):
    """How a complainant wants to hear that there is news."""

    NO = "no"
    SMS = "sms"
    EMAIL = "email"


_OPENED_BY: Final = {News.SMS: Channel.SMS.value, News.EMAIL: ways_out.NEUTRAL_EMAIL}


@dataclass(frozen=True)
class ToPerson:
    """Where a constant text may go, and in which language."""

    channel: Channel
    address: str
    language: str


def ways(session: Session, now: datetime) -> list[News]:
    """Return the ways that may be offered: those by which this installation can send."""
    opened = ways_out.open_now(session, now)
    return [news for news, way in _OPENED_BY.items() if way in opened]


def wished(case: Case) -> News:
    """Return how the complainant of a case wants to hear of news; not at all unless they said."""
    person = _complainant(case)
    return News(_said(person).get(WAY, News.NO)) if person else News.NO


def tell(session: Session, case: Case, now: datetime) -> None:
    """Write to the complainant that there is news, if they want that.

    What is still waiting tells it as well: there is no second letter.
    """
    person, news = _complainant(case), wished(case)
    if person is None or news not in ways(session, now) or _waits(session, person):
        return
    outbox.put(
        session,
        now,
        Channel(news.value),
        f"{KIND} {new_id()}",
        kind=KIND,
        not_before=_by_day(session, case, now),
        language=case.language,
        case_id=case.id,
        person_id=person.id,
    )


def _waits(session: Session, person: Person) -> bool:
    """Tell whether a letter waits that nobody can have seen yet."""
    waiting = select(Letter.id).where(
        Letter.person_id == person.id,
        Letter.state == LetterState.WAITING.value,
        Letter.batch.is_(None),
    )
    return session.scalar(waiting.limit(1)) is not None


def _by_day(session: Session, case: Case, now: datetime) -> datetime:
    return letters.after_quiet(now, directory.zone(session, case.destination), letters.NIGHT)


def opened(session: Session, now: datetime, parcel: Parcel) -> ToPerson | datetime | None:
    """Return where a parcel may go; until when it has to wait; None if it is not wanted now."""
    person = session.get_one(Person, parcel.person_id)
    by_day = _by_day(session, person.case, now)
    if by_day > now:
        return by_day
    address = _address(person)
    if wished(person.case).value != parcel.channel.value or not address:
        return None
    return ToPerson(parcel.channel, address, parcel.language)


def _address(person: Person) -> str:
    said, case = _said(person), person.case
    if said.get(WAY) == News.EMAIL:
        return email_address.typed(said.get(ADDRESS, ""))
    typed = person.telephone or ""
    found = (search_text.telephone(typed, each) for each in (case.destination, case.origin))
    return next((number for number in found if number), "")


def stop(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Tell the complainant nothing more; the address for it is forgotten."""
    person = _complainant(case)
    if person is None or wished(case) is News.NO:
        return
    kept = {name: said for name, said in _said(person).items() if name not in {WAY, ADDRESS}}
    person.contact = json.dumps(kept, ensure_ascii=False) if kept else None
    history.record(session, case, actor, now, "news_stopped")


def _complainant(case: Case) -> Person | None:
    return next((each for each in case.people if each.kind == "complainant"), None)


def _said(person: Person) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(person.contact or "{}")
    return said
