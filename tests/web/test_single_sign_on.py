"""Single sign-on through HTTP: a real provider, and one that says what it must not."""

from __future__ import annotations

import dataclasses
import html
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.config import Provider
from casework.domain.facts import Role
from casework.models import Event, Login, Staff
from tests import factories, provider
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient
from tests.provider import SmallProvider

HOME: Final = "http://localhost"
BEGIN, CONFIRM = "/staff/single-sign-on", "/staff/confirm/single-sign-on"
ACCOUNT: Final = "/staff/account"


@pytest.fixture
def malee(world: World, session: Session) -> Staff:
    staff = factories.staff(session, Role.ANALYST, name="Malee", email="malee@desk.example")
    session.commit()
    return staff


def install(app: Flask, known: Provider) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(settings, provider=known, address=HOME)


@pytest.fixture
def small(app: Flask, clock: Clock) -> Iterator[SmallProvider]:
    """A provider of our own making, that the installation knows."""
    before = app.config["SETTINGS"]
    with provider.running(clock.now) as small:
        install(app, small.settings(factor=True, unsaid=True))
        yield small
    app.config["SETTINGS"] = before


def begin(client: CheckedClient, path: str = BEGIN) -> str:
    """Press the button; return the address at the provider to which that leads."""
    page = ACCOUNT if client.get(ACCOUNT).status_code == 200 else "/staff/sign-in"
    answer = client.submit(path, page=page)
    assert answer.status_code == 200
    address = answer.headers["Refresh"].removeprefix("0; url=")
    assert f'href="{html.escape(address)}"' in answer.text
    return address


def enter(client: CheckedClient, small: SmallProvider, path: str = BEGIN) -> Any:
    """Sign in at the provider, and come back."""
    return client.get(small.sign_in(begin(client, path)).removeprefix(HOME))


def test_without_the_setting_there_is_no_button_and_no_page(
    client: CheckedClient, malee: Staff
) -> None:
    assert "single-sign-on" not in client.get("/staff/sign-in").text
    assert client.submit(BEGIN, page="/staff/sign-in").status_code == 404
    assert client.get(f"{BEGIN}/return").status_code == 404


def test_nobody_is_sent_to_the_provider_by_a_link(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    assert client.get(BEGIN).status_code == 405
    assert client.post(BEGIN).status_code == 400


def test_the_whole_way(
    client: CheckedClient, session: Session, malee: Staff, small: SmallProvider
) -> None:
    page = client.get("/staff/sign-in?next=/staff/account/passkeys").text
    assert "Sign in with House of names" in page
    button = re.search(r'action="(/staff/single-sign-on[^"]*)"', page)
    assert button is not None
    answer = enter(client, small, button[1])
    assert answer.headers["Location"] == "/staff/account/passkeys"
    assert client.get(ACCOUNT).status_code == 200
    assert "joined with single sign-on" in client.get(ACCOUNT).text
    assert session.scalars(select(Login.factor_at)).one() is not None
    session.refresh(malee)
    assert (malee.issuer, malee.subject, malee.role) == (small.issuer, "4711", "analyst")


def test_what_the_provider_is_asked(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    there = begin(client)
    asked = dict(parse_qsl(urlsplit(there).query))
    assert there.startswith(f"{small.issuer}/enter?")
    assert asked["redirect_uri"] == f"{HOME}{BEGIN}/return"
    assert asked["scope"] == "openid email"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    cookie = client.get_cookie("page")
    assert cookie is not None
    client.get(small.sign_in(there).removeprefix(HOME))
    verifier = dict(small.asked)["/token"]["code_verifier"]
    assert len(verifier) >= 43
    assert verifier not in cookie.value
    assert verifier not in there


def test_the_provider_may_want_the_secret_in_the_body(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    small.doors["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert enter(client, small).status_code == 302
    assert dict(small.asked)["/token"]["client_secret"] == "hush"


@pytest.mark.parametrize(
    ("claims", "leads"),
    [
        ({}, "/staff/second-step/set-up"),
        ({"unsaid": True}, ACCOUNT),
        ({"unsaid": True, "amr": ["pwd"]}, "/staff/second-step/set-up"),
        ({"unsaid": True, "demanded": False}, "/staff/second-step/set-up"),
        ({"amr": ["pwd", "otp"]}, ACCOUNT),
        ({"amr": ["mfa"]}, ACCOUNT),
        ({"amr": ["hwk", "fpt"], "acr": "phr"}, ACCOUNT),
        ({"demanded": False}, "/staff/second-step/set-up"),
        ({"amr": ["pwd"]}, "/staff/second-step/set-up"),
        ({"amr": ["pwd", "pin", 7]}, "/staff/second-step/set-up"),
        ({"amr": "pwd"}, "/staff/second-step/set-up"),
        ({"amr": []}, "/staff/second-step/set-up"),
        ({"amr": ["mfa"], "acr": "0"}, "/staff/second-step/set-up"),
    ],
)
def test_our_second_factor_is_asked_unless_the_provider_has(
    client: CheckedClient, malee: Staff, small: SmallProvider, claims: dict[str, Any], leads: str
) -> None:
    ours = {"demanded", "unsaid"}
    known = small.settings(factor=claims.get("demanded", True), unsaid=claims.get("unsaid", False))
    install(client.application, known)
    small.claims = {name: said for name, said in claims.items() if name not in ours}
    assert enter(client, small).headers["Location"] == leads


def refused(client: CheckedClient, small: SmallProvider) -> str:
    answer = enter(client, small)
    assert answer.status_code == 422
    assert client.get_cookie("desk") is None
    assert client.get(ACCOUNT).status_code == 302
    title = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert title is not None
    return title[1]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["casework", "another"]},
        {"aud": ["casework", "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": 4711},
    ],
)
def test_a_token_that_is_not_for_us_now_is_not_believed(
    client: CheckedClient, malee: Staff, small: SmallProvider, claims: dict[str, Any]
) -> None:
    small.claims = claims
    assert "did not let you through" in refused(client, small)


def test_several_readers_are_fine_when_we_are_the_one(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    small.claims = {"aud": ["casework", "another"], "azp": "casework"}
    assert enter(client, small).status_code == 302


@pytest.mark.parametrize("forged", ["another key", "our secret", "public key", "none", "kid"])
def test_a_forged_signature_is_not_believed(
    client: CheckedClient, malee: Staff, small: SmallProvider, forged: str
) -> None:
    if forged == "another key":
        small.signs_with = RSAKey.generate_key(2048)
    elif forged == "kid":
        small.header = {"kid": "two"}
    else:
        public = small.key.as_pem(private=False)
        secrets = {"our secret": b"hush", "public key": public, "none": b""}
        small.forges_with = secrets[forged]
        small.header = {"alg": "HS256" if small.forges_with else "none"}
    assert "did not let you through" in refused(client, small)


def test_no_token_at_all_is_not_believed(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    small.answers["/token"] = (200, b'{"access_token": "x", "token_type": "Bearer"}')
    assert "did not let you through" in refused(client, small)


DOORS: Final = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/keys", 500, b""),
        ("/keys", 200, b"<html>"),
        ("/keys", 200, b"[]"),
        ("/keys", 200, b'{"keys": "' + b"x" * 600_000 + b'"}'),
        ("/keys", 302, b"http://127.0.0.1:9/"),
        ("/token", 500, b""),
        ("/token", 200, b"<html>"),
        ("/token", 200, b"[]"),
        ("/token", 302, b"http://127.0.0.1:9/"),
    ],
)
def test_a_provider_that_answers_nonsense_is_down(
    small: SmallProvider, client: CheckedClient, path: str, status: int, body: bytes
) -> None:
    small.answers[path] = (status, body)
    assert refused(client, small) == "House of names does not answer"


@pytest.mark.parametrize(
    "doors",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
    ],
)
def test_doors_that_are_not_safe_are_not_used(
    client: CheckedClient, malee: Staff, small: SmallProvider, doors: dict[str, Any]
) -> None:
    small.doors = doors
    assert client.submit(BEGIN, page="/staff/sign-in").status_code == 422


def test_a_provider_that_is_away_is_told(
    client: CheckedClient,
    app: Flask,
    malee: Staff,
    small: SmallProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        install(app, small.settings(issuer=f"http://127.0.0.1:{unused.getsockname()[1]}"))
    answer = client.submit(BEGIN, page="/staff/sign-in")
    assert answer.status_code == 422
    assert "House of names does not answer" in answer.text
    (said,) = caplog.messages
    assert said.startswith(
        "The provider of sign-ins is down at POST auth.provider_sign_in: ProviderDown in "
    )


def test_failures_are_told_in_the_readers_language(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    client.get("/staff/sign-in?language=km")
    assert '<html lang="km">' in client.get(f"{BEGIN}/return?state=x&code=y").text


def test_no_account_is_found_by_an_address_that_is_not_verified(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    for verified in (False, None, "false", 1, "yes"):
        small.claims = {"email_verified": verified}
        assert refused(client, small) == "Your e-mail address is not confirmed"
    small.claims = {"email": 7}
    assert refused(client, small) == "Your e-mail address is not confirmed"
    small.claims = {"email": "nobody@desk.example"}
    assert refused(client, small) == "You have no account here"
    small.claims = {"email_verified": "true"}
    assert enter(client, small).status_code == 302


def test_the_address_may_stand_apart(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    small.claims = {"email": None, "email_verified": None}
    assert refused(client, small) == "Your e-mail address is not confirmed"
    small.doors = {"userinfo_endpoint": f"{small.issuer}/me"}
    small.userinfo = {"sub": "4712", "email": malee.email, "email_verified": True}
    assert "did not let you through" in refused(client, small)
    small.userinfo["sub"] = "4711"
    assert enter(client, small).status_code == 302
    client.submit("/staff/sign-out", page=ACCOUNT)
    small.doors = {"userinfo_endpoint": "http://evil.example/me"}
    assert refused(client, small) == "House of names does not answer"


def test_state_is_held_by_the_browser_and_good_once(
    client: CheckedClient, app: Flask, malee: Staff, small: SmallProvider, clock: Clock
) -> None:
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    back = small.sign_in(begin(client)).removeprefix(HOME)
    begin(other)
    for wrong in (back, f"{BEGIN}/return?code=x", f"{BEGIN}/return?code=x&state=é"):
        answer = other.get(wrong)
        assert answer.status_code == 422
        assert "was not finished in time" in answer.text
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 422
    back = small.sign_in(begin(client)).removeprefix(HOME)
    clock.move(minutes=10)
    assert client.get(back).status_code == 422


def test_a_no_at_the_provider_and_another_provider_are_told(
    client: CheckedClient,
    session: Session,
    malee: Staff,
    small: SmallProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for said in ({"error": "access_denied"}, {"code": "x", "iss": "https://evil.example"}):
        asked = dict(parse_qsl(urlsplit(begin(client)).query))
        answer = client.get(small.back(asked, **said).removeprefix(HOME))
        assert answer.status_code == 422
        assert "did not let you through" in answer.text
    small.answers["/token"] = (400, b'{"error": "invalid_grant"}')
    caplog.clear()
    assert "did not let you through" in refused(client, small)
    (line,) = caplog.messages
    assert "is not believed at GET auth.provider_return: NotBelieved" in line
    session.rollback()
    lines = session.scalars(select(Event).where(Event.action == "account:sign-in-refused")).all()
    assert [each.data for each in lines] == [{"way": "provider"}]


def test_a_new_proof_from_the_provider(
    client: CheckedClient, malee: Staff, small: SmallProvider, clock: Clock
) -> None:
    enter(client, small)
    clock.move(minutes=11)
    small.now = clock.now
    wanted = "/staff/account/passkeys/new"
    page = client.get(client.get(wanted).headers["Location"]).text
    link = re.search(r'action="(/staff/confirm/single-sign-on[^"]*)"', page)
    assert link is not None
    seconds = int(clock.now.timestamp())
    for claims in ({}, {"auth_time": seconds - 700}, {"auth_time": True}, {"auth_time": 10**18}):
        small.claims = claims
        answer = enter(client, small, link[1])
        assert "did not ask you again" in answer.text
    small.claims = {"auth_time": seconds, "sub": "4712"}
    assert "did not ask you again" in enter(client, small, link[1]).text
    small.claims = {"auth_time": seconds}
    there = begin(client, link[1])
    assert "prompt=login" in there
    assert "max_age=0" in there
    answer = client.get(small.sign_in(there).removeprefix(HOME))
    assert answer.headers["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_who_has_signed_out_meanwhile_proves_nothing(
    client: CheckedClient, malee: Staff, small: SmallProvider
) -> None:
    enter(client, small)
    small.claims = {"auth_time": int(small.now.timestamp())}
    back = small.sign_in(begin(client, CONFIRM)).removeprefix(HOME)
    client.delete_cookie("desk")
    assert "was not finished in time" in client.get(back).text
    answer = client.submit(CONFIRM, page="/staff/sign-in")
    assert answer.headers["Location"].startswith("/staff/sign-in")


@pytest.fixture
def real(app: Flask, clock: Clock) -> Iterator[str]:
    """A whole provider, made by others, as a process of its own."""
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    before, issuer = app.config["SETTINGS"], f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"{issuer}/jwks")
            clock.now = datetime.now(UTC)
            known = Provider(issuer, "casework", "hush", "The real one", factor=True, unsaid=True)
            install(app, known)
            yield issuer
        finally:
            app.config["SETTINGS"] = before
            process.terminate()


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the provider does not start")


def test_a_real_provider_signs_somebody_in(
    client: CheckedClient, session: Session, malee: Staff, real: str, clock: Clock
) -> None:
    user = {"email": malee.email, "email_verified": True}
    assert requests.put(f"{real}/users/4711", json=user, timeout=5).status_code == 204
    there = begin(client, f"{BEGIN}?next={ACCOUNT}")
    answer = requests.post(there, data={"sub": "4711"}, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert back.startswith(f"{HOME}{BEGIN}/return?")
    assert client.get(back.removeprefix(HOME)).headers["Location"] == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200
    session.rollback()
    assert (malee.issuer, malee.subject) == (real, "4711")
    client.submit("/staff/sign-out", page=ACCOUNT)
    # The next day somebody brings back what it said today.
    there = begin(client)
    answer = requests.post(there, data={"sub": "4711"}, allow_redirects=False, timeout=5)
    clock.move(days=1)
    assert client.get(answer.headers["Location"].removeprefix(HOME)).status_code == 422
    assert client.get(ACCOUNT).status_code == 302
