"""Passkeys on the pages: signing in, the second step, a new proof, one's own list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Event, Login, Passkey, SecondFactor, Staff
from casework.services import installation, logins, passwords
from tests import factories
from tests.authenticator import Phone
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient

GOOD = "tamarind ferry window nine"
LIST, NEW = "/staff/account/passkeys", "/staff/account/passkeys/new"
QUESTION, SIGN_IN = "/staff/passkey/question", "/staff/sign-in"
SESSIONS = "/staff/account/sessions"
HOME = "http://localhost"


@pytest.fixture
def malee(world: World, session: Session) -> Staff:
    hashed = passwords.hashed(GOOD)
    return factories.staff(
        session, Role.ANALYST, name="Malee", email="malee@desk.example", password_hash=hashed
    )


@pytest.fixture
def phone() -> Phone:
    return Phone(HOME, "localhost")


def asked(client: CheckedClient, page: str, path: str) -> str:
    """Ask for a question as the script does, with the token of the page."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert token is not None
    answer = client.post(path, headers={"X-CSRFToken": token[1]})
    assert answer.status_code == 200
    return answer.text


def add(client: CheckedClient, phone: Phone, name: str = "Phone") -> int:
    options = asked(client, NEW, "/staff/account/passkeys/question")
    return client.submit(NEW, {"credential": phone.make(options), "name": name}).status_code


def show(client: CheckedClient, phone: Phone, page: str = SIGN_IN) -> int:
    options = asked(client, page, QUESTION)
    data = {"credential": phone.show(options)}
    return client.submit("/staff/passkey", data, page).status_code


@pytest.fixture
def added(client: CheckedClient, session: Session, malee: Staff, phone: Phone) -> Phone:
    """Malee's telephone, whose passkey is added; she is signed out again."""
    client.enter(session, malee)
    assert add(client, phone) == 302
    client.submit("/staff/sign-out", page="/staff/account")
    return phone


def by_password(client: CheckedClient) -> str:
    data = {"email": "malee@desk.example", "password": GOOD}
    return client.submit(SIGN_IN, data).headers["Location"]


def test_a_passkey_alone_signs_in_with_both_factors(
    client: CheckedClient, session: Session, added: Phone
) -> None:
    assert "Sign in with a passkey" in client.get(SIGN_IN).text
    assert show(client, added) == 302
    assert client.get("/staff/account").status_code == 200
    assert session.scalars(select(Login.factor_at)).one() is not None


def test_the_wanted_page_comes_after_and_no_other_site(client: CheckedClient, added: Phone) -> None:
    for wanted, leads in ((LIST, LIST), ("https://evil.example", "/staff/account")):
        options = asked(client, SIGN_IN, QUESTION)
        answer = client.submit(
            f"/staff/passkey?next={wanted}", {"credential": added.show(options)}, SIGN_IN
        )
        assert answer.headers["Location"] == leads
        client.submit("/staff/sign-out", page="/staff/account")


def test_a_refused_passkey_leads_back(client: CheckedClient, added: Phone) -> None:
    added.host = "evil.example"
    options = asked(client, SIGN_IN, QUESTION)
    answer = client.submit("/staff/passkey", {"credential": added.show(options)}, SIGN_IN)
    assert answer.status_code == 422
    assert 'href="/staff/sign-in"' in answer.text
    assert client.get_cookie("desk") is None


def test_a_question_is_for_the_browser_that_asked(
    client: CheckedClient, app: Flask, added: Phone
) -> None:
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    options = asked(client, SIGN_IN, QUESTION)
    data = {"credential": added.show(options)}
    assert other.submit("/staff/passkey", data, SIGN_IN).status_code == 422
    assert client.submit("/staff/passkey", data, SIGN_IN).status_code == 302
    client.submit("/staff/sign-out", page="/staff/account")
    assert client.submit("/staff/passkey", data, SIGN_IN).status_code == 422


def test_a_question_needs_the_token_of_a_page(client: CheckedClient, malee: Staff) -> None:
    assert client.post(QUESTION).status_code == 400


def test_after_the_password_a_passkey_is_the_second_step(
    client: CheckedClient, session: Session, malee: Staff, added: Phone
) -> None:
    assert by_password(client) == "/staff/second-step/passkey"
    assert client.get("/staff/account").headers["Location"].startswith("/staff/second-step/passkey")
    assert "Show one of your passkeys" in client.get("/staff/second-step/passkey").text
    # The password alone sets up no other second factor, and shows no code.
    for path in ("/staff/second-step/set-up", "/staff/second-step"):
        assert client.get(path).headers["Location"].startswith("/staff/second-step/passkey")
    dara = factories.staff(session, Role.ANALYST)
    session.commit()
    assert show(client, added, "/staff/second-step/passkey") == 302
    assert client.get("/staff/second-step/passkey").status_code == 302
    assert session.scalars(select(Login.staff_id)).all() == [malee.id]
    assert dara.id != malee.id


def test_the_second_step_of_one_is_not_done_with_the_passkey_of_another(
    client: CheckedClient, session: Session, malee: Staff, added: Phone
) -> None:
    dara = factories.staff(session, Role.ANALYST)
    hers = Phone(HOME, "localhost")
    client.enter(session, dara)
    assert add(client, hers) == 302
    client.submit("/staff/sign-out", page="/staff/account")
    by_password(client)
    assert show(client, hers, "/staff/second-step/passkey") == 422
    assert client.get("/staff/account").status_code == 302


def test_who_has_an_app_as_well_may_choose(
    client: CheckedClient, session: Session, malee: Staff, added: Phone, clock: Clock
) -> None:
    session.add(SecondFactor(staff_id=malee.id, confirmed_at=clock.now))
    session.commit()
    assert by_password(client) == "/staff/second-step"
    assert "Use a passkey instead" in client.get("/staff/second-step").text
    assert client.get("/staff/second-step/passkey").headers["Location"] == "/staff/second-step"
    assert show(client, added, "/staff/second-step") == 302


def test_a_passkey_is_a_new_proof(
    client: CheckedClient, session: Session, malee: Staff, added: Phone, clock: Clock
) -> None:
    show(client, added)
    clock.move(minutes=11)
    assert client.get(NEW).headers["Location"].startswith("/staff/confirm")
    page = f"/staff/confirm?next={NEW}"
    assert "Use a passkey instead" in client.get(page).text
    path = f"/staff/confirm/passkey?next={NEW}"
    wrong = client.submit(path, {"credential": "{}"}, page)
    assert wrong.status_code == 422
    assert client.get(NEW).status_code == 302
    options = asked(client, page, "/staff/confirm/passkey/question")
    answer = client.submit(path, {"credential": added.show(options)}, page)
    assert answer.headers["Location"] == NEW
    assert client.get(NEW).status_code == 200


def test_adding_asks_who_it_is(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    client.enter(session, malee)
    clock.move(minutes=11)
    for path in (NEW, f"{LIST}/1"):
        assert client.get(path).headers["Location"].startswith("/staff/confirm")
    assert client.get(LIST).status_code == 200


def test_the_first_second_factor_keeps_whoever_made_it_signed_in(
    client: CheckedClient, session: Session, malee: Staff, phone: Phone, clock: Clock
) -> None:
    installation.mark_demonstration(session, loaded=True)
    token = logins.begin_for_staff(session, clock.now, malee, factor=False)
    elsewhere = logins.begin_for_staff(session, clock.now, malee, factor=False)
    session.commit()
    client.set_cookie("desk", token)
    assert add(client, phone) == 302
    assert "The passkey is added" in client.get(LIST).text
    client.set_cookie("desk", elsewhere)
    assert client.get(LIST).headers["Location"].startswith("/staff/second-step/passkey")


def test_a_refused_new_passkey_is_told(
    client: CheckedClient, session: Session, malee: Staff
) -> None:
    client.enter(session, malee)
    answer = client.submit(NEW, {"credential": "{}", "name": "Mine"})
    assert answer.status_code == 422
    assert "The passkey was not accepted" in answer.text


def test_names_and_taking_away(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    client.enter(session, malee)
    assert "You have none" in client.get(LIST).text
    first, second = (factories.passkey(session, malee, name=name) for name in ("One", ""))
    first.used_at = clock.now
    session.commit()
    assert "Passkey without a name" in client.get(LIST).text
    path = f"{LIST}/{first.id}"
    assert client.submit(path, {"name": "x" * 61}).status_code == 422
    assert client.submit(path, {"name": "Uno"}).status_code == 302
    assert "Uno" in client.get(LIST).text
    assert client.submit(f"{path}/remove", page=path).status_code == 302
    assert "taken away" in client.get(LIST).text
    path = f"{LIST}/{second.id}"
    client.submit(f"{path}/remove", page=path)
    assert "your only second step" in client.get(LIST).text
    session.rollback()
    assert session.scalars(select(Passkey.id)).all() == [second.id]
    assert "A passkey was taken away" in client.get("/staff/account").text


def test_passkeys_of_others_are_not_there(
    client: CheckedClient, session: Session, malee: Staff
) -> None:
    other = factories.passkey(session, factories.staff(session, Role.ANALYST))
    client.enter(session, malee)
    path = f"{LIST}/{other.id}"
    assert client.get(path).status_code == 404
    assert client.submit(f"{path}/remove", page="/staff/account").status_code == 404


def test_ten_are_the_most(client: CheckedClient, session: Session, malee: Staff) -> None:
    for _ in range(10):
        factories.passkey(session, malee)
    client.enter(session, malee)
    assert "as many as you can have" in client.get(LIST).text


def test_a_site_without_a_name_offers_none(
    client: CheckedClient, session: Session, malee: Staff
) -> None:
    client.enter(session, malee)
    page = client.get(LIST, base_url="http://127.0.0.1:8000")
    assert page.status_code == 302
    client.set_cookie("desk", client.get_cookie("desk").value, domain="127.0.0.1")  # type: ignore[union-attr]
    assert "because it is a number" in client.get(LIST, base_url="http://127.0.0.1:8000").text
    sign_in = client.get(SIGN_IN, base_url="http://[::1]:8000").text
    assert "Sign in with a passkey" not in sign_in


def test_half_a_sign_in_lasts_ten_minutes(
    client: CheckedClient, added: Phone, clock: Clock
) -> None:
    by_password(client)
    clock.move(minutes=11)
    assert client.get("/staff/second-step/passkey").headers["Location"].startswith(SIGN_IN)
    assert timedelta(minutes=10) == logins.FRESH


def test_who_changes_a_passkey_may_sign_all_other_places_out(
    client: CheckedClient, session: Session, malee: Staff, added: Phone, clock: Clock
) -> None:
    show(client, added)
    assert "Sign out everywhere else" not in client.get(LIST).text
    session.rollback()
    elsewhere = logins.begin_for_staff(session, clock.now, malee, factor=True)
    session.commit()
    assert "Sign out everywhere else" in client.get(LIST).text
    assert client.submit(f"{SESSIONS}/end-others", page=LIST).location == SESSIONS
    session.rollback()
    assert logins.find(session, clock.now, elsewhere) is None


def test_an_account_with_a_passkey_only_proves_itself_by_it(
    client: CheckedClient, session: Session, malee: Staff, added: Phone, clock: Clock
) -> None:
    """Its password alone opens what asks for a proof, and not what asks for a full one."""
    show(client, added)
    clock.move(minutes=11)
    full = client.get(NEW).headers["Location"]
    assert full == f"/staff/confirm?next={NEW}&full=1"
    page = client.get(full).text
    assert "Use a passkey instead" in page
    assert 'name="password"' not in page
    path = f"/staff/confirm?next={NEW}"
    assert client.submit(path, {"password": GOOD}).headers["Location"] == NEW
    assert client.get(NEW).headers["Location"] == full


def test_a_refused_passkey_leaves_a_line_and_who_was_not_asked_none(
    client: CheckedClient, session: Session, malee: Staff, added: Phone
) -> None:
    client.submit("/staff/passkey", {"credential": "{}"}, "/staff/sign-in")
    asked(client, "/staff/sign-in", "/staff/passkey/question")
    client.submit("/staff/passkey", {"credential": "{}"}, "/staff/sign-in")
    session.rollback()
    lines = session.scalars(select(Event).where(Event.action == "account:sign-in-refused")).all()
    assert [(line.staff_id, line.data) for line in lines] == [(None, {"way": "passkey"})]
