"""A person follows the case with the code: what is shown, what can be done, and what never is."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import crypto
from casework.domain import tracking_code
from casework.domain.facts import Actor, Role, Said
from casework.models import Case, Consent, Message, Notice
from casework.services import messages, outcome, referrals
from casework.services.outcome import Outcome
from tests import factories
from tests.conftest import Clock
from tests.factories import World, agrees
from tests.pages import CheckedClient

CHECKED = tracking_code.make(lambda _digits: "407192635580194762")
UNKNOWN = tracking_code.make(lambda _digits: "111122223333444455")
STORY = "They took my passport in Ranong."


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    factories.small_directory(session)
    return World(session, now)


@pytest.fixture
def case(world: World) -> Case:
    """A case at the labour attaché, filed by a person who gave a name."""
    case = world.file(story=STORY, name="Sokha Chan", answers={("wages", "rate"): "9000 THB"})
    case.code_hash = crypto.code_lookup(CHECKED)
    world.session.commit()
    return case


@pytest.fixture
def officer(world: World) -> Actor:
    return world.actor(Role.OFFICER, "attache")


@pytest.fixture
def visitor(client: CheckedClient, session: Session, case: Case) -> CheckedClient:
    """The browser of whoever gave the code."""
    client.open_case(session, case)
    return client


def press(
    visitor: CheckedClient, path: str, case: Case, page: str = "/en/case/status", **typed: str
) -> str:
    """Press a button of the case; return where it led."""
    return visitor.submit(path, {"version": str(case.version), **typed}, page=page).location


def seen(visitor: CheckedClient) -> str:
    response = visitor.get("/en/case/status")
    assert response.status_code == 200
    return response.text


def test_the_code_opens_the_case_whatever_its_digits(client: CheckedClient, case: Case) -> None:
    khmer = CHECKED.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    spaced = " ".join(khmer[i : i + 4] for i in range(0, 20, 4))
    opened = client.submit("/km/case", {"code": spaced})
    assert opened.location == "/km/case/status"
    assert case.reference in client.get("/km/case/status").text
    assert client.get("/km/case").location == "/km/case/status"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write the 20 digits of your code."),
        ("1234", "The code has 20 digits."),
        ("KH-26-000001-5", "The code has digits only."),
        (CHECKED[:-1] + str((int(CHECKED[-1]) + 1) % 10), "One of the digits is not right."),
        (UNKNOWN, "We do not know this code."),
    ],
)
def test_a_wrong_code_is_told_kindly(
    client: CheckedClient, case: Case, typed: str, words: str
) -> None:
    refused = client.submit("/en/case", {"code": typed})
    assert refused.status_code == 422
    assert refused.text.count(words) >= 2


def test_without_a_code_every_page_of_the_case_asks_for_it(client: CheckedClient) -> None:
    for page in ("status", "higher", "share", "code", "code/new", "stop"):
        assert client.get(f"/en/case/{page}").location == "/en/case"
    for page in ("reply", "outcome", "higher", "share", "code", "code/new", "stop", "leave"):
        answer = client.submit(f"/en/case/{page}", page="/en/case")
        assert answer.location == "/en/case"


def test_the_page_says_where_the_case_is_and_nothing_else(
    visitor: CheckedClient, case: Case
) -> None:
    page = seen(visitor)
    for words in (case.reference, "Sent to an office", "labour attaché of Cambodia", "25 November"):
        assert words in page
    for told in (STORY, "Sokha", "9000", "wages"):
        assert told not in page
    assert "<title>Your page</title>" in page


def test_an_office_is_not_named_to_whoever_is_not_safe(
    client: CheckedClient, session: Session, world: World
) -> None:
    case = world.file(safe_now=Said.NO)
    client.open_case(session, case)
    page = seen(client)
    assert "labour attaché" not in page
    assert "An office" in page


def test_messages_go_both_ways(
    visitor: CheckedClient, world: World, case: Case, officer: Actor
) -> None:
    desk = world.actor(Role.CASEWORKER, "cso")
    messages.write(world.session, case, desk, world.now, "We have read it.")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.after(minutes=1), "We call the factory.")
    world.session.commit()
    page = seen(visitor)
    assert "The person helping you, 23 November 2026" in page
    assert "The labour attaché of Cambodia in Thailand, 23 November 2026" in page
    assert press(visitor, "/en/case/reply", case, body="Thank you.") == "/en/case/status"
    assert 'class="mine"' in seen(visitor)
    world.session.rollback()
    message = world.session.scalars(select(Message).where(Message.from_complainant)).one()
    assert (message.body, message.office_id) == ("Thank you.", None)


def test_a_reply_may_go_to_the_office_too(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    press(visitor, "/en/case/reply", case, body="Here I am.", to_office="yes")
    session.rollback()
    assert session.scalars(select(Message)).one().office_id == "attache"


def test_a_reply_sent_twice_is_one(visitor: CheckedClient, session: Session, case: Case) -> None:
    for _ in range(2):
        press(visitor, "/en/case/reply", case, body="Hello?")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_an_empty_reply_is_asked_for(visitor: CheckedClient, case: Case) -> None:
    wrong = visitor.submit("/en/case/reply", {"body": " "}, page="/en/case/status")
    assert wrong.status_code == 422
    assert wrong.text.count("Write your message.") >= 2


def test_a_question_of_the_office_stands_first(
    visitor: CheckedClient, world: World, case: Case, officer: Actor
) -> None:
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "Which month?", ask=True)
    world.session.commit()
    page = seen(visitor)
    assert "Please answer a question" in page
    assert page.index("Which month?") < page.index("Where your case is")
    assert "7 December 2026" in page
    press(visitor, "/en/case/reply", case, body="August.")
    world.session.rollback()
    assert case.status == "in_progress"
    answer = world.session.scalars(select(Message).where(Message.from_complainant)).one()
    assert answer.office_id == "attache"


@pytest.fixture
def proposed(world: World, case: Case, officer: Actor) -> Case:
    """The case with a result that waits for the person's word."""
    referrals.accept(world.session, case, officer, world.now)
    result = Outcome("partly_settled", "part", "The factory paid 5,000 baht.")
    outcome.propose(world.session, case, officer, world.now, outcome=result)
    world.session.commit()
    return case


def test_a_result_is_confirmed(visitor: CheckedClient, session: Session, proposed: Case) -> None:
    page = seen(visitor)
    assert page.index("The factory paid 5,000 baht.") < page.index("Where your case is")
    assert "Settled in part" in page
    version = str(proposed.version)
    for _ in range(2):
        visitor.submit(
            "/en/case/outcome", {"answer": "right", "version": version}, page="/en/case/status"
        )
    session.rollback()
    assert (proposed.status, proposed.confirmed) == ("closed", True)
    assert "Open my case again" in seen(visitor)


def test_a_result_is_disputed(visitor: CheckedClient, session: Session, proposed: Case) -> None:
    press(visitor, "/en/case/outcome", proposed, answer="wrong")
    session.rollback()
    assert (proposed.status, proposed.level) == ("referred", 1)
    assert "Sent to a higher office" in seen(visitor)


def test_no_answer_to_the_result_changes_nothing(
    visitor: CheckedClient, session: Session, proposed: Case
) -> None:
    assert press(visitor, "/en/case/outcome", proposed, answer="perhaps") == "/en/case/status"
    session.rollback()
    assert proposed.status == "outcome_proposed"


def test_a_higher_office_is_asked_once_for_a_level(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    press(visitor, "/en/case/higher", case, page="/en/case/higher")
    session.rollback()
    assert (case.level, case.escalation_asked_at_level) == (1, 0)
    assert "/en/case/higher" in seen(visitor), "the next level may be asked for"
    session.rollback()
    case.escalation_asked_at_level = case.level
    session.commit()
    assert "/en/case/higher" not in seen(visitor)
    assert visitor.get("/en/case/higher").location == "/en/case/status"


def test_a_page_made_before_the_last_move_changes_nothing(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    case.version += 1
    session.commit()
    stale = {"version": str(case.version - 1)}
    answer = visitor.submit("/en/case/higher", stale, page="/en/case/higher")
    assert answer.location == "/en/case/status"
    assert "moved on in the meantime" in seen(visitor)
    session.rollback()
    assert case.level == 0


@pytest.mark.parametrize(
    ("pressed", "kept"), [(Said.YES, True), (Said.NO, False), (Said.UNSURE, None)]
)
def test_withdrawing_asks_for_pressure(
    visitor: CheckedClient, session: Session, case: Case, *, pressed: Said, kept: bool | None
) -> None:
    refused = visitor.submit("/en/case/stop", {"version": str(case.version)})
    assert refused.status_code == 422
    press(visitor, "/en/case/stop", case, page="/en/case/stop", pressed=pressed)
    session.rollback()
    assert (case.status, case.under_pressure) == ("withdrawn", kept)
    assert visitor.get("/en/case/stop").location == "/en/case/status"


def test_an_ended_case_is_opened_again_within_90_days(
    visitor: CheckedClient, session: Session, case: Case, clock: Clock
) -> None:
    press(visitor, "/en/case/stop", case, page="/en/case/stop", pressed="no")
    session.rollback()
    clock.move(days=91)
    visitor.open_case(session, case)
    assert "Open my case again" not in seen(visitor)
    clock.move(days=-1)
    visitor.open_case(session, case)
    press(visitor, "/en/case/open-again", case)
    session.rollback()
    assert case.status == "in_progress"
    visitor.submit("/en/case/open-again", {"version": "no"}, page="/en/case/status")


def test_the_code_is_changed_and_shown_until_it_is_written_down(
    app: Flask, visitor: CheckedClient, session: Session, case: Case
) -> None:
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    other.open_case(session, case)
    assert visitor.get("/en/case/code/new").location == "/en/case/status"
    version = str(case.version)
    for _ in range(2):
        changed = visitor.submit("/en/case/code", {"version": version})
        assert changed.location == "/en/case/code/new"
    shown = "".join(re.findall(r"<span>(\d{4})</span>", visitor.get("/en/case/code/new").text))
    session.rollback()
    assert case.code_hash == crypto.code_lookup(shown) != crypto.code_lookup(CHECKED)
    assert other.get("/en/case/status").location == "/en/case"
    assert other.submit("/en/case", {"code": CHECKED}).status_code == 422
    assert other.submit("/en/case", {"code": shown}).location == "/en/case/status"
    visitor.submit("/en/case/code/new")
    assert visitor.get("/en/case/code/new").location == "/en/case/status"


def share(
    visitor: CheckedClient, session: Session, case: Case, recipient: str, wish: str
) -> set[tuple[str, bool]]:
    """Press a button on the page of permissions; return what the recipient then holds."""
    session.rollback()
    press(visitor, "/en/case/share", case, page="/en/case/share", recipient=recipient, do=wish)
    session.rollback()
    name = recipient.partition("|")[2]
    rows = session.scalars(select(Consent).where(Consent.recipient == name).order_by(Consent.id))
    return {(row.scope, row.given and row.withdrawn_at is None) for row in rows}


def test_a_permission_is_taken_back_and_given(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    page = visitor.get("/en/case/share").text
    assert "Higher offices of this country: Cambodia" in page
    assert "not who you are" in page
    held = share(visitor, session, case, "state|KH", "take")
    assert ("referral", True) not in held
    assert case.status == "triage", "the office has lost the case"
    assert "The person helping you" not in seen(visitor)
    office = "role|KH:labour_attache"
    assert "We have not asked you yet." in visitor.get("/en/case/share").text
    assert ("referral", True) in share(visitor, session, case, office, "give")
    assert ("identity", True) in share(visitor, session, case, office, "name")
    assert "and who you are." in visitor.get("/en/case/share").text
    assert ("identity", False) in share(visitor, session, case, office, "hide")
    kinds = set(session.scalars(select(Notice.kind).where(Notice.office_id == "cso")))
    assert "consent" in kinds


def test_being_counted_is_a_permission_too(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    counted = "office|coordinator"
    assert share(visitor, session, case, counted, "give") == {("statistics", True)}
    assert "You said yes." in visitor.get("/en/case/share").text
    assert share(visitor, session, case, counted, "take") == {("statistics", False)}


def test_nobody_else_can_be_given_the_case(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    assert share(visitor, session, case, "office|embassy", "give") == set()
    case.version += 1
    session.commit()
    stale = {"version": "1", "recipient": "state|KH", "do": "take"}
    visitor.submit("/en/case/share", stale)
    assert "moved on in the meantime" in visitor.get("/en/case/share").text


def test_one_office_named_in_a_consent_is_shown_by_its_kind(
    client: CheckedClient, session: Session, world: World
) -> None:
    case = world.file(decisions=agrees("attache"))
    client.open_case(session, case)
    assert "labour attaché of Cambodia in Thailand" in client.get("/en/case/share").text


def test_when_a_case_has_ended_permissions_can_only_be_taken_back(
    visitor: CheckedClient, session: Session, case: Case
) -> None:
    press(visitor, "/en/case/stop", case, page="/en/case/stop", pressed="no")
    page = visitor.get("/en/case/share").text
    assert "Take back my permission" in page
    assert "Share my name" not in page
    assert "We have not asked you yet." not in page
    before = share(visitor, session, case, "role|KH:labour_attache", "give")
    assert ("referral", True) not in before
    session.refresh(case)
    assert ("referral", True) not in share(visitor, session, case, "state|KH", "take")
    assert "No office may see your case." in visitor.get("/en/case/share").text


def test_leaving_the_case_ends_its_session(visitor: CheckedClient, case: Case) -> None:
    left = visitor.submit("/en/case/leave", page="/en/case/status")
    assert left.location == "/en/"
    assert visitor.get("/en/case/status").location == "/en/case"


def test_without_a_receipt_the_code_is_asked_for(client: CheckedClient) -> None:
    assert client.submit("/en/receipt", page="/en/case").location == "/en/case"


def test_who_was_helped_to_file_gets_a_code_of_their_own_before_anything_else(
    client: CheckedClient, session: Session, world: World, clock: Clock
) -> None:
    case = world.file()
    case.code_is_shared = True
    old = case.code_hash
    client.open_case(session, case)
    for path in ("/en/case/status", "/en/case/stop", "/en/case/higher", "/en/case/share"):
        assert client.get(path).location == "/en/case/code"
    page = client.get("/en/case/code").text
    assert "First you get a code of your own" in page
    assert case.reference not in page
    data = {"version": str(case.version)}
    assert client.submit("/en/case/code", data).location == "/en/case/code/new"
    assert "Your new code" in client.get("/en/case/code/new").text
    assert client.get("/en/case/status").status_code == 200
    session.rollback()
    session.refresh(case)
    assert (case.code_is_shared, case.code_hash == old) == (False, False)
    assert "Change my secret code" in client.get("/en/case/code").text


def test_who_was_helped_may_leave_without_a_new_code(
    client: CheckedClient, session: Session, world: World
) -> None:
    case = world.file()
    case.code_is_shared = True
    client.open_case(session, case)
    left = client.submit("/en/case/leave", page="/en/case/code")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/en/case/status").location == "/en/case"
