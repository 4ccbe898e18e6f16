"""Intake: a complaint becomes a case, whichever way it came in.

The web form, the caseworker's page and the import all file through `submit`. One
submission key makes one case, however often it is posted.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework import crypto
from casework.domain import burmese, reference, routing, tracking_code
from casework.domain.burmese import BurmeseText
from casework.domain.facts import SYSTEM, Said, Severity
from casework.domain.routing import RuleTrack
from casework.domain.search_text import clean
from casework.domain.workflow import Status
from casework.models import (
    Answer,
    Case,
    CaseCategory,
    CaseNumber,
    CaseParty,
    Claim,
    EmbassyContact,
    Person,
)
from casework.services import (
    casefile,
    consents,
    directory,
    escalation,
    history,
    referrals,
    registry,
)
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.services.consents import Decision

EMBASSY = "embassy"


@dataclass(frozen=True)
class MoneyRow:
    """One line of money: what for, how much, when."""

    kind: str
    amount: Decimal
    currency: str
    what: str = ""
    workers: int = 1
    from_on: str = ""
    to_on: str = ""
    receipt: str = ""


@dataclass(frozen=True)
class PartyNamed:
    """An agency, broker or employer as the person named it."""

    role: str
    name: str
    licence: str = ""
    party_id: int | None = None


@dataclass(frozen=True)
class Contact:
    """One attempt to get help from the embassy."""

    result: str
    office_id: str | None = None
    on_date: str = ""
    how: str = ""
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True)
class IntakeData:
    """A complaint as it was told, checked by its form and not yet stored.

    `categories` keeps the order of choice, each with its subcategories; `answers` is keyed by
    category and question; `contact` says how to reach the person safely.
    """

    language: str
    channel: str
    origin: str
    destination: str
    categories: dict[str, list[str]]
    filed_by: str = "self"
    headcount: int = 1
    women: int | None = None
    place: str = ""
    sector: str = ""
    began_on: str = ""
    story: str = ""
    story_english: str = ""
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    parties: Sequence[PartyNamed] = ()
    about_official: Said = Said.NO
    complained_offices: Sequence[str] = ()
    money: Sequence[MoneyRow] = ()
    embassy: Sequence[Contact] = ()
    wants: Sequence[str] = ()
    documented: Said = Said.UNSURE
    safe_now: Said = Said.UNSURE
    name: str = ""
    worker_name: str = ""
    telephone: str = ""
    telephone_e164: str | None = None
    contact: dict[str, str] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    consent_how: str = "form"
    campaign: str = ""
    severity: str | None = None
    import_id: str | None = None


@dataclass(frozen=True)
class Filed:
    """The case, its secret code where this call made it, and whether it is new."""

    case: Case
    code: str | None
    new: bool


def new_code() -> str:
    """Return a fresh tracking code."""
    return tracking_code.make(lambda n: "".join(str(secrets.randbelow(10)) for _ in range(n)))


def find(session: Session, submission_key: str) -> Case | None:
    """Return the case that this submission has already made, if it has."""
    return session.scalars(select(Case).where(Case.submission_key == submission_key)).first()


def submit(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    data: IntakeData,
    submission_key: str,
    code: str | None = None,
) -> Filed:
    """File a complaint: store it, choose its desk, route it.

    The same `submission_key` again returns the case it made, without a code and without
    change. `code` is the tracking code to give out; without one the case gets a fresh one.
    """
    before = find(session, submission_key)
    if before is not None:
        return Filed(before, None, new=False)
    code = code or new_code()
    case = _case(session, actor, now, data, submission_key)
    case.code_hash = crypto.code_lookup(code)
    session.add(case)
    _tell(session, case, data)
    session.flush()
    consents.store(session, case, actor, now, decisions=data.decisions, how=data.consent_how)
    history.record(session, case, actor, now, "filed", channel=data.channel, by=data.filed_by)
    _choose_desk(session, case, actor, now)
    referrals.route(session, case, SYSTEM, now)
    if escalation.RETALIATION in data.categories:
        escalation.flag_retaliation(session, case, now)
        casefile.settle(session, case, now)
    return Filed(case, code, new=True)


def _number(session: Session, origin: str, now: datetime) -> str:
    counted = CaseNumber()
    session.add(counted)
    session.flush()
    return reference.make(origin, now.year, counted.id)


def _case(
    session: Session,
    actor: Actor,
    now: datetime,
    data: IntakeData,
    submission_key: str,
) -> Case:
    taxonomy = directory.taxonomy(session)
    codes = tuple(data.categories)
    severity = taxonomy.severity({code: frozenset(s) for code, s in data.categories.items()})
    about = Said.YES if EMBASSY in data.categories else data.about_official
    return Case(
        reference=_number(session, data.origin, now),
        submission_key=submission_key,
        import_id=data.import_id,
        status=Status.RECEIVED.value,
        severity=max_severity(severity, data.severity),
        origin=data.origin,
        destination=data.destination,
        place=clean(data.place),
        sector=data.sector,
        channel=data.channel,
        language=data.language,
        filed_by=data.filed_by,
        headcount=data.headcount,
        women=data.women,
        documented=data.documented.value,
        safe_now=data.safe_now.value,
        about_official=about.value,
        needs_triage=taxonomy.needs_triage(codes),
        began_on=data.began_on,
        wants=",".join(data.wants),
        campaign=data.campaign,
        desk_office_id=directory.COORDINATOR,
        taxonomy_version=taxonomy.version,
        filed_at=now,
        moved_at=now,
        caseworker_id=actor.staff_id,
    )


def max_severity(found: Severity, stated: str | None) -> str:
    """Return the graver of what the categories say and what a person stated."""
    order = list(Severity)
    return max(found, Severity(stated) if stated else found, key=order.index).value


def _choose_desk(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Keep a case at the desk that logged it; otherwise ask the rules which desk it is."""
    if actor.office_id is not None:
        case.desk_office_id = actor.office_id
        return
    assignment = routing.route(
        case_facts(session, case),
        directory.rules(session),
        directory.offices(session),
        RuleTrack.DESK,
        directory.COORDINATOR,
    )
    case.desk_office_id = assignment.office_id
    history.record(
        session, case, SYSTEM, now, "desk", office=assignment.office_id, rule=assignment.rule
    )


class _Script:
    """Turns what was typed into Unicode, once the whole submission was judged."""

    def __init__(self, data: IntakeData) -> None:
        """Judge all texts of the submission together: one short word cannot be judged."""
        texts = [
            data.story,
            data.name,
            data.worker_name,
            data.place,
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


def _tell(session: Session, case: Case, data: IntakeData) -> None:
    """Store what was told."""
    script = _Script(data)
    case.place = script.read(data.place) or ""
    case.story = script.read(data.story)
    case.story_original = script.original(data.story)
    case.story_english = clean(data.story_english) or None
    _categories(case, data)
    _people(case, data, script)
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


def _categories(case: Case, data: IntakeData) -> None:
    pairs = [(code, sub) for code, subs in data.categories.items() for sub in subs or [""]]
    case.categories = [
        CaseCategory(position=position, code=code, subcategory=sub)
        for position, (code, sub) in enumerate(pairs)
    ]


def _people(case: Case, data: IntakeData, script: _Script) -> None:
    case.people.append(
        Person(
            case=case,
            kind="complainant",
            name=script.read(data.name),
            name_original=script.original(data.name),
            telephone=clean(data.telephone) or None,
            telephone_index=telephone_index(data.telephone_e164),
            contact=json.dumps(data.contact, ensure_ascii=False) if data.contact else None,
        )
    )
    if data.worker_name:
        case.people.append(Person(case=case, kind="worker", name=script.read(data.worker_name)))


def telephone_index(e164: str | None) -> bytes | None:
    """Return the blind index of a telephone number in international form."""
    return crypto.blind_index("telephone", e164) if e164 else None


def _parties(session: Session, case: Case, data: IntakeData, script: _Script) -> None:
    for named in data.parties:
        name = script.read(named.name)
        if name is None:
            continue
        party = registry.find_or_add(session, named.role, name, named.licence, named.party_id)
        session.add(CaseParty(case=case, role=named.role, party_id=party.id))
    for office_id in data.complained_offices:
        session.add(CaseParty(case=case, role="post", office_id=office_id))
