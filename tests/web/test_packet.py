"""A packet at the desk: looked at, made, handed out; and what of it is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from casework.domain.complaint import PartyNamed
from casework.domain.facts import RecipientKind
from casework.models import Case, Packet, Staff
from casework.services import facts, history, packet_links, referrals
from tests import factories, paper
from tests.desk import CASES, NOT_FOUND, WRONG, fresh, text
from tests.factories import World, agrees
from tests.pages import CheckedClient

CODE = re.compile("(?:[0-9A-HJKMNP-TV-Z]{4} ){12}[0-9A-HJKMNP-TV-Z]{4}")


def path(case: Case) -> str:
    return f"{CASES}/{case.reference}/packets/{case.referrals[-1].id}"


def make(client: CheckedClient, case: Case, **values: Any) -> Any:
    given = {"language": "en", "ground": "no_account", "version": case.version}
    return client.submit(path(case), given | values)


@pytest.fixture
def case(world: World, malee: Staff) -> Case:
    return world.file(
        facts.staff_actor(malee),
        decisions=agrees("KH", identity=True),
        name="Sokha Chan",
        telephone="+66 81 234 5678",
        passport="N1234567",
        story="He took our papers.",
        parties=[PartyNamed("employer", "Golden Prawn", "L 9")],
    )


def test_the_desk_makes_a_packet_and_sees_how_far_it_is(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    page = client.get(f"{CASES}/{case.reference}").text
    assert path(case) in page
    before = text(client.get(path(case)).text)
    assert "A packet for attache" in before
    assert "Golden Prawn" in before
    assert "Packets made" not in before
    answer = make(client, case)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={case.reference}.pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    shown = text(client.get(f"{CASES}/{case.reference}").text)
    assert "Packet of Mon 23 Nov, English. The link was not opened. It ends Mon 7 Dec." in shown
    assert "Malee made a packet for attache." in shown
    assert "Packets made for this office: 1." in text(client.get(path(case)).text)


def test_the_paper_says_what_the_office_sees_and_how_it_answers(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    made = make(client, case).data
    words = paper.text(made)
    pages, facts_of_file = paper.facts(made)
    for each in ("Sokha Chan", "+66 81 234 5678", "He took our papers.", "Golden Prawn", "L 9"):
        assert each in words, each
    assert "N1234567" not in words
    assert "Please say by 25 November 2026" in words
    assert "http://localhost/en/office" in words
    assert facts_of_file["Title"] == f"Case {case.reference}"
    assert (pages, facts_of_file["Author"]) == (1, "")
    code = CODE.search(" ".join(words.split()))
    assert code
    world.session.rollback()
    assert packet_links.open_by_code(world.session, world.now, code[0].replace(" ", ""))


def test_the_code_is_kept_nowhere(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    code = CODE.search(" ".join(paper.text(make(client, case).data).split()))
    assert code
    world.session.rollback()
    row = world.session.query(Packet).one()
    kept = [str(getattr(row, column.key)) for column in Packet.__table__.columns]
    told = [str(event.data) for event in history.of_case(world.session, fresh(world, case))]
    typed = code[0].replace(" ", "")
    assert not [each for each in (*kept, *told) if typed in each or typed.lower() in each]


def test_the_paper_is_in_the_language_of_the_office(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    assert re.search(r'value="km" checked', client.get(path(case)).text)
    words = paper.text(make(client, case, language="km").data)
    assert "/km/office" in words
    assert re.search("[\u1780-\u17ff]{3}", words)


def test_an_office_that_has_taken_the_case_is_asked_otherwise(
    client: CheckedClient, world: World, malee: Staff, vuthy: Staff, case: Case
) -> None:
    case.referrals[0].note = "Please call us first.\nThank you."
    referrals.accept(world.session, case, facts.staff_actor(vuthy), world.now)
    client.enter(world.session, malee)
    words = " ".join(paper.text(make(client, case).data).split())
    assert "Your office has taken this case." in words
    assert "Please call us first. Thank you." in words


def test_everything_a_case_can_hold_is_written(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    session = world.session
    factories.case_category(session, case, code="retaliation")
    factories.claim(session, case, what="Deposit", workers=2)
    factories.remedy(session, case)
    factories.remedy(session, case, kind="apology", amount=None, currency="")
    factories.embassy_contact(session, case, on_date="2026-11", how="visit", asked="Help?")
    factories.answer(session, case, question="rate", value="9000 THB")
    (person,) = [each for each in case.people if each.kind == "complainant"]
    person.contact = '{"way": "call", "time": "evening", "code_word": "Rose", "whose": "own"}'
    case.women, case.severity, case.story_english = 1, "urgent", "In short:\nno papers."
    case.began_on, case.sector = "2026-05", "fishing"
    client.enter(session, malee)
    words = " ".join(paper.text(make(client, case).data).split())
    for each in (
        "Deposit, 2 workers, THB",
        "9,000",
        "5,000",
        "Total, Thai Baht",
        "Asked for: Help?",
        "in person",
        "evening",
        "Code word: Rose",
        "1 woman",
        "In English: In short: no papers.",
        "Began: 2026-05",
        "name and contact",
    ):
        assert each in words, each


def test_files_are_listed_by_kind_size_and_day(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    factories.evidence(world.session, case_id=case.id, note="The payslip", name="IMG_secret.jpg")
    client.enter(world.session, malee)
    without = paper.text(make(client, case).data)
    assert "payslip" not in without
    world.session.rollback()
    decisions = agrees("KH")
    both = world.file(facts.staff_actor(malee), decisions=decisions)
    for row in both.consents:
        if row.scope == "narrative":
            factories.consent(
                world.session,
                both,
                kind=RecipientKind.STATE,
                recipient="KH",
                scope="documents",
                at=world.now,
            )
            break
    for number in range(30):
        factories.evidence(
            world.session, case_id=both.id, note=f"Page {number}", name="IMG_secret.jpg"
        )
    world.settle(both)
    world.session.commit()
    made = make(client, both).data
    words = " ".join(paper.text(made).split())
    assert "30, photo" in words
    assert "Page 29" in words
    assert "1 kB" in words
    assert "secret" not in words
    assert paper.facts(made)[0] > 1


def test_the_form_says_what_is_missing(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    bare = client.submit(path(case), {"version": case.version})
    assert bare.status_code == WRONG
    assert "Choose a language." in bare.text
    stale = make(client, case, version="x")
    assert stale.status_code == 409
    world.session.rollback()
    assert world.session.query(Packet).count() == 0


def test_no_packet_where_the_office_does_not_have_the_case(
    client: CheckedClient, world: World, malee: Staff, vuthy: Staff, case: Case
) -> None:
    address, token_page = path(case), f"{CASES}/{case.reference}/answer"
    client.enter(world.session, vuthy)
    assert client.get(address).status_code == NOT_FOUND
    client.enter(world.session, malee)
    assert client.get(f"{address}0").status_code == NOT_FOUND
    world.session.rollback()
    factories.referral(world.session, case, "authority", state="offered", lead=False)
    world.session.commit()
    assert client.get(path(case)).status_code == NOT_FOUND
    given = {"language": "en", "ground": "paper", "version": case.version}
    assert client.submit(path(case), given, page=token_page).status_code == NOT_FOUND
    referrals.recall(world.session, fresh(world, case), facts.staff_actor(malee), world.now)
    world.session.commit()
    assert client.get(address).status_code == NOT_FOUND


def test_a_paper_asks_for_a_fresh_proof(
    client: CheckedClient, world: World, malee: Staff, case: Case, clock: Any
) -> None:
    client.enter(world.session, malee)
    clock.move(minutes=11)
    assert client.get(path(case)).location.startswith("/staff/confirm")


def test_each_state_of_a_packet_has_its_words(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    (referral,) = case.referrals
    day = timedelta(days=1)
    values: list[dict[str, Any]] = [
        {"opened_at": world.now, "answered_at": world.now, "answer": "decline"},
        {"replaced_at": world.now},
        {"made_at": world.now - 20 * day, "until": world.now - 6 * day},
    ]
    for each in values:
        factories.packet(world.session, referral, **each)
    client.enter(world.session, malee)
    shown = text(client.get(f"{CASES}/{case.reference}").text)
    assert "The link was opened Mon 23 Nov. The office answered by it Mon 23 Nov." in shown
    assert "A newer packet took its place." in shown
    assert "It ended without an answer." in shown


def test_an_office_reads_that_a_packet_was_made_and_no_more(
    client: CheckedClient, world: World, malee: Staff, vuthy: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    make(client, case)
    world.session.rollback()
    client.enter(world.session, vuthy)
    shown = text(client.get(f"{CASES}/{case.reference}").text)
    assert "made a packet for attache" in shown
    assert "The link was" not in shown
