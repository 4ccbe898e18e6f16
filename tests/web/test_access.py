from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Blueprint, Flask
from sqlalchemy.orm import Session

from casework.domain.areas import Permission
from casework.domain.facts import Actor, Role
from casework.domain.workflow import Action
from casework.models import Case, Login, Office, Staff, TaxonomyVersion
from casework.services import logins
from casework.web import access, headers
from casework.web.access import (
    Needs,
    public,
    requires,
    requires_case,
    requires_complainant,
    requires_staff,
    safe_next,
)
from tests import conftest
from tests.pages import CheckedClient, said

PAGE = "<!doctype html><html lang=en><title>t</title><h1>%s</h1>"
trial = Blueprint("trial", __name__, url_prefix="/staff/trial")


@trial.get("/undeclared")
def undeclared() -> str:
    return PAGE % "nobody declared this"


@trial.get("/public")
@public
def everybody() -> str:
    return PAGE % "all"


@trial.get("/member")
@requires_staff
def member(actor: Actor) -> str:
    return PAGE % actor.role


@trial.route("/area", methods=["GET", "POST"])
@requires(Permission.WORKLOAD)
def area(actor: Actor) -> str:
    return PAGE % actor.office_id


@trial.get("/case/<reference>")
@requires_case()
def see(actor: Actor, case: Case) -> str:
    return PAGE % f"{actor.kind} {case.reference}"


@trial.route("/case/<reference>/take-over", methods=["GET", "POST"])
@requires_case(Action.TAKE_OVER)
def take_over(actor: Actor, case: Case) -> str:
    return PAGE % f"{actor.kind} {case.reference}"


@trial.get("/mine")
@requires_complainant()
def mine(actor: Actor, case: Case) -> str:
    return PAGE % f"{actor.kind} {case.reference}"


@trial.get("/confirm")
@requires_complainant(Action.CONFIRM)
def confirm(actor: Actor, case: Case) -> str:
    return PAGE % f"{actor.kind} {case.reference}"


sqlite_app, postgres_app = conftest.dressed(trial)


@pytest.fixture
def case(session: Session, now: datetime) -> Case:
    session.add_all(
        [
            Office(id="desk", name="A desk", role="cso"),
            Office(id="other", name="Another desk", role="cso"),
            Office(id="embassy", name="An embassy", role="embassy", country="KH", host="TH"),
            TaxonomyVersion(number=1, made_at=now, document={}),
        ]
    )
    session.flush()
    case = Case(
        reference="KH-26-000001-0",
        submission_key="one",
        status="received",
        severity="normal",
        origin="KH",
        destination="TH",
        channel="web",
        language="km",
        filed_by="self",
        desk_office_id="desk",
        taxonomy_version=1,
        filed_at=now,
        moved_at=now,
    )
    session.add(case)
    session.commit()
    return case


def staff(session: Session, role: Role, office: str | None = None) -> Staff:
    row = Staff(
        email=f"{role}@{office}.example",
        name="Malee",
        role=role.value,
        office_id=office,
        created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )
    session.add(row)
    session.commit()
    return row


def test_what_declares_nothing_is_open_to_nobody(
    client: CheckedClient, session: Session, case: Case
) -> None:
    assert client.get("/staff/trial/undeclared").status_code == 404
    client.enter(session, staff(session, Role.SUPERVISOR, "desk"))
    assert client.get("/staff/trial/undeclared").status_code == 404


def test_a_public_page_is_open(client: CheckedClient) -> None:
    assert client.get("/staff/trial/public").status_code == 200


@pytest.mark.parametrize("page", ["member", "area", "case/KH-26-000001-0", "case/none?a=b"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: CheckedClient, page: str) -> None:
    response = client.get(f"/staff/trial/{page}")
    assert response.status_code == 302
    assert response.location.startswith("/staff/sign-in?next=/staff/trial/")
    assert safe_next(response.request.args.get("next", "/staff/trial/x"))


def test_what_a_stranger_posts_is_not_repeated(client: CheckedClient) -> None:
    response = client.submit("/staff/trial/area", page="/staff/sign-in")
    assert response.location == "/staff/sign-in"


def test_whoever_is_signed_in_opens_a_page_of_staff(
    client: CheckedClient, session: Session, case: Case
) -> None:
    client.enter(session, staff(session, Role.ANALYST))
    assert "analyst" in client.get("/staff/trial/member").text


def test_an_area_is_open_to_those_it_is_granted(
    client: CheckedClient, session: Session, case: Case
) -> None:
    client.enter(session, staff(session, Role.CASEWORKER, "desk"))
    assert client.get("/staff/trial/area").status_code == 404
    client.enter(session, staff(session, Role.SUPERVISOR, "desk"))
    assert "desk" in client.get("/staff/trial/area").text
    client.enter(session, staff(session, Role.SUPERVISOR, "embassy"))
    assert client.get("/staff/trial/area").status_code == 404


def test_a_case_is_shown_to_those_who_may_know_it(
    client: CheckedClient, session: Session, case: Case
) -> None:
    client.enter(session, staff(session, Role.CASEWORKER, "desk"))
    assert "staff KH-26-000001-0" in client.get("/staff/trial/case/KH-26-000001-0").text
    unknown = client.get("/staff/trial/case/KH-26-000002-8")
    client.enter(session, staff(session, Role.CASEWORKER, "other"))
    hidden = client.get("/staff/trial/case/KH-26-000001-0")
    assert (unknown.status_code, hidden.status_code) == (404, 404)
    assert "A desk" in unknown.text
    assert said(unknown).replace("A desk", "Another desk") == said(hidden)


def test_an_action_needs_more_than_sight(
    client: CheckedClient, session: Session, case: Case
) -> None:
    path = "/staff/trial/case/KH-26-000001-0/take-over"
    client.enter(session, staff(session, Role.CASEWORKER, "desk"))
    assert client.get(path).status_code == 404
    assert client.submit(path, page="/staff/account").status_code == 404
    client.enter(session, staff(session, Role.SUPERVISOR, "desk"))
    assert client.get(path).status_code == 200


def test_a_grant_that_is_revoked_is_refused_at_the_next_request(
    client: CheckedClient, session: Session, case: Case
) -> None:
    supervisor = staff(session, Role.SUPERVISOR, "desk")
    client.enter(session, supervisor)
    assert client.get("/staff/trial/area").status_code == 200
    supervisor.role = Role.CASEWORKER.value
    session.commit()
    assert client.get("/staff/trial/area").status_code == 404


def test_a_complainant_sees_the_case_that_the_code_opened(
    client: CheckedClient, session: Session, case: Case
) -> None:
    client.open_case(session, case)
    assert "complainant KH-26-000001-0" in client.get("/staff/trial/mine").text
    assert client.get("/staff/trial/confirm").status_code == 404
    assert client.get("/staff/trial/member").status_code == 302


def test_whoever_has_opened_no_case_is_asked_for_the_code(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "TRACK", "trial.everybody")
    assert client.get("/staff/trial/mine").location == "/staff/trial/public"


def test_the_two_cookies_do_not_stand_for_each_other(
    client: CheckedClient, session: Session, case: Case, now: datetime
) -> None:
    token = logins.begin_for_case(session, now, case)
    session.commit()
    client.set_cookie("desk", token)
    assert client.get("/staff/trial/member").status_code == 302
    client.delete_cookie("desk")
    member = staff(session, Role.SUPERVISOR, "desk")
    token = logins.begin_for_staff(session, now, member, factor=True)
    session.commit()
    client.set_cookie("visit", token)
    assert client.get("/staff/trial/member").status_code == 302


def test_use_of_a_session_is_written_down(
    client: CheckedClient, app: Flask, session: Session, case: Case
) -> None:
    client.enter(session, staff(session, Role.ANALYST))
    later = app.config["CLOCK"]() + timedelta(hours=7)
    app.config["CLOCK"] = lambda: later
    assert client.get("/staff/trial/member").status_code == 200
    session.rollback()
    assert session.query(Login).one().seen_at == later


def test_every_page_of_the_application_declares_its_access(app: Flask) -> None:
    undeclared_pages = {
        endpoint for endpoint, view in app.view_functions.items() if access.declared(view) is None
    }
    assert undeclared_pages == {"trial.undeclared"}
    see_access = access.declared(app.view_functions["trial.take_over"])
    assert see_access == access.Access(Needs.CASE, action=Action.TAKE_OVER)


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/staff/cases?page=2", True),
        ("/", True),
        (None, False),
        ("", False),
        ("staff", False),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/\t/evil.example", False),
        ("/a\nSet-Cookie: a=b", False),
    ],
)
def test_only_paths_of_our_own_are_safe(target: str | None, safe: bool) -> None:  # noqa: FBT001
    assert safe_next(target) == (target if safe else None)


def test_every_answer_carries_the_headers(client: CheckedClient) -> None:
    style = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    for path in ("/", "/nothing", "/staff/sign-in", "/staff/account", style):
        response = client.get(path)
        for name, value in headers.EVERYWHERE.items():
            assert response.headers[name] == value, path
        assert "Strict-Transport-Security" not in response.headers


def test_files_are_kept_for_good(client: CheckedClient) -> None:
    style = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in client.get(style).headers["Cache-Control"]
    assert client.get("/static/css/public.css").status_code == 404


@pytest.mark.parametrize(("origin", "status"), [("cross-site", 400), ("same-origin", 422)])
def test_what_another_site_sends_is_refused(
    client: CheckedClient, origin: str, status: int
) -> None:
    client.environ_base["HTTP_SEC_FETCH_SITE"] = origin
    assert client.submit("/staff/sign-in").status_code == status
