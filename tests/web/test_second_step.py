"""Both steps of signing in, the second factor's pages, and what a half session may open."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import AccountNotice, Event, Login, RecoveryCode, SecondFactor, Staff
from casework.services import (
    installation,
    own_notices,
    passwords,
    recovery,
    retention,
    second_factor,
)
from casework.services.own_notices import Told
from casework.web import access
from casework.web.access import Needs, declared
from tests import factories, telephone
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.telephone import Telephone

PASSWORD = "tamarind ferry window nine"
STEP, RECOVERY = "/staff/second-step", "/staff/second-step/recovery"
SET_UP, CONFIRM = "/staff/second-step/set-up", "/staff/confirm"
ACCOUNT, CODES = "/staff/account", "/staff/account/recovery-codes"
PLACES = "/staff/account/sessions"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def malee(session: Session, password_hash: str) -> Staff:
    staff = factories.staff(
        session,
        Role.ADMINISTRATOR,
        email="malee@desk.example",
        name="Malee",
        password_hash=password_hash,
    )
    session.commit()
    return staff


@pytest.fixture
def phone(session: Session, malee: Staff, clock: Clock) -> Telephone:
    return telephone.given(session, malee, clock)


def give_password(client: CheckedClient, staff: Staff, path: str = telephone.SIGN_IN) -> str:
    """Give the right password; return where that leads."""
    answer = client.submit(path, {"email": staff.email, "password": PASSWORD})
    assert answer.status_code == 302
    return answer.location


def sign_in(client: CheckedClient, phone: Telephone, staff: Staff) -> None:
    answer = telephone.sign_in(client, phone, staff.email, PASSWORD)
    assert answer.status_code == 302


def another(app: Flask) -> CheckedClient:
    browser = app.test_client()
    assert isinstance(browser, CheckedClient)
    return browser


def secret_on(page: str) -> str:
    found = re.search(r'<p class="secret">([^<]+)</p>', page)
    assert found is not None
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){5})</li>", page)


def page_cookie(client: CheckedClient) -> str:
    """Return what stands in the signed cookie, which anybody at the browser can read."""
    cookie = client.get_cookie("page")
    if cookie is None:
        return "{}"
    packed = cookie.value.startswith(".")
    body = cookie.value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(raw) if packed else raw).decode()


def test_the_first_sign_in_sets_the_second_step_up(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    assert give_password(client, malee, "/staff/sign-in?next=/staff/cases") == (
        f"{SET_UP}?next=/staff/cases"
    )
    page = client.get(f"{SET_UP}?next=/staff/cases").text
    secret = secret_on(page)
    assert "<svg" in page
    assert html.escape(second_factor.address(secret, malee.email)) in page

    wrong = client.submit(f"{SET_UP}?next=/staff/cases", {"code": "123"})
    assert wrong.status_code == 422
    assert secret_on(wrong.text) == secret

    done = client.submit(f"{SET_UP}?next=/staff/cases", {"code": pyotp.TOTP(secret).at(clock.now)})
    assert done.status_code == 200
    assert len(codes_on(done.text)) == 10
    assert 'href="/staff/cases"' in done.text
    assert client.get(ACCOUNT).status_code == 200
    session.rollback()
    assert session.query(Login).one().factor_at == clock.now


def test_the_second_sign_in_asks_for_a_code(
    client: CheckedClient, malee: Staff, phone: Telephone
) -> None:
    assert give_password(client, malee, "/staff/sign-in?next=/staff/cases?a=b") == (
        f"{STEP}?next=/staff/cases?a%3Db"
    )
    half = client.get_cookie("desk")
    path = f"{STEP}?next=/staff/cases?a%3Db"
    wrong = client.submit(path, {"code": phone.code(minutes=10)})
    assert (wrong.status_code, "not right" in wrong.text) == (422, True)
    assert client.submit(path, {"code": ""}).status_code == 422
    right = client.submit(path, {"code": phone.fresh_code()})
    assert right.location == "/staff/cases?a=b"
    whole = client.get_cookie("desk")
    assert half is not None
    assert whole is not None
    assert half.value != whole.value
    assert client.get(STEP).status_code == 302


def test_the_token_of_the_half_session_is_worthless_afterwards(
    client: CheckedClient, malee: Staff, phone: Telephone
) -> None:
    give_password(client, malee)
    half = client.get_cookie("desk")
    assert half is not None
    client.submit(STEP, {"code": phone.fresh_code()})
    client.set_cookie("desk", half.value)
    assert client.get(ACCOUNT).location == "/staff/sign-in?next=/staff/account"


def test_a_code_that_was_used_does_not_let_a_second_person_in(
    client: CheckedClient, app: Flask, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone, malee)
    thief = another(app)
    give_password(thief, malee)
    assert thief.submit(STEP, {"code": phone.code()}).status_code == 422


@pytest.mark.parametrize("has_factor", [True, False])
def test_a_half_session_opens_nothing_but_its_second_half(
    client: CheckedClient,
    app: Flask,
    session: Session,
    malee: Staff,
    has_factor: bool,  # noqa: FBT001
) -> None:
    """Every address of the application, asked with a session that lacks its second factor."""
    if has_factor:
        telephone.given(session, malee, Clock())
    give_password(client, malee)
    here = STEP if has_factor else SET_UP
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            needs = declared(app.view_functions[rule.endpoint])
            assert needs is not None
            if needs.needs not in {Needs.STAFF, Needs.AREA, Needs.CASE}:
                continue
            values = dict.fromkeys(rule.arguments, "1")
            for name, converter in rule._converters.items():
                values[name] = min(getattr(converter, "items", ["1"]))
            path = urls.build(rule.endpoint, values)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                client.get(here)
                answer = client.open(path, method=method, data=token_of(client, here))
                assert answer.status_code == 302, (method, path)
                assert answer.location.split("?")[0] == here, (method, path)


def token_of(client: CheckedClient, path: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found is not None
    return {"csrf_token": found[1]}


def test_a_half_session_can_go_back(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    give_password(client, malee)
    client.submit("/staff/sign-out", page=STEP)
    assert session.query(Login).count() == 0
    assert client.get(STEP).location.startswith("/staff/sign-in")


def test_the_second_half_is_due_in_ten_minutes(
    client: CheckedClient, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    give_password(client, malee)
    clock.move(minutes=10)
    assert client.get(STEP).location == f"/staff/sign-in?next={STEP}"
    assert client.get(ACCOUNT).location == "/staff/sign-in?next=/staff/account"


def test_the_password_alone_replaces_no_second_factor(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    give_password(client, malee)
    assert client.get(SET_UP).location == STEP
    assert client.submit(SET_UP, {"code": "1"}, page=STEP).location == STEP
    assert session.query(SecondFactor).one().secret == phone.secret


def test_a_stranger_is_sent_to_the_beginning(client: CheckedClient) -> None:
    for path in (STEP, RECOVERY, SET_UP, CONFIRM, CODES, PLACES):
        assert client.get(path).location == f"/staff/sign-in?next={path}"


def test_without_a_second_factor_both_steps_lead_to_setting_it_up(
    client: CheckedClient, malee: Staff
) -> None:
    give_password(client, malee)
    for path in (STEP, RECOVERY):
        assert client.get(path).location == SET_UP


def test_a_recovery_code_lets_in_once_and_says_so(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    code = recovery.renew(session, clock.now, malee.id)[0]
    session.commit()
    give_password(client, malee)
    assert client.submit(RECOVERY, {"code": "ABCD-EFGH"}).status_code == 422
    assert client.submit(RECOVERY, {"code": code}).status_code == 302
    assert "something new about your account" in client.get(ACCOUNT).text
    page = client.get(ACCOUNT).text
    assert "A recovery code was used to sign in. 9 are left." in page
    client.submit("/staff/account/notices", page=ACCOUNT)
    assert "I have read this" not in client.get(ACCOUNT).text
    assert "9 are left" in client.get(ACCOUNT).text
    give_password(client_of(client), malee)


def client_of(client: CheckedClient) -> CheckedClient:
    client.submit("/staff/sign-out", page=ACCOUNT)
    return client


def test_wrong_codes_have_to_wait_and_then_go_on(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    give_password(client, malee)
    for _ in range(5):
        assert client.submit(STEP, {"code": "123456"}).status_code == 422
    later = client.submit(STEP, {"code": phone.fresh_code()})
    assert later.status_code == 429
    assert later.headers["Retry-After"] == "270"
    assert "Wait 5 minutes" in later.text
    clock.move(minutes=5)
    give_password(client, malee)
    assert client.submit(STEP, {"code": phone.fresh_code()}).status_code == 302
    assert "tried wrong codes" in client.get(ACCOUNT).text


def test_a_recovery_code_helps_when_somebody_else_uses_up_the_tries(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    code = recovery.renew(session, clock.now, malee.id)[0]
    session.commit()
    give_password(client, malee)
    for _ in range(6):
        client.submit(STEP, {"code": "123456"})
    assert client.submit(RECOVERY, {"code": code}).status_code == 302


def test_another_telephone_needs_a_new_proof(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    sign_in(client, phone, malee)
    clock.move(minutes=10)
    path = f"{CONFIRM}?next={SET_UP}&full=1"
    assert client.get(SET_UP).location == path
    # A code alone is one factor: it opens other pages, and leads back here from this one.
    code = {"code": phone.fresh_code()}
    assert client.submit(f"{CONFIRM}?next={SET_UP}", code).location == SET_UP
    assert client.get(SET_UP).location == path
    assert client.submit(path, {"password": PASSWORD, "code": "1"}).status_code == 422
    wrong = {"password": "wrong", "code": phone.fresh_code()}
    assert "This is not your password." in client.submit(path, wrong).text
    assert client.submit(path, {"code": phone.fresh_code()}).status_code == 422
    before = client.get_cookie("desk")
    full = {"password": PASSWORD, "code": phone.fresh_code()}
    assert client.submit(path, full).location == SET_UP
    after = client.get_cookie("desk")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = another(client.application)
    thief.set_cookie("desk", before.value)
    assert thief.get(ACCOUNT).status_code == 302
    secret = secret_on(client.get(SET_UP).text)
    assert secret != phone.secret
    done = client.submit(SET_UP, {"code": pyotp.TOTP(secret).at(clock.now)})
    assert len(codes_on(done.text)) == 10
    session.rollback()
    assert session.query(SecondFactor).one().secret == secret


def test_recovery_codes_are_shown_once_and_replace_the_old_ones(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    old = recovery.renew(session, clock.now, malee.id)
    session.commit()
    sign_in(client, phone, malee)
    assert "10 codes are left" in client.get(CODES).text
    shown = codes_on(client.submit(CODES).text)
    assert len(shown) == 10
    assert not set(shown) & set(old)
    assert not codes_on(client.get(CODES).text)
    session.rollback()
    assert session.query(RecoveryCode).count() == 10
    assert not recovery.use(session, clock.now, malee.id, old[0])
    assert recovery.use(session, clock.now, malee.id, shown[0])


def test_recovery_codes_need_a_new_proof_and_a_second_factor(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    installation.mark_demonstration(session, loaded=True)
    session.commit()
    give_password(client, malee)
    assert client.get(CODES).location == SET_UP
    clock.move(minutes=11)
    assert client.get(CODES).location == f"{CONFIRM}?next={CODES}&full=1"


def test_without_a_second_factor_the_password_is_the_proof(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    installation.mark_demonstration(session, loaded=True)
    session.commit()
    give_password(client, malee)
    clock.move(minutes=11)
    path = f"{CONFIRM}?next={SET_UP}"
    wrong = client.submit(path, {"password": "wrong"})
    assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
    for _ in range(4):
        client.submit(path, {"password": "wrong"})
    later = client.submit(path, {"password": PASSWORD})
    assert (later.status_code, later.headers["Retry-After"]) == (429, "60")
    clock.move(minutes=1)
    assert client.submit(path, {"password": PASSWORD}).location == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_wrong_codes_as_a_proof_wait_as_well(
    client: CheckedClient, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    sign_in(client, phone, malee)
    clock.move(minutes=11)
    for _ in range(5):
        assert client.submit(CONFIRM, {"code": "123456"}).status_code == 422
    assert client.submit(CONFIRM, {"code": phone.fresh_code()}).status_code == 429


def test_in_the_demonstration_the_second_step_is_offered(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    line = "offered on your account page, and not demanded"
    assert line not in client.get("/staff/sign-in").text
    installation.mark_demonstration(session, loaded=True)
    session.commit()
    assert line in client.get("/staff/sign-in").text
    assert give_password(client, malee) == "/admin/accounts"
    page = client.get(ACCOUNT).text
    assert "It is off" in page
    assert f'href="{SET_UP}"' in page
    secret = secret_on(client.get(SET_UP).text)
    client.submit(SET_UP, {"code": pyotp.TOTP(secret).at(clock.now)})
    assert "It is on" in client.get(ACCOUNT).text
    assert give_password(client_of(client), malee) == STEP
    session.rollback()
    installation.mark_demonstration(session, loaded=False)
    session.commit()


def test_nothing_secret_stands_in_the_cookie_that_can_be_read(
    client: CheckedClient, session: Session, malee: Staff, clock: Clock
) -> None:
    """SecureDrop once kept a plaintext secret in Flask's signed, not sealed, session cookie."""
    give_password(client, malee)
    seen = [page_cookie(client)]
    secret = secret_on(client.get(SET_UP).text)
    seen.append(page_cookie(client))
    codes = codes_on(client.submit(SET_UP, {"code": pyotp.TOTP(secret).at(clock.now)}).text)
    client.get(ACCOUNT)
    seen.append(page_cookie(client))
    assert any("csrf_token" in text for text in seen)
    token = client.get_cookie("desk")
    assert token is not None
    for text in seen:
        assert set(json.loads(text)) <= {"csrf_token", "_flashes", "language", "_permanent"}
        for word in (secret, token.value, malee.email, str(malee.id), PASSWORD, *codes):
            assert word not in text


def test_no_address_names_whose_second_factor_it_is(app: Flask) -> None:
    """Another user's secret was once shown by changing an id in the address."""
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("auth.")]
    named = {r.rule: set(r.arguments) for r in rules if r.arguments}
    assert {name for names in named.values() for name in names} <= {
        "token",
        "login_id",
        "passkey_id",
    }


def test_each_sees_only_their_own_secret(
    client: CheckedClient, app: Flask, session: Session, malee: Staff, password_hash: str
) -> None:
    other = factories.staff(session, Role.ANALYST, password_hash=password_hash)
    session.commit()
    elsewhere = another(app)
    give_password(client, malee)
    give_password(elsewhere, other)
    mine, theirs = secret_on(client.get(SET_UP).text), secret_on(elsewhere.get(SET_UP).text)
    assert mine != theirs
    assert secret_on(client.get(f"{SET_UP}?staff_id={other.id}&id={other.id}").text) == mine


def test_a_profile_takes_no_role_no_office_and_no_factor(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone, malee)
    data = {"profile-name": "Malee S.", "profile-language": "en"}
    for name in ("role", "office_id", "email", "active", "password_hash", "created_at", "id"):
        data |= {name: "analyst", f"profile-{name}": "analyst"}
    before = (malee.role, malee.office_id, malee.email, malee.active, malee.password_hash)
    assert client.submit(ACCOUNT, data).status_code == 302
    session.rollback()
    session.refresh(malee)
    assert malee.name == "Malee S."
    assert before == (malee.role, malee.office_id, malee.email, malee.active, malee.password_hash)


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_no_step_leads_away(
    client: CheckedClient, malee: Staff, phone: Telephone, clock: Clock, away: str
) -> None:
    assert "evil" not in give_password(client, malee, f"/staff/sign-in?next={away}")
    path = f"{STEP}?next={away}"
    assert "evil" not in client.submit(path, {"code": phone.fresh_code()}).location
    path = f"{CONFIRM}?next={away}"
    assert "evil" not in client.submit(path, {"code": phone.fresh_code()}).location
    assert "evil" not in client.get(f"{SET_UP}?next={away}").text.replace(f"next={away}", "")


def test_sessions_are_listed_and_ended(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    elsewhere, third = another(client.application), another(client.application)
    for browser in (elsewhere, third, client):
        sign_in(browser, phone, malee)
    page = client.get(PLACES).text
    assert page.count('/end"') == 2
    assert "This one" in page
    path = re.findall(r'action="(/staff/account/sessions/\d+/end)"', page)[0]
    clock.move(minutes=11)
    for deed in (path, f"{PLACES}/end-others"):
        answer = client.submit(deed, page=PLACES)
        assert answer.location == f"{CONFIRM}?next={PLACES}"
    client.submit(f"{CONFIRM}?next={PLACES}", {"code": phone.fresh_code()})
    assert client.submit(path, page=PLACES).location == PLACES
    assert client.submit(path, page=PLACES).status_code == 404
    assert sum(each.get(ACCOUNT).status_code == 200 for each in (elsewhere, third)) == 1
    assert client.submit(f"{PLACES}/end-others", page=PLACES).location == PLACES
    assert [each.get(ACCOUNT).status_code for each in (elsewhere, third)] == [302, 302]
    assert client.get(ACCOUNT).status_code == 200
    session.rollback()
    assert session.query(Login).count() == 1


def test_nobody_ends_the_session_of_somebody_else(
    client: CheckedClient, app: Flask, session: Session, malee: Staff, phone: Telephone
) -> None:
    other = factories.staff(session, Role.ANALYST)
    theirs = another(app)
    theirs.enter(session, other)
    login = session.scalars(select(Login).where(Login.staff_id == other.id)).one()
    sign_in(client, phone, malee)
    assert client.submit(f"{PLACES}/{login.id}/end", page=PLACES).status_code == 404
    assert theirs.get(ACCOUNT).status_code == 200


def test_an_administrator_takes_a_second_factor_away_and_its_owner_is_told(
    client: CheckedClient, app: Flask, session: Session, malee: Staff, phone: Telephone
) -> None:
    boss = factories.staff(session, Role.ADMINISTRATOR)
    factories.small_directory(session)
    session.commit()
    owner = another(app)
    sign_in(owner, phone, malee)
    session.rollback()
    client.enter(session, boss)
    page, path = f"/admin/accounts/{malee.id}", f"/admin/accounts/{malee.id}/second-step"
    shown = client.get(page).text
    assert "Take the second step away" in shown
    assert phone.secret not in shown
    assert client.submit(path, page=page).location == page
    assert "Take the second step away" not in client.get(page).text
    assert owner.get(ACCOUNT).status_code == 302
    assert give_password(owner, malee) == SET_UP
    session.rollback()
    notice = session.scalars(select(AccountNotice)).one()
    assert (notice.staff_id, notice.kind) == (malee.id, Told.FACTOR_RESET)


def test_nobody_takes_their_own_second_factor_away_or_invites_themselves(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    factories.small_directory(session)
    session.commit()
    sign_in(client, phone, malee)
    for deed in ("second-step", "invitation"):
        path = f"/admin/accounts/{malee.id}/{deed}"
        assert client.submit(path, page=ACCOUNT).status_code == 404
    assert session.query(SecondFactor).count() == 1
    assert own_notices.unseen(session, malee.id) == []


def test_what_an_administrator_does_to_accounts_needs_a_new_proof(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    other = factories.staff(session, Role.ANALYST)
    session.commit()
    sign_in(client, phone, malee)
    clock.move(minutes=11)
    page = f"/admin/accounts/{other.id}"
    for deed in ("second-step", "invitation", "end"):
        answer = client.submit(f"{page}/{deed}", page=ACCOUNT)
        assert answer.location == f"{CONFIRM}?next={page}"
    role = {"name": "Nobody", "role": "coordinator", "office_id": "", "language": "en"}
    for path in (page, "/admin/accounts/new"):
        assert client.submit(path, role, page=ACCOUNT).location == f"{CONFIRM}?next={path}"
    session.rollback()
    assert (other.role, other.active) == ("analyst", True)
    assert session.query(Staff).count() == 2


def test_switching_deletion_on_needs_a_new_proof(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    sign_in(client, phone, malee)
    clock.move(minutes=11)
    for deed in ("on", "new"):
        answer = client.submit(f"/admin/retention/{deed}", page=ACCOUNT)
        assert answer.location.startswith(CONFIRM)
    session.rollback()
    assert not retention.is_on(session)


def test_who_keeps_the_house_hears_of_what_an_administrator_does_to_others(
    client: CheckedClient, session: Session, malee: Staff
) -> None:
    factories.small_directory(session)
    boss = factories.staff(session, Role.ADMINISTRATOR)
    session.commit()
    client.enter(session, boss)
    new = {"name": "Sok", "email": "sok@desk.example", "role": "analyst", "language": "en"}
    made = client.submit("/admin/accounts/new", new | {"office_id": ""})
    assert "/staff/invitation/" in made.text
    client.delete_cookie("desk")
    session.rollback()
    client.enter(session, malee)
    assert "An administrator made an account for Sok." in client.get(ACCOUNT).text


def test_pages_that_ask_for_a_new_proof_are_those(app: Flask) -> None:
    asking = {name for name, view in app.view_functions.items() if access.asks_anew(view)}
    assert {
        "auth.set_up",
        "auth.recovery_codes",
        "admin.reset_factor",
        "admin.invite_again",
        "admin.new_account",
        "admin.account",
        "admin.end_account",
        "admin.switch_retention",
        "admin.new_retention",
        "admin.retention_rule",
        "admin.remove_retention",
    } <= asking
    for name in asking:
        needs = declared(app.view_functions[name])
        assert needs is not None
        assert needs.needs is not Needs.NOTHING


def test_a_proof_is_good_for_the_time_after_signing_in(
    client: CheckedClient, malee: Staff, phone: Telephone, clock: Clock
) -> None:
    sign_in(client, phone, malee)
    clock.move(minutes=9, seconds=59)
    assert client.get(CODES).status_code == 200
    clock.move(seconds=1)
    assert client.get(CODES).status_code == 302


def test_signing_out_is_written_down_and_empties_the_browser(
    client: CheckedClient, session: Session, malee: Staff, phone: Telephone
) -> None:
    sign_in(client, phone, malee)
    answer = client.submit("/staff/sign-out", page=ACCOUNT)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.submit("/staff/sign-out", page="/staff/sign-in").status_code == 302
    session.rollback()
    out = session.query(Event).filter_by(action="account:sign-out").all()
    assert [line.staff_id for line in out] == [malee.id]


def test_the_readable_cookie_is_signed_with_sha_256(client: CheckedClient, app: Flask) -> None:
    client.get("/staff/sign-in?language=km")
    cookie = client.get_cookie("page")
    assert cookie is not None
    signature = cookie.value.rsplit(".", 1)[1]
    assert len(base64.urlsafe_b64decode(signature + "=")) == hashlib.sha256().digest_size
