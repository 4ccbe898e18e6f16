"""What was told, as rows of the case: words sealed, in Unicode, with what was typed kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from casework import crypto
from casework.domain import burmese, passport
from casework.domain.burmese import BurmeseText
from casework.domain.search_text import clean
from casework.models import Answer, CaseCategory, CaseParty, Claim, EmbassyContact, Person
from casework.services import registry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.complaint import IntakeData
    from casework.models import Case


class _Script:
    """Turns what was typed into Unicode, once the whole submission was judged."""

    def __init__(self, data: IntakeData) -> None:
        """Judge all texts of the submission together: one short word cannot be judged."""
        texts = [
            data.story,
            data.name,
            data.worker_name,
            data.place,
            *data.contact.values(),
            *data.answers.values(),
            *(party.name for party in data.parties),
            *(row.what for row in data.money),
            *(text for contact in data.embassy for text in (contact.asked, contact.answered)),
        ]
        self.zawgyi = burmese.decide([clean(text) for text in texts if text])

    def read(self, typed: str) -> str | None:
        """Return the text to store, or None when there is none."""
        return BurmeseText.read(clean(typed), zawgyi=self.zawgyi).unicode or None

    def original(self, typed: str) -> str | None:
        """Return what was typed, where it was changed."""
        return BurmeseText.read(clean(typed), zawgyi=self.zawgyi).original


def store(session: Session, case: Case, data: IntakeData) -> None:
    """Store all that a person told; the case stands in the session already."""
    script = _Script(data)
    case.place = script.read(data.place) or ""
    case.story = script.read(data.story)
    case.story_original = script.original(data.story)
    case.story_english = clean(data.story_english) or None
    write_categories(case, data.categories)
    _people(session, case, data, script)
    for (category, question), value in data.answers.items():
        session.add(
            Answer(
                case=case,
                category=category,
                question=question,
                value=script.read(value),
                original=script.original(value),
            )
        )
    _parties(session, case, data, script)
    _money(session, case, data, script)
    _embassy(session, case, data, script)


def write_categories(case: Case, categories: dict[str, list[str]]) -> None:
    """Write what a case is about, in the order of choice; what stood there before goes."""
    pairs = [(code, sub) for code, subs in categories.items() for sub in subs or [""]]
    case.categories = [
        CaseCategory(position=position, code=code, subcategory=sub)
        for position, (code, sub) in enumerate(pairs)
    ]


def _people(session: Session, case: Case, data: IntakeData, script: _Script) -> None:
    session.add(
        Person(
            case=case,
            kind="complainant",
            name=script.read(data.name),
            name_original=script.original(data.name),
            telephone=clean(data.telephone) or None,
            telephone_index=telephone_index(data.telephone_e164),
            passport=clean(data.passport) or None,
            passport_index=passport_index(data.passport),
            contact=_contact(data, script),
        )
    )
    if data.worker_name:
        session.add(
            Person(
                case=case,
                kind="worker",
                name=script.read(data.worker_name),
                name_original=script.original(data.worker_name),
            )
        )


def _money(session: Session, case: Case, data: IntakeData, script: _Script) -> None:
    for row in data.money:
        session.add(
            Claim(
                case=case,
                kind=row.kind,
                amount=row.amount,
                currency=row.currency,
                workers=row.workers,
                from_on=row.from_on,
                to_on=row.to_on,
                receipt=row.receipt,
                what=script.read(row.what),
            )
        )


def _embassy(session: Session, case: Case, data: IntakeData, script: _Script) -> None:
    for contact in data.embassy:
        session.add(
            EmbassyContact(
                case=case,
                office_id=contact.office_id,
                result=contact.result,
                on_date=contact.on_date,
                how=contact.how,
                asked=script.read(contact.asked),
                answered=script.read(contact.answered),
            )
        )


def _contact(data: IntakeData, script: _Script) -> str | None:
    """Return how to reach the person safely, readable for whoever has to."""
    said = {name: script.read(value) or "" for name, value in data.contact.items()}
    return json.dumps(said, ensure_ascii=False) if said else None


def telephone_index(e164: str | None) -> bytes | None:
    """Return the blind index of a telephone number in international form."""
    return crypto.blind_index("telephone", e164) if e164 else None


def passport_index(typed: str) -> bytes | None:
    """Return the blind index of a passport's number, however it was written."""
    number = passport.comparable(typed)
    return crypto.blind_index("passport", number) if number else None


def _parties(session: Session, case: Case, data: IntakeData, script: _Script) -> None:
    for named in data.parties:
        name = script.read(named.name)
        if name is None:
            continue
        party = registry.find_or_add(session, named.role, name, named.licence, named.party_id)
        session.add(CaseParty(case=case, role=named.role, party_id=party.id))
    for office_id in data.complained_offices:
        session.add(CaseParty(case=case, role="post", office_id=office_id))
    for staff_id in data.complained_staff:
        session.add(CaseParty(case=case, role="person", staff_id=staff_id))
