from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.facts import SYSTEM, RecipientKind, Said, Scope
from casework.models import (
    Case,
    CaseParty,
    Claim,
    Consent,
    EmbassyContact,
    Note,
)
from casework.services import directory, import_map, imports
from casework.services.published import Amount, BadLine, Granted
from tests.published_lines import one, shipped_lines


def filed(session: Session, now: datetime, **values: Any) -> Case:
    return imports.import_line(session, SYSTEM, now, one(**values)).case


def note_of(session: Session, case: Case) -> str:
    found = session.scalars(select(Note).where(Note.case_id == case.id)).one()
    assert found.office_id == case.desk_office_id
    return found.body or ""


def test_a_line_becomes_a_case_once(shipped: Session, now: datetime) -> None:
    line = one(id="KH-01")
    first = imports.import_line(shipped, SYSTEM, now, line)
    again = imports.import_line(shipped, SYSTEM, now, line)
    assert (first.new, again.new) == (True, False)
    assert first.case is again.case
    assert (first.case.import_id, first.case.channel) == ("KH-01", "import")
    assert shipped.scalar(select(func.count(Case.id))) == 1
    assert shipped.scalar(select(func.count(Note.id))) == 1


def test_what_is_published_finds_its_place(shipped: Session, now: datetime) -> None:
    case = filed(
        shipped,
        now,
        categories=["unpaid_wages", "underpayment", "death", "unpaid_wages"],
        place="Ranong province",
        sector="fishing",
        workers=15,
        sex="male",
        documented=False,
        severity_hint="urgent",
        summary="Fifteen men.",
    )
    assert [(each.code, each.subcategory) for each in case.categories] == [
        ("wages", "unpaid"),
        ("wages", "underpaid"),
        ("injury", "death"),
    ]
    assert (case.place, case.sector, case.headcount, case.women) == (
        "Ranong province",
        "fishing",
        15,
        0,
    )
    assert (case.documented, case.severity, case.filed_by) == ("no", "urgent", "group")
    assert (case.story, case.story_english, case.language) == ("Fifteen men.", None, "en")
    assert not case.needs_triage


def test_a_statement_is_the_story_and_the_summary_stays_in_the_note(
    shipped: Session, now: datetime
) -> None:
    case = filed(
        shipped,
        now,
        statement="ខ្ញុំ",
        statement_lang="km",
        statement_en="I",
        summary="One woman.",
        sex="female",
        note="A remark.",
        outcome="Paid.",
        source_title="A paper",
        source_url="https://paper.example",
        year=2015,
    )
    assert (case.story, case.story_english, case.language) == ("ខ្ញុំ", "I", "km")
    assert (case.women, case.filed_by) == (1, "self")
    assert note_of(shipped, case).splitlines() == [
        "Imported as: XX-1",
        "Source: A paper, https://paper.example, 2015",
        "Summary as published: One woman.",
        "Outcome as published: Paid.",
        "Remark: A remark.",
    ]


def test_words_that_no_list_has_go_to_a_person_and_are_named(
    shipped: Session, now: datetime
) -> None:
    case = filed(
        shipped,
        now,
        categories=["unpaid_wages", "wage_theft", "curfew"],
        sector="space travel",
        severity_hint="terrible",
    )
    assert case.codes == ("wages", "other")
    assert (case.needs_triage, case.status, case.sector) == (True, "triage", "other")
    note = note_of(shipped, case)
    assert "Categories that no list of ours has: wage_theft, curfew" in note
    assert "Sector as published: space travel" in note
    assert "Urgency as published: terrible" in note


def test_no_category_at_all_goes_to_a_person(shipped: Session, now: datetime) -> None:
    case = filed(shipped, now, categories=[])
    assert case.codes == ("other",)
    assert case.needs_triage


def test_a_category_that_was_taken_out_of_the_taxonomy_goes_to_a_person(
    shipped: Session, now: datetime
) -> None:
    whole = directory.taxonomy(shipped)
    without = replace(
        whole, categories=tuple(each for each in whole.categories if each.code != "wages")
    )
    found = import_map.categories(["unpaid_wages", "death"], without)
    assert found.categories == {"injury": ["death"], "other": []}
    assert found.unknown == ("unpaid_wages",)


def test_only_sums_that_are_claimed_become_claims(shipped: Session, now: datetime) -> None:
    case = filed(
        shipped,
        now,
        workers=14,
        amounts=[
            {"what": "fee per worker", "amount": 300, "currency": "USD"},
            {"what": "workers' own claim", "amount": 44_000_000, "currency": "THB"},
            {"what": "monthly wage (about)", "amount": 25_000, "currency": "PHP"},
            {"what": "paid", "amount": None, "currency": "HKD"},
            {"what": "loan taken", "amount": 5},
        ],
    )
    rows = shipped.scalars(select(Claim).where(Claim.case_id == case.id).order_by(Claim.id)).all()
    assert [(row.kind, row.amount, row.currency, row.workers, row.what) for row in rows] == [
        ("refund", Decimal(4200), "USD", 14, "fee per worker"),
        ("wages", Decimal(44_000_000), "THB", 14, "workers' own claim"),
    ]
    note = note_of(shipped, case)
    assert "monthly wage (about) 25000.00 PHP; paid None HKD; loan taken 5.00" in note


@pytest.mark.parametrize(
    ("words", "parties"),
    [
        ("CDM Trading Manpower", [("agency", "CDM Trading Manpower")]),
        (
            "Rice Natural Co. Ltd; Century (Cambodia) Manpower Co. Ltd",
            [("agency", "Rice Natural Co. Ltd"), ("agency", "Century (Cambodia) Manpower Co. Ltd")],
        ),
        ("VINACO (Vietnamese company, as published)", [("agency", "VINACO")]),
        (
            "PT Dharmakarya Raharja; employer Synturn (M) Sdn Bhd",
            [("agency", "PT Dharmakarya Raharja"), ("employer", "Synturn (M) Sdn Bhd")],
        ),
        ("Mr Som, broker", [("broker", "Mr Som, broker")]),
        ("a broker in the home district", []),
        ("brokers; ", []),
        ("Malaysian travel agencies", []),
        ("Employment Permit System (government to government)", []),
    ],
)
def test_names_go_to_the_registry_and_descriptions_do_not(
    shipped: Session, now: datetime, words: str, parties: list[tuple[str, str]]
) -> None:
    case = filed(shipped, now, recruiter=words)
    rows = shipped.scalars(
        select(CaseParty).where(CaseParty.case_id == case.id).order_by(CaseParty.id)
    )
    assert [(row.role, row.party.name) for row in rows if row.party] == parties
    kept = f"Recruiter as published: {words.strip()}" in note_of(shipped, case)
    assert kept == ([name for _, name in parties] != [words])


@pytest.mark.parametrize(
    ("note", "result", "about"),
    [
        ("They were turned away; the embassy disputes this.", "disputed", Said.UNSURE),
        ("Official recorded claims; nothing followed.", "no_answer", Said.UNSURE),
        ("They declined to act.", "refused", Said.UNSURE),
        ("They were told to pay an agent.", "told_to_pay", Said.UNSURE),
        ("The embassy referred them to the police.", "referred", Said.NO),
        ("Embassy in Bangkok assisted.", "helped", Said.NO),
    ],
)
def test_what_the_embassy_did_is_read_from_the_words(
    shipped: Session, now: datetime, note: str, result: str, about: Said
) -> None:
    case = filed(shipped, now, embassy_contacted=True, embassy_note=note)
    (row,) = shipped.scalars(select(EmbassyContact).where(EmbassyContact.case_id == case.id))
    assert (row.result, row.answered, case.about_official) == (result, note, about)
    assert note not in note_of(shipped, case)


def test_an_embassy_that_nobody_asked_is_written_down_as_such(
    shipped: Session, now: datetime
) -> None:
    case = filed(shipped, now, embassy_contacted=False, embassy_note="It is far.")
    (row,) = shipped.scalars(select(EmbassyContact).where(EmbassyContact.case_id == case.id))
    assert (row.result, row.answered, case.about_official) == ("not_contacted", "It is far.", "no")


@pytest.mark.parametrize("contacted", [True, None])
def test_words_about_the_embassy_without_a_result_stay_in_the_note(
    shipped: Session, now: datetime, contacted: object
) -> None:
    note = "The text does not say who arbitrated."
    case = filed(shipped, now, embassy_contacted=contacted, embassy_note=note)
    assert not shipped.scalars(select(EmbassyContact)).all()
    assert case.about_official == "no"
    assert f"About the embassy, as published: {note}" in note_of(shipped, case)


def test_without_consent_a_case_stays_with_cso_and_coordinator(
    shipped: Session, now: datetime
) -> None:
    for line in shipped_lines():
        case = imports.import_line(shipped, SYSTEM, now, line).case
        assert not case.referrals
        assert not directory.offices(shipped)[case.desk_office_id].government


def test_consent_on_a_line_lets_it_go(shipped: Session, now: datetime) -> None:
    consent = {
        "recipient_kind": "office",
        "recipient": "kh-la-th",
        "scopes": ["referral", "narrative"],
    }
    refused = {"recipient_kind": "state", "recipient": "TH", "scopes": ["referral"], "given": False}
    case = filed(shipped, now, consent=[consent, refused])
    assert [each.office_id for each in case.referrals] == ["kh-la-th"]
    rows = shipped.scalars(select(Consent).where(Consent.case_id == case.id))
    assert {(row.recipient, row.scope, row.given, row.how) for row in rows} == {
        ("kh-la-th", "referral", True, "spoken"),
        ("kh-la-th", "narrative", True, "spoken"),
        ("TH", "referral", False, "spoken"),
    }


def test_consent_for_an_office_nobody_knows_is_a_bad_line(shipped: Session, now: datetime) -> None:
    consent = Granted(RecipientKind.OFFICE, "nowhere", (Scope.REFERRAL,))
    with pytest.raises(BadLine, match='Line 1: "consent" names an unknown office: nowhere'):
        imports.import_line(shipped, SYSTEM, now, replace(one(), consent=(consent,)))


def test_a_country_that_we_do_not_offer_is_stored_all_the_same(
    shipped: Session, now: datetime
) -> None:
    case = filed(shipped, now, origin_country="ET", destination_country="LB")
    assert (case.origin, case.destination) == ("ET", "LB")
    assert case.desk_office_id == directory.COORDINATOR
    assert case.reference.startswith("ET-26-")


def test_remedies_of_the_line_are_lines_of_the_ledger() -> None:
    found = [
        import_map.remedy(each, 8, "2026-11-23")
        for each in (
            Amount("refund_of_fees_per_worker", Decimal(300), "USD"),
            Amount("wages", Decimal(77180), "MYR"),
            Amount("promise_of_wages", None, ""),
            Amount("licence_suspension_days", Decimal(45), ""),
            Amount("fine", Decimal(250_000), "TWD"),
            Amount("shelter", None, ""),
            Amount("a parade", None, ""),
        )
    ]
    assert [
        (each.kind, each.state, each.amount, each.currency, each.proof) if each else None
        for each in found
    ] == [
        ("refund", "offered", 2400, "USD", ""),
        ("wages", "paid", 77180, "MYR", ""),
        ("wages", "offered", None, "", ""),
        ("licence_suspended", "done", None, "", "45 days"),
        ("prosecution", "ordered", None, "", ""),
        None,
        None,
    ]
