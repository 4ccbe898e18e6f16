"""One factory for each model, and a small world to file complaints in.

A factory adds a row that is complete and plain; what a test is about it says itself. Nothing is
committed: what a request or another session is to see, the test commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from casework import models
from casework.db import Base
from casework.domain.complaint import IntakeData, MoneyRow, PartyNamed
from casework.domain.consent import Decision
from casework.domain.facts import Actor, ActorKind, OfficeRole, RecipientKind, Role, Scope
from casework.services import (
    casefile,
    consents,
    directory,
    facts,
    intake,
    reference,
    sweep,
    ways_out,
)

R = TypeVar("R", bound=Base)
BEGINNING: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# Whoever files at the public pages, before there is a case.
PUBLIC: Final = Actor(ActorKind.COMPLAINANT)
# Somebody who tells who they are, how to reach them, whom they paid and what they earn.
SOMEBODY: Final[dict[str, Any]] = {
    "name": "Sokha",
    "worker_name": "Dara",
    "telephone": "081 234 5678",
    "telephone_e164": "+66812345678",
    "contact": {"way": "call", "code_word": "rice", "time": "at night", "whose": "own"},
    "answers": {("wages", "rate"): "9100 THB", ("wages", "rate_per"): "month"},
    "parties": [PartyNamed("agency", "Ocean Agency", "L-1")],
    "money": [MoneyRow("refund", Decimal(9000), "THB", "for the man at the gate")],
}
_numbers = count(1)


def _added(session: Session, row: R) -> R:
    session.add(row)
    session.flush()
    return row


def office(session: Session, office_id: str, role: OfficeRole, **values: Any) -> models.Office:
    """An office; its directory is read anew."""
    row = models.Office(id=office_id, role=role.value, name=values.pop("name", office_id), **values)
    directory.forget(session)
    return _added(session, row)


def staff(
    session: Session, role: Role, office_id: str | None = None, **values: Any
) -> models.Staff:
    """A member of staff who has never signed in."""
    number = next(_numbers)
    given: dict[str, Any] = {"email": f"{number}@staff.example", "name": f"Somebody {number}"}
    given |= {"created_at": BEGINNING, "active": True} | values
    return _added(session, models.Staff(role=role.value, office_id=office_id, **given))


def taxonomy_version(session: Session, **values: Any) -> models.TaxonomyVersion:
    """The shipped taxonomy, as version 1."""
    given: dict[str, Any] = {
        "number": 1,
        "document": reference.read("taxonomy"),
        "made_at": BEGINNING,
    } | values
    return _added(session, models.TaxonomyVersion(**given))


def case_number(session: Session) -> models.CaseNumber:
    """The next number that the database counts."""
    return _added(session, models.CaseNumber())


def case(session: Session, **values: Any) -> models.Case:
    """A case that nobody has looked at, of a Cambodian worker in Thailand.

    The desk and the taxonomy's version have to be there.
    """
    number = next(_numbers)
    given: dict[str, Any] = {
        "reference": f"KH-26-{number:06d}-0",
        "submission_key": f"key {number}",
        "status": "received",
        "severity": "normal",
        "origin": "KH",
        "destination": "TH",
        "channel": "web",
        "language": "km",
        "filed_by": "self",
        "desk_office_id": directory.COORDINATOR,
        "taxonomy_version": 1,
        "filed_at": BEGINNING,
        "moved_at": BEGINNING,
    }
    return _added(session, models.Case(**given | values))


def case_category(session: Session, of: models.Case, **values: Any) -> models.CaseCategory:
    """One more category of a case."""
    given: dict[str, Any] = {
        "case_id": of.id,
        "position": len(of.categories),
        "code": "wages",
    } | values
    return _added(session, models.CaseCategory(**given))


def person(session: Session, of: models.Case, **values: Any) -> models.Person:
    """Someone who complains."""
    return _added(session, models.Person(case=of, **{"kind": "complainant"} | values))


def answer(session: Session, of: models.Case, **values: Any) -> models.Answer:
    """An answer to a question about wages."""
    given: dict[str, Any] = {"category": "wages", "question": "rate", "value": "9000 baht"} | values
    return _added(session, models.Answer(case=of, **given))


def referral(session: Session, of: models.Case, office_id: str, **values: Any) -> models.Referral:
    """A dispatch that leads and has not been answered."""
    given: dict[str, Any] = {
        "office_id": office_id,
        "track": "origin",
        "state": "offered",
        "rule": "labour",
        "offered_at": BEGINNING,
    }
    return _added(session, models.Referral(case=of, **given | values))


def packet(session: Session, of: models.Referral, **values: Any) -> models.Packet:
    """A packet in English whose link nobody has used; nobody knows its code."""
    given: dict[str, Any] = {"language": "en", "ground": "no_account", "made_at": BEGINNING}
    given |= {"referral_id": of.id, "office_id": of.office_id}
    given |= {"token_hash": next(_numbers).to_bytes(32, "big")}
    given |= {"until": BEGINNING + timedelta(days=14)}
    return _added(session, models.Packet(case=of.case, **given | values))


def consent(
    session: Session, of: models.Case, kind: RecipientKind, recipient: str, **values: Any
) -> models.Consent:
    """A yes to sending the case."""
    given: dict[str, Any] = {
        "recipient_kind": kind.value,
        "recipient": recipient,
        "scope": Scope.REFERRAL.value,
        "given": True,
        "wording_version": 1,
        "language": "km",
        "how": "form",
        "at": BEGINNING,
    }
    return _added(session, models.Consent(case=of, **given | values))


def clock(session: Session, of: models.Case, office_id: str, **values: Any) -> models.Clock:
    """A clock of the desk that ends in two days and has one reminder left."""
    due_at = values.get("due_at", BEGINNING + timedelta(days=2))
    given: dict[str, Any] = {
        "office_id": office_id,
        "kind": "acknowledge",
        "unit": "hours",
        "started_at": BEGINNING,
        "due_at": due_at,
        "thresholds": [due_at.isoformat()],
        "next_at": due_at,
    }
    return _added(session, models.Clock(case=of, **given | values))


def figure(session: Session, **values: Any) -> models.Figure:
    """One open case of the coordination desk that nobody keeps, counted at the beginning."""
    given: dict[str, Any] = {"of": "person", "desk_office_id": directory.COORDINATOR}
    given |= {"open": 1, "late": 0, "oldest": BEGINNING, "counted_at": BEGINNING}
    return _added(session, models.Figure(**given | values))


def case_conflict(session: Session, of: models.Case, **values: Any) -> models.CaseConflict:
    """An office, or a member of staff, that may not know of a case."""
    return _added(session, models.CaseConflict(case=of, **values))


def emergency_access(
    session: Session, of: models.Case, staff_id: int, **values: Any
) -> models.EmergencyAccess:
    """An hour in which somebody may read a case that is not theirs."""
    given: dict[str, Any] = {"at": BEGINNING, "until": BEGINNING + timedelta(hours=1)}
    given |= {"staff_id": staff_id, "reason": "The worker is in danger."}
    return _added(session, models.EmergencyAccess(case=of, **given | values))


def party(session: Session, name: str, **values: Any) -> models.Party:
    """A party under its own name, folded as it stands."""
    row = models.Party(**{"kind": "agency", "name": name} | values)
    row.names.append(models.PartyName(name=name, folded=name.casefold()))
    return _added(session, row)


def party_name(session: Session, of: models.Party, name: str) -> models.PartyName:
    """One more name of a party."""
    return _added(session, models.PartyName(party=of, name=name, folded=name.casefold()))


def case_party(session: Session, of: models.Case, **values: Any) -> models.CaseParty:
    """Someone complained about in a case."""
    return _added(session, models.CaseParty(case=of, **{"role": "agency"} | values))


def claim(session: Session, of: models.Case, **values: Any) -> models.Claim:
    """Nine thousand baht of wages."""
    given: dict[str, Any] = {"kind": "wages", "amount": Decimal(9000), "currency": "THB"} | values
    return _added(session, models.Claim(case=of, **given))


def remedy(session: Session, of: models.Case, **values: Any) -> models.RemedyEntry:
    """Five thousand baht that were paid."""
    given: dict[str, Any] = {
        "kind": "money",
        "state": "paid",
        "amount": Decimal(5000),
        "currency": "THB",
    }
    given |= {"on_date": "2026-11-23"}
    return _added(session, models.RemedyEntry(case=of, **given | values))


def embassy_contact(session: Session, of: models.Case, **values: Any) -> models.EmbassyContact:
    """An embassy that did not answer."""
    return _added(session, models.EmbassyContact(case=of, **{"result": "no_answer"} | values))


def message(session: Session, of: models.Case, body: str, **values: Any) -> models.Message:
    """A message of the complainant to the desk."""
    given: dict[str, Any] = {"at": BEGINNING, "from_complainant": True, "body": body} | values
    return _added(session, models.Message(case=of, **given))


def note(session: Session, of: models.Case, body: str, **values: Any) -> models.Note:
    """A note of nobody in particular."""
    return _added(session, models.Note(case=of, **{"at": BEGINNING, "body": body} | values))


def task(session: Session, of: models.Case, title: str, **values: Any) -> models.Task:
    """A task without a day."""
    given: dict[str, Any] = {"made_at": BEGINNING, "title": title} | values
    return _added(session, models.Task(case=of, **given))


def notice(session: Session, of: models.Case, office_id: str, **values: Any) -> models.Notice:
    """A notice that a case has come."""
    given: dict[str, Any] = {"office_id": office_id, "kind": "referred", "at": BEGINNING} | values
    return _added(session, models.Notice(case=of, **given))


def letter(session: Session, **values: Any) -> models.Letter:
    """A letter that could go now, to nobody."""
    given: dict[str, Any] = {"channel": "sms", "kind": "news", "language": "km"}
    given |= {"dedupe_key": f"letter {next(_numbers)}", "state": "waiting", "attempts": 0}
    given |= {"made_at": BEGINNING, "not_before": BEGINNING, "last_error": ""}
    return _added(session, models.Letter(**given | values))


def account_notice(session: Session, staff_id: int, **values: Any) -> models.AccountNotice:
    """A notice that the second factor was taken away."""
    given: dict[str, Any] = {"staff_id": staff_id, "kind": "factor_reset", "at": BEGINNING}
    return _added(session, models.AccountNotice(**given | values))


def opened_ways(session: Session, *ways: str) -> None:
    """Let the installation send by these ways for as long as a test may last."""
    ways_out.say_open(session, BEGINNING + timedelta(days=1000), ways)


def legal_hold(session: Session, of: models.Case, **values: Any) -> models.LegalHold:
    """A hold because of a court, which runs."""
    given: dict[str, Any] = {"ground": "court", "at": BEGINNING, "reason": "words"} | values
    return _added(session, models.LegalHold(case=of, **given))


def retention_rule(session: Session, months: int, **values: Any) -> models.RetentionRule:
    """A rule for every case, which anonymises it."""
    given: dict[str, Any] = {"category": "*", "outcome": "*", "fate": "anonymise", "source": "law"}
    return _added(session, models.RetentionRule(months=months, **given | values))


def escalation(session: Session, of: models.Case, **values: Any) -> models.Escalation:
    """The first step up, to the coordination desk."""
    given: dict[str, Any] = {"level": 1, "at": BEGINNING, "cause": "acknowledge"}
    given |= {"to_office_id": directory.COORDINATOR}
    return _added(session, models.Escalation(case=of, **given | values))


def event(session: Session, of: models.Case | None = None, **values: Any) -> models.Event:
    """A line of history."""
    given: dict[str, Any] = {"at": BEGINNING, "actor_kind": "system", "action": "filed"}
    given |= {"case_id": of.id if of else None}
    return _added(session, models.Event(**given | values))


def draft(session: Session, **values: Any) -> models.Draft:
    """A complaint that is still being written."""
    given: dict[str, Any] = {"token_hash": next(_numbers).to_bytes(32, "big"), "language": "km"}
    given |= {"made_at": BEGINNING, "saved_at": BEGINNING}
    return _added(session, models.Draft(**given | values))


def evidence(session: Session, **values: Any) -> models.Evidence:
    """A photo of the complainant, in `case_id` or `draft_id`; its bytes lie nowhere."""
    given: dict[str, Any] = {"at": BEGINNING, "from_complainant": True, "kind": "photo"}
    given |= {"media_type": "image/jpeg", "size": 2000, "shared_type": "image/jpeg"}
    given |= {
        "shared_size": 1500,
        "has_preview": True,
        "digest": next(_numbers).to_bytes(16, "big"),
    }
    return _added(session, models.Evidence(**given | values))


def export(session: Session, by: models.Staff, **values: Any) -> models.Export:
    """An export without names that can be taken."""
    given: dict[str, Any] = {
        "office_id": by.office_id,
        "at": BEGINNING,
        "expires_at": BEGINNING + timedelta(days=1),
        "form": "csv",
        "identity": False,
        "state": "ready",
        "wanted": {},
        "cases": 0,
    }
    return _added(session, models.Export(staff_id=by.id, **given | values))


def login(session: Session, **values: Any) -> models.Login:
    """A session of whoever is given: `staff` or `case`."""
    given: dict[str, Any] = {"token_hash": next(_numbers).to_bytes(32, "big")}
    given |= {"created_at": BEGINNING, "seen_at": BEGINNING}
    return _added(session, models.Login(**given | values))


def passkey(session: Session, owner: models.Staff, **values: Any) -> models.Passkey:
    """A passkey with which nobody can sign in: there is no private half."""
    given: dict[str, Any] = {"credential_id": next(_numbers).to_bytes(16, "big")}
    given |= {"public_key": b"none", "sign_count": 0, "transports": [], "name": "A telephone"}
    given |= {"created_at": BEGINNING, "staff_id": owner.id}
    return _added(session, models.Passkey(**given | values))


def handshake(session: Session, **values: Any) -> models.Handshake:
    """A question that waits for its answer."""
    given: dict[str, Any] = {"token_hash": next(_numbers).to_bytes(32, "big")}
    given |= {"purpose": "passkey", "challenge": bytes(32), "until": BEGINNING}
    return _added(session, models.Handshake(**given | values))


def worker_turn(session: Session, **values: Any) -> models.WorkerTurn:
    """A sweep that a worker has just ended."""
    given: dict[str, Any] = {"task": "sweep", "place": "here:1", "worker": "here:1"}
    given |= {"begun_at": BEGINNING, "ended_at": BEGINNING, "outcome": "done"} | values
    return _added(session, models.WorkerTurn(**given))


def setting(session: Session, name: str, value: Any) -> models.Setting:
    """A setting of the installation."""
    return _added(session, models.Setting(name=name, value=value))


def country(session: Session, code: str, **values: Any) -> models.CountrySetting:
    """A country that works from nine to five on five days, seven hours before UTC."""
    given: dict[str, Any] = {
        "timezone": "Asia/Bangkok",
        "weekend": [6, 7],
        "opens": "09:00",
        "closes": "17:00",
        "currency": "THB",
    }
    return _added(session, models.CountrySetting(code=code, **given | values))


def holiday(session: Session, of: str, day: str, **values: Any) -> models.Holiday:
    """A day off that an administrator has added."""
    directory.forget(session)
    return _added(session, models.Holiday(country=of, day=day, **{"name": "A day off"} | values))


def term(session: Session, kind: str, amount: int, unit: str, **values: Any) -> models.TermRow:
    """How long something may take."""
    row = models.TermRow(kind=kind, amount=amount, unit=unit, **{"source": "judgement"} | values)
    return _added(session, row)


def ladder_step(session: Session, level: int, *targets: tuple[str, str]) -> models.LadderStepRow:
    """A step of the ladder, its targets as role and place."""
    rows = [{"role": role, "where": where} for role, where in targets]
    return _added(session, models.LadderStepRow(level=level, title=f"Level {level}", targets=rows))


def routing_rule(
    session: Session, code: str, track: str, *targets: dict[str, str], **values: Any
) -> models.RoutingRule:
    """A rule behind all rules that are there."""
    given: dict[str, Any] = {"position": next(_numbers), "title": code} | values
    row = models.RoutingRule(code=code, track=track, targets=list(targets), **given)
    directory.forget(session)
    return _added(session, row)


_OFFICES: Final[dict[str, tuple[OfficeRole, dict[str, Any]]]] = {
    directory.COORDINATOR: (OfficeRole.COORDINATOR, {"host": "TH"}),
    "leadership": (OfficeRole.MINISTRY_LEADERSHIP, {"country": "KH", "host": "KH"}),
    "ministry": (
        OfficeRole.LABOUR_MINISTRY,
        {"country": "KH", "host": "KH", "escalates_to_id": "leadership"},
    ),
    "foreign": (OfficeRole.FOREIGN_MINISTRY, {"country": "KH", "host": "KH"}),
    "embassy": (
        OfficeRole.EMBASSY,
        {"country": "KH", "host": "TH", "escalates_to_id": "foreign"},
    ),
    "consulate": (OfficeRole.CONSULATE, {"country": "KH", "host": "TH", "parent_id": "embassy"}),
    "attache": (
        OfficeRole.LABOUR_ATTACHE,
        {"country": "KH", "host": "TH", "parent_id": "embassy", "escalates_to_id": "ministry"},
    ),
    "authority": (OfficeRole.LABOUR_AUTHORITY, {"country": "TH", "host": "TH"}),
    "ombudsman": (OfficeRole.OMBUDSMAN, {"country": "TH", "host": "TH"}),
    "agencies": (OfficeRole.AGENCY_ASSOCIATION, {"country": "KH", "host": "KH"}),
    "cso": (OfficeRole.CSO, {"country": "KH", "host": "KH"}),
    "other-cso": (OfficeRole.CSO, {"country": "TH", "host": "TH"}),
}


def small_directory(session: Session) -> None:
    """Add a directory that a reader can hold in mind: Cambodia, Thailand, two CSOs, the desk."""
    for office_id, (role, values) in _OFFICES.items():
        office(session, office_id, role, **values)
    taxonomy_version(session)
    country(session, "KH", timezone="Asia/Phnom_Penh", currency="KHR", origin=True)
    country(session, "TH", destination=True)
    setting(session, directory.REMINDERS, [50, 75, 100])
    term(session, "acknowledge", 2, "working_days")
    term(session, "acknowledge", 24, "hours", severity="urgent")
    term(session, "first_answer", 15, "days")
    term(session, "resolve", 30, "days")
    term(session, "resolve", 10, "days", country="KH", source="Prakas 249")
    term(session, "silence", 14, "days")
    _small_rules(session)
    ladder_step(session, 1, ("labour_attache", "post"), ("labour_authority", "destination"))
    ladder_step(session, 2, ("embassy", "post"), ("labour_ministry", "origin"))
    ladder_step(session, 3, ("ministry_leadership", "origin"), ("foreign_ministry", "origin"))
    ladder_step(session, 4, ("ombudsman", "destination"))
    ladder_step(session, 5, ("coordinator", "network"))
    directory.forget(session)


def _small_rules(session: Session) -> None:
    attache = {"role": "labour_attache", "where": "post"}
    foreign = {"role": "foreign_ministry", "where": "origin"}
    authority = {"role": "labour_authority", "where": "destination"}
    desk = {"role": "coordinator", "where": "network"}
    routing_rule(session, "retaliation", "office", desk, categories=["retaliation"])
    routing_rule(session, "embassy", "office", foreign, categories=["embassy"])
    routing_rule(session, "labour", "office", attache, authority)
    routing_rule(session, "desk-kh", "desk", {"office": "cso"}, origins=["KH"])


@dataclass
class World:
    """The small directory, people who act in it, and time that the test moves."""

    session: Session
    now: datetime

    def after(self, **duration: float) -> datetime:
        """Let time pass, as for a timedelta; return the new now."""
        self.now += timedelta(**duration)
        return self.now

    def actor(self, role: Role, office_id: str | None = None, **values: Any) -> Actor:
        """Return somebody new of an office."""
        return facts.staff_actor(staff(self.session, role, office_id, **values))

    def worker(self, of: models.Case) -> Actor:
        """Return whoever holds the tracking code of a case."""
        return facts.complainant_actor(of)

    def file(self, actor: Actor = PUBLIC, **values: Any) -> models.Case:
        """File a complaint about wages, with consent for Cambodia's offices unless told."""
        given: dict[str, Any] = {
            "language": "km",
            "channel": "web",
            "origin": "KH",
            "destination": "TH",
            "categories": {"wages": ["unpaid"]},
            "decisions": agrees("KH"),
        }
        key = f"submission {next(_numbers)}"
        data = IntakeData(**given | values)
        return intake.submit(self.session, actor, self.now, data=data, submission_key=key).case

    def sweep(self) -> list[str]:
        """Do what all clocks ask for now; return what was done."""
        self.session.flush()
        due = sweep.due_cases(self.session, self.now)
        return [done for each in due for done in sweep.act_on(self.session, each, self.now)]

    def running(self, of: models.Case) -> dict[tuple[str, str], models.Clock]:
        """Return the running clocks of a case by office and kind."""
        rows = self.session.query(models.Clock).filter_by(case_id=of.id, stopped_at=None)
        return {(row.office_id, row.kind): row for row in rows}

    def settle(self, of: models.Case) -> None:
        """Make what follows from the rows true again, after a test has changed some by hand."""
        casefile.settle(self.session, of, self.now)


def agrees(*recipients: str, identity: bool = False, send: bool = True) -> list[Decision]:
    """Return the decisions of a person about states ("KH"), kinds of office or offices."""
    return [
        decision
        for recipient in recipients
        for decision in consents.decisions_for(
            _kind(recipient), recipient, send=send, identity=identity
        )
    ]


def _kind(recipient: str) -> RecipientKind:
    if ":" in recipient:
        return RecipientKind.ROLE
    return RecipientKind.STATE if recipient.isupper() else RecipientKind.OFFICE
