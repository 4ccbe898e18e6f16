"""Filing: everything told is kept and sealed, one submission is one case, and it is routed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import crypto
from casework.db import Base, transaction
from casework.domain import reference, tracking_code
from casework.domain.complaint import Contact, IntakeData, MoneyRow, PartyNamed
from casework.domain.facts import Role, Said, Severity
from casework.models import (
    Answer,
    Case,
    CaseParty,
    Claim,
    EmbassyContact,
    Escalation,
    Event,
    Notice,
    Person,
)
from casework.services import (
    casefile,
    history,
    intake,
    ledger,
    messages,
    notebook,
    outcome,
    referrals,
    registry,
)
from casework.services.ledger import NewRemedy
from casework.services.outcome import Outcome
from tests import factories
from tests.factories import PUBLIC, World, agrees
from tests.lying import contents
from tests.threads import together

PLAIN = IntakeData("km", "web", "KH", "TH", {"wages": ["unpaid"]})
FULL = IntakeData(
    language="km",
    channel="web",
    origin="KH",
    destination="TH",
    categories={"wages": ["unpaid", "overtime"], "documents": []},
    filed_by="relative",
    headcount=12,
    women=5,
    place="Samut Sakhon",
    sector="fishing",
    began_on="2026-08-01",
    story="canary-story នាយកមិនបើកប្រាក់ខែ",
    story_english="canary-english",
    answers={("wages", "rate"): "canary-answer", ("documents", "which"): "canary-second"},
    parties=[
        PartyNamed("agency", "Golden Star", "L-77"),
        PartyNamed("employer", "  "),
        PartyNamed("broker", "Uncle Sok"),
    ],
    about_official=Said.NO,
    money=[
        MoneyRow("wages", Decimal("27000.50"), "THB", "canary-what", 3, "2026-08-01", "2026-10-31"),
        MoneyRow("fee", Decimal(700), "USD", receipt="yes"),
    ],
    embassy=[
        Contact("no_answer", "embassy", "2026-09-01", "telephone", "canary-asked", "canary-told"),
        Contact("not_contacted"),
    ],
    wants=["money", "documents"],
    documented=Said.NO,
    safe_now=Said.YES,
    name="canary-name Sophea",
    worker_name="canary-worker",
    telephone="012 345 678 canary",
    telephone_e164="+85512345678",
    contact={"way": "text", "code_word": "canary-word"},
    decisions=agrees("KH", identity=True),
    consent_how="spoken",
    campaign="poster-7",
)


def file(world: World, data: IntakeData, key: str = "key", **values: Any) -> intake.Filed:
    return intake.submit(world.session, PUBLIC, world.now, data=data, submission_key=key, **values)


def test_everything_told_is_kept(world: World) -> None:
    case = file(world, FULL).case
    world.session.expire_all()
    assert (case.origin, case.destination, case.place) == ("KH", "TH", "Samut Sakhon")
    assert (case.headcount, case.women, case.filed_by) == (12, 5, "relative")
    assert (case.sector, case.began_on, case.campaign) == ("fishing", "2026-08-01", "poster-7")
    assert (case.wants, case.documented, case.safe_now) == ("money,documents", "no", "yes")
    assert (case.story, case.story_original) == (FULL.story, None)
    assert case.story_english == "canary-english"
    assert case.codes == ("wages", "documents")
    assert [c.subcategory for c in case.categories] == ["unpaid", "overtime", ""]
    assert (case.filed_at, case.language, case.channel) == (world.now, "km", "web")
    complainant, worker = case.people
    assert (complainant.kind, complainant.name) == ("complainant", "canary-name Sophea")
    assert complainant.telephone == "012 345 678 canary"
    assert complainant.telephone_index == crypto.blind_index("telephone", "+85512345678")
    assert json.loads(complainant.contact or "") == FULL.contact
    assert (worker.kind, worker.name) == ("worker", "canary-worker")


def test_everything_that_hangs_on_it_is_kept(world: World) -> None:
    case = file(world, FULL).case
    world.session.expire_all()
    answers = world.session.scalars(select(Answer).where(Answer.case_id == case.id))
    assert {(a.category, a.question): a.value for a in answers} == FULL.answers
    parties = world.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id))
    assert {(p.role, p.party.name) for p in parties if p.party} == {
        ("agency", "Golden Star"),
        ("broker", "Uncle Sok"),
    }
    wages, fee = world.session.scalars(select(Claim).order_by(Claim.id))
    assert (wages.amount, wages.currency, wages.what) == (Decimal("27000.50"), "THB", "canary-what")
    assert (wages.workers, wages.from_on, wages.to_on) == (3, "2026-08-01", "2026-10-31")
    assert (fee.amount, fee.what, fee.receipt) == (Decimal(700), None, "yes")
    asked, none = world.session.scalars(select(EmbassyContact).order_by(EmbassyContact.id))
    assert (asked.office_id, asked.asked, asked.answered) == (
        "embassy",
        "canary-asked",
        "canary-told",
    )
    assert (none.result, none.asked, none.office_id) == ("not_contacted", None, None)
    scopes = {(c.recipient, c.scope): (c.given, c.how, c.language) for c in case.consents}
    assert scopes["KH", "identity"] == (True, "spoken", "km")


def test_an_empty_complaint_is_a_complaint(world: World) -> None:
    case = file(world, replace(PLAIN, categories={})).case
    assert (case.status, case.needs_triage, case.severity) == ("triage", True, "normal")
    assert (case.story, case.place) == (None, "")
    (person,) = case.people
    assert (person.name, person.telephone, person.telephone_index) == (None, None, None)
    assert person.contact is None


# --- sealed -------------------------------------------------------------------------------------


def test_no_word_of_a_person_stands_in_the_database(world: World, engine: Engine) -> None:
    desk = world.actor(Role.SUPERVISOR, "cso")
    office = world.actor(Role.OFFICER, "attache")
    case = file(world, FULL).case
    session, now = world.session, world.now
    referrals.accept(session, case, office, now)
    messages.write(session, case, office, now, "canary-message")
    messages.reply(session, case, world.worker(case), now, body="canary-reply")
    notebook.note(session, case, desk, now, kind="call", body="canary-note")
    notebook.task(session, case, desk, now, title="canary-task", due_on="2026-12-01")
    contact = Contact("refused", asked="canary-asked", answered="canary-refusal")
    notebook.embassy_contact(session, case, desk, now, contact=contact)
    ledger.claim(session, case, desk, now, row=MoneyRow("wages", Decimal(1), "THB", "canary-claim"))
    proof = NewRemedy("money", "paid", "2026-11-23", Decimal(1), "THB", proof="canary-proof")
    ledger.remedy(session, case, desk, now, new=proof)
    words = Outcome("settled", "full", "canary-outcome")
    outcome.propose(session, case, office, now, outcome=words)
    other = file(world, replace(FULL, telephone="098 canary"), "second").case
    referrals.decline(session, other, office, now, code="not_ours", reason="canary-reason")
    factories.draft(session, answers="canary-draft", code="canary-code")
    session.commit()
    assert "canary" not in _everything(engine)
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        files = contents(path.parent.glob(f"{path.name}*"))
        assert files
        assert not any(word in file for file in files for word in (b"canary", "ប្រាក់ខែ".encode()))


def _everything(engine: Engine) -> str:
    """Return every cell of every table as text, bytes as the letters they may hold."""
    cells = []
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                cells += [
                    cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row
                ]
    assert "KH-26-" in " ".join(cells)
    return " ".join(cells)


# --- one submission, one case ---------------------------------------------------------------------


def test_the_same_submission_again_is_the_same_case(world: World) -> None:
    first = file(world, FULL)
    again = file(world, replace(FULL, story="changed"))
    assert first.new
    assert not again.new
    assert again.case is first.case
    assert again.code is None
    assert again.case.story == FULL.story
    assert intake.find(world.session, "key") is first.case
    assert intake.find(world.session, "other") is None


def test_the_code_given_out_opens_the_case(world: World) -> None:
    own = intake.new_code()
    filed = file(world, PLAIN, given=intake.secret(own))
    assert filed.code == own == tracking_code.parse(own)
    assert filed.case.code_hash == crypto.code_lookup(own)
    fresh = file(world, PLAIN, "second")
    assert fresh.code is not None
    assert fresh.case.code_hash == crypto.code_lookup(fresh.code)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_eight_posts_at_one_moment_make_one_case(
    app: Flask, session: Session, now: datetime
) -> None:
    factories.small_directory(session)
    session.commit()

    def post(_thread: int) -> tuple[int, bool]:
        with transaction() as own:
            filed = intake.submit(own, PUBLIC, now, data=FULL, submission_key="double tap")
            return filed.case.id, filed.new

    posted = together(app, 8, post)
    assert len({case_id for case_id, _ in posted}) == 1
    assert sum(new for _, new in posted) == 1
    (case,) = session.scalars(select(Case))
    assert case.story == FULL.story
    assert len(case.people) == 2
    assert len(session.scalars(select(Claim)).all()) == 2


def test_cases_filed_at_one_moment_have_numbers_of_their_own(
    app: Flask, session: Session, now: datetime
) -> None:
    factories.small_directory(session)
    session.commit()

    def post(thread: int) -> list[str]:
        found = []
        for number in range(4):
            with transaction() as own:
                key = f"{thread} {number}"
                filed = intake.submit(own, PUBLIC, now, data=PLAIN, submission_key=key)
                found.append(filed.case.reference)
        return found

    references = [each for found in together(app, 6, post) for each in found]
    assert len(set(references)) == 24
    assert all(reference.parse(each) == each for each in references)
    assert len(session.scalars(select(Case)).all()) == 24


def test_an_imported_complaint_is_not_filed_twice_under_another_key(world: World) -> None:
    file(world, replace(PLAIN, import_id="published-1"))
    with pytest.raises(IntegrityError):
        file(world, replace(PLAIN, import_id="published-1"), "another")


# --- Burmese --------------------------------------------------------------------------------------

# "The employer does not pay wages", in Unicode and as a Zawgyi keyboard writes it.
UNICODE = "အလုပ်ရှင်က လုပ်ခ မပေးဘူး"
ZAWGYI = "အလုပ္ရွင္က လုပ္ခ မေပးဘူး"


def test_a_zawgyi_submission_is_read_as_one_and_its_original_kept(world: World) -> None:
    data = replace(
        PLAIN,
        language="my",
        story=ZAWGYI,
        name="ေမာင္ေမာင္",
        worker_name="ေအးေအး",
        place="ေယး",
        answers={("wages", "rate"): "ေငြ"},
        contact={"code_word": "ေန"},
        parties=[PartyNamed("agency", "ေရႊ")],
    )
    case = file(world, data).case
    world.session.expire_all()
    assert (case.story, case.story_original) == (UNICODE, ZAWGYI)
    complainant, worker = case.people
    assert (complainant.name, complainant.name_original) == ("မောင်မောင်", "ေမာင္ေမာင္")
    assert (worker.name, worker.name_original) == ("အေးအေး", "ေအးေအး")
    assert json.loads(complainant.contact or "") == {"code_word": "နေ"}
    assert case.place == "ယေး"
    answer = world.session.scalars(select(Answer)).one()
    assert (answer.value, answer.original) == ("ငွေ", "ေငြ")
    supervisor = world.actor(Role.SUPERVISOR, "coordinator")
    (known,) = registry.search(world.session, supervisor, "ရွှေ")
    assert (known.party.name, known.cases) == ("ရွှေ", 1)


def test_burmese_in_unicode_stays_as_it_was_typed(world: World) -> None:
    case = file(world, replace(PLAIN, language="my", story=UNICODE, name="မောင်မောင်")).case
    assert (case.story, case.story_original) == (UNICODE, None)
    assert case.people[0].name_original is None


# --- where it goes --------------------------------------------------------------------------------


def test_with_consent_it_goes_to_the_office_of_the_rule(world: World) -> None:
    case = world.file()
    (referral,) = case.referrals
    assert (case.status, case.desk_office_id) == ("referred", "cso")
    assert (referral.office_id, referral.rule, referral.state) == ("attache", "labour", "offered")
    assert (referral.lead, referral.may_see, referral.track) == (True, True, "origin")
    assert set(world.running(case)) == {
        ("attache", "acknowledge"),
        ("attache", "first_answer"),
        ("attache", "resolve"),
    }
    assert case.waits_for == "office"
    told = history.of_case(world.session, case)
    assert [event.action for event in reversed(told)] == ["filed", "desk", "routed", "refer"]
    assert told[1].data["rule"] == "labour"


def test_without_consent_it_stays_with_the_desk_and_says_why(world: World) -> None:
    case = world.file(decisions=())
    assert (case.status, case.desk_office_id, case.referrals) == ("triage", "cso", [])
    assert set(world.running(case)) == {("cso", "acknowledge")}
    routed = history.of_case(world.session, case)[1]
    assert routed.action == "routed"
    assert routed.data["office"] == "coordinator"
    assert {p["office_id"]: p["why"] for p in routed.data["passed_over"]} == {
        "attache": "no_consent",
        "authority": "no_consent",
    }


def test_a_no_is_a_no(world: World) -> None:
    case = world.file(decisions=agrees("KH", send=False))
    assert (case.status, case.referrals) == ("triage", [])


def test_a_case_with_consent_for_one_office_goes_to_that_one(world: World) -> None:
    case = world.file(decisions=agrees("TH:labour_authority"))
    assert [(r.office_id, r.track) for r in case.referrals] == [("authority", "destination")]
    assert [p["why"] for p in case.referrals[0].passed_over] == ["no_consent"]


@pytest.mark.parametrize("said", [Said.YES, Said.UNSURE])
def test_about_an_official_it_stays_for_a_neutral_reader(world: World, said: Said) -> None:
    case = world.file(about_official=said)
    assert (case.status, case.referrals) == ("triage", [])
    assert world.session.scalars(select(Notice.kind)).all() == ["triage"]


def test_a_complaint_about_an_embassy_is_always_about_an_official(world: World) -> None:
    case = world.file(categories={"embassy": []}, complained_offices=["embassy"])
    assert (case.about_official, case.status, case.referrals) == ("yes", "triage", [])
    conflicted = casefile.settle(world.session, case, world.now).conflicted
    assert conflicted == {"embassy", "consulate", "attache"}


def test_a_complaint_of_another_country_is_kept_by_the_network(world: World) -> None:
    case = world.file(origin="MM", decisions=())
    assert case.desk_office_id == "coordinator"


def test_a_desk_that_is_complained_about_does_not_keep_the_case(world: World) -> None:
    assert world.file(complained_offices=["cso"]).desk_office_id == "coordinator"
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker, complained_offices=["cso"])
    assert (case.desk_office_id, case.caseworker_id) == ("coordinator", None)


def test_a_caseworker_keeps_what_they_log(world: World) -> None:
    caseworker = world.actor(Role.CASEWORKER, "other-cso")
    case = world.file(caseworker)
    assert (case.desk_office_id, case.caseworker_id) == ("other-cso", caseworker.staff_id)
    assert {consent.staff_id for consent in case.consents} == {caseworker.staff_id}


def test_retaliation_is_urgent_and_in_the_queue_of_supervisors_at_once(world: World) -> None:
    case = world.file(categories={"retaliation": []})
    assert (case.severity, case.level, case.status) == ("urgent", 1, "triage")
    (step,) = world.session.scalars(select(Escalation))
    assert (step.level, step.cause, step.to_office_id) == (1, "retaliation", "coordinator")
    kinds = world.session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["triage", "escalated"]
    assert set(world.running(case)) == {("coordinator", "acknowledge")}


@pytest.mark.parametrize(
    ("categories", "stated", "severity"),
    [
        ({"wages": []}, None, "normal"),
        ({"wages": []}, "urgent", "urgent"),
        ({"abuse": []}, "normal", "urgent"),
    ],
)
def test_the_graver_of_category_and_statement_counts(
    world: World, categories: dict[str, list[str]], stated: str | None, severity: str
) -> None:
    assert world.file(categories=categories, severity=stated).severity == severity


def test_severity_never_falls_below_what_was_found() -> None:
    assert intake.max_severity(Severity.HIGH, None) == "high"
    assert intake.max_severity(Severity.HIGH, "normal") == "high"


def test_history_holds_codes_and_no_words(world: World) -> None:
    case = file(world, FULL).case
    for event in world.session.scalars(select(Event).where(Event.case_id == case.id)):
        assert "canary" not in json.dumps(event.data)


def test_a_party_is_one_across_cases(world: World) -> None:
    first = file(world, replace(PLAIN, parties=[PartyNamed("agency", "Golden Star")])).case
    named = [PartyNamed("agency", "golden  STAR", "L-9")]
    second = file(world, replace(PLAIN, parties=named), "second").case
    rows = world.session.scalars(select(CaseParty).order_by(CaseParty.id)).all()
    assert {row.case_id for row in rows} == {first.id, second.id}
    assert len({row.party_id for row in rows}) == 1


def test_people_of_a_case_are_found_by_telephone_without_reading_it(world: World) -> None:
    case = file(world, FULL).case
    index = crypto.blind_index("telephone", "+85512345678")
    query = select(Person.case_id).where(Person.telephone_index == index)
    assert world.session.scalars(query).all() == [case.id]
