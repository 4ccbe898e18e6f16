from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.facts import SYSTEM, Role
from casework.models import Login, Staff
from casework.services import accounts, installation
from casework.services.passwords import SHORTEST
from tests import telephone
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.telephone import Telephone

GOOD = "tamarind ferry window nine"
OTHER = "monsoon ladder copper seven"
EMAIL = "malee@desk.example"


@pytest.fixture
def invitation(session: Session, now: datetime) -> str:
    _, token = accounts.create(
        session, SYSTEM, now, email=EMAIL, name="Malee", role=Role.ADMINISTRATOR
    )
    session.commit()
    return token


@pytest.fixture
def malee(session: Session, now: datetime, invitation: str) -> Staff:
    staff = accounts.accept_invitation(session, now, invitation, GOOD)
    session.commit()
    return staff


@pytest.fixture
def phone(session: Session, malee: Staff, clock: Clock) -> Telephone:
    return telephone.given(session, malee, clock)


def sign_in(client: CheckedClient, phone: Telephone, password: str = GOOD) -> int:
    return telephone.sign_in(client, phone, EMAIL, password).status_code


def test_signing_in_and_out(client: CheckedClient, malee: Staff, phone: Telephone) -> None:
    assert sign_in(client, phone) == 302
    cookie = client.get_cookie("desk")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age is None
    assert client.get("/staff/account").status_code == 200
    assert client.get("/staff/sign-in").status_code == 302

    client.submit("/staff/sign-out", page="/staff/account")

    assert client.get_cookie("desk") is None
    assert client.get("/staff/account").status_code == 302


def test_signing_out_is_no_link(client: CheckedClient, malee: Staff, phone: Telephone) -> None:
    sign_in(client, phone)
    assert client.get("/staff/sign-out").status_code == 405
    assert client.get("/staff/account").status_code == 200


def test_a_cookie_that_was_signed_out_is_worthless(
    client: CheckedClient, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone)
    cookie = client.get_cookie("desk")
    assert cookie is not None
    client.submit("/staff/sign-out", page="/staff/account")
    client.set_cookie("desk", cookie.value)
    assert client.get("/staff/account").status_code == 302


def test_signing_in_again_ends_the_session_before(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone)
    first = client.get_cookie("desk")
    client.submit("/staff/sign-in", {"email": EMAIL, "password": GOOD}, page="/staff/account")
    second = client.get_cookie("desk")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert session.scalar(select(func.count()).select_from(Login)) == 1


def test_the_token_of_forms_changes_with_the_person(
    client: CheckedClient, malee: Staff, phone: Telephone
) -> None:
    page = client.get("/staff/sign-in").text
    token = re.search(r'value="([^"]+)"', page.partition("csrf_token")[2])
    assert token is not None
    sign_in(client, phone)
    assert client.post("/staff/sign-out", data={"csrf_token": token[1]}).status_code == 400


def test_wrong_sign_ins_all_get_the_same_answer(client: CheckedClient, malee: Staff) -> None:
    answers = {
        re.sub(r'value="[^"]*"', "", client.submit("/staff/sign-in", data).text)
        for data in (
            {"email": EMAIL, "password": OTHER},
            {"email": "nobody@desk.example", "password": GOOD},
            {"email": "no address", "password": GOOD},
        )
    }
    assert len(answers) == 1
    assert "do not go together" in answers.pop()
    assert client.get_cookie("desk") is None


def test_what_is_missing_is_said(client: CheckedClient, malee: Staff) -> None:
    answer = client.submit("/staff/sign-in", {"email": "", "password": ""})
    assert answer.status_code == 422
    assert "There are 2 things to correct" in answer.text


def test_the_password_is_never_shown_again(client: CheckedClient, malee: Staff) -> None:
    answer = client.submit("/staff/sign-in", {"email": EMAIL, "password": OTHER})
    assert OTHER not in answer.text
    assert EMAIL in answer.text


@pytest.mark.parametrize("wanted", ["/staff/x?a=b", "//evil.example"])
def test_signing_in_leads_back_but_never_away(
    client: CheckedClient, phone: Telephone, wanted: str
) -> None:
    path = f"/staff/sign-in?next={wanted}"
    answer = telephone.sign_in(client, phone, EMAIL, GOOD, path)
    home = client.get("/staff/sign-in").location
    assert answer.location == (wanted if wanted.startswith("/staff") else home)


def test_the_page_can_be_read_in_another_language(client: CheckedClient) -> None:
    assert '<html lang="en">' in client.get("/staff/sign-in").text
    assert '<html lang="km">' in client.get("/staff/sign-in?language=km").text
    assert '<html lang="km">' in client.get("/staff/sign-in").text
    assert '<html lang="km">' in client.get("/staff/sign-in?language=xx").text


def test_the_browser_chooses_when_nobody_has(client: CheckedClient) -> None:
    page = client.get("/staff/sign-in", headers={"Accept-Language": "my,en;q=0.5"}).text
    assert '<html lang="my">' in page


def test_an_invited_person_chooses_a_password(
    client: CheckedClient, session: Session, invitation: str
) -> None:
    path = f"/staff/invitation/{invitation}"
    assert EMAIL in client.get(path).text
    weak = client.submit(path, {"password": "short"})
    assert weak.status_code == 422
    assert f"{SHORTEST} characters or more" in weak.text
    assert client.submit(path, {"password": ""}).status_code == 422
    assert client.submit(path, {"password": GOOD}).location == "/staff/sign-in"
    assert "Your password is set" in client.get("/staff/sign-in").text
    half = client.submit("/staff/sign-in", {"email": EMAIL, "password": GOOD})
    assert half.location == "/staff/second-step/set-up"
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (EMAIL, "Do not use your e-mail address"),
        ("password1234", "Many people use this password"),
        ("long " * 100 + GOOD, "Choose a shorter password"),
    ],
)
def test_every_weakness_has_its_words(
    client: CheckedClient, invitation: str, password: str, said: str
) -> None:
    answer = client.submit(f"/staff/invitation/{invitation}", {"password": password})
    assert said in answer.text


def test_an_invitation_that_nobody_made_is_not_there(client: CheckedClient) -> None:
    assert client.get("/staff/invitation/guess").status_code == 404


def test_name_and_language_are_ones_own(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone)
    wrong = client.submit("/staff/account", {"profile-name": "", "profile-language": "km"})
    assert wrong.status_code == 422
    data = {"profile-name": "Malee S.", "profile-language": "km", "role": "analyst"}
    assert client.submit("/staff/account", data).status_code == 302
    page = client.get("/staff/account").text
    assert '<html lang="km">' in page
    assert "Malee S." in page
    session.refresh(malee)
    assert malee.role == "administrator"


def test_a_new_password_signs_all_other_places_out(
    client: CheckedClient, app: Flask, malee: Staff, phone: Telephone
) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, CheckedClient)
    sign_in(elsewhere, phone)
    sign_in(client, phone)
    path, page = "/staff/account/password", "/staff/account"

    wrong = client.submit(path, {"password-old": OTHER, "password-new": OTHER}, page)
    assert "not the password you use now" in wrong.text
    weak = client.submit(path, {"password-old": GOOD, "password-new": "short"}, page)
    assert f"{SHORTEST} characters or more" in weak.text
    assert client.submit(path, {"password-old": "", "password-new": OTHER}, page).status_code == 422
    assert elsewhere.get(page).status_code == 200

    assert (
        client.submit(path, {"password-old": GOOD, "password-new": OTHER}, page).status_code == 302
    )

    assert client.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302
    assert sign_in(elsewhere, phone, OTHER) == 302


def test_a_deactivated_account_is_out_at_the_next_request(
    client: CheckedClient, session: Session, now: datetime, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone)
    accounts.create(session, SYSTEM, now, email="b@desk.example", name="B", role=Role.ADMINISTRATOR)
    accounts.deactivate(session, SYSTEM, now, malee)
    session.commit()
    assert client.get("/staff/account").status_code == 302
    assert sign_in(client, phone) == 422


def test_eight_idle_hours_end_a_session(
    client: CheckedClient, app: Flask, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone)
    start = app.config["CLOCK"]()
    app.config["CLOCK"] = lambda: start + timedelta(hours=8)
    assert client.get("/staff/account").status_code == 302


def test_pages_say_that_they_are_a_demonstration(client: CheckedClient, session: Session) -> None:
    line = "offices are real, what they do here is invented"
    assert line not in client.get("/").text
    installation.mark_demonstration(session, loaded=True)
    session.commit()
    for path in ("/", "/nothing", "/staff/sign-in", "/staff/nothing"):
        assert line in client.get(path).text
    installation.mark_demonstration(session, loaded=False)
    session.commit()
    assert line not in client.get("/").text
