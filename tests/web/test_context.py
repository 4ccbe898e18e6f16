from __future__ import annotations

from datetime import datetime

import pytest
from flask import Blueprint, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.domain.areas import Permission
from casework.domain.facts import SYSTEM, Role
from casework.models import Office, Staff
from casework.services import accounts
from casework.web import context, sessions
from casework.web.access import public, requires
from casework.web.context import Place
from casework.web.sessions import Visitor
from tests import conftest
from tests.pages import CheckedClient

PAGE = """{% extends base %}{% set here = "trial.area" %}
{% block title %}T{% endblock %}{% block main %}<h1>T</h1>
<a href="{{ url_for('trial.other', number=7) }}">stays in the language</a>{% endblock %}"""
EMAIL, PASSWORD = "srey@desk.example", "tamarind ferry window nine"

trial = Blueprint("trial", __name__)


@trial.get("/<lang:lang>/trial/<int:number>")
@public
def other(number: int) -> str:
    return render_template_string(PAGE, base=f"base/{'public' if number else 'none'}.html")


@trial.get("/staff/area")
@requires(Permission.WORKLOAD)
def area(actor: object) -> str:
    return render_template_string(PAGE, base="base/staff.html")


@trial.post("/staff/leave")
@public
def leave() -> ResponseReturnValue:
    sessions.forget(Visitor(request.form["visitor"]))
    return redirect(url_for("pages.language"))


sqlite_app, postgres_app = conftest.dressed(trial)


@pytest.fixture
def srey(session: Session, now: datetime) -> Staff:
    session.add(Office(id="desk", name="A desk", role="cso"))
    staff, token = accounts.create(
        session, SYSTEM, now, email=EMAIL, name="Srey", role=Role.SUPERVISOR, office_id="desk"
    )
    accounts.accept_invitation(session, now, token, PASSWORD)
    session.commit()
    return staff


def test_another_language_shows_the_same_page(client: CheckedClient) -> None:
    page = client.get("/km/trial/3").text
    assert '<html lang="km">' in page
    assert 'href="/my/trial/3" lang="my"' in page
    assert 'href="/en/trial/3" lang="en"' in page
    assert 'href="/km/trial/7"' in page


def test_an_address_in_no_language_of_ours_is_not_there(client: CheckedClient) -> None:
    assert client.get("/xx/trial/3").status_code == 404


def test_the_navigation_shows_what_the_person_may_enter(
    client: CheckedClient, session: Session, srey: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = (
        Place("pages.language", "Settings of everything", Permission.SETTINGS),
        Place("trial.area", "Workload of everybody", Permission.WORKLOAD),
    )
    monkeypatch.setattr(context, "NAVIGATION", places)
    client.enter(session, srey)
    page = client.get("/staff/area").text
    assert '<a href="/staff/area" aria-current="page">Workload of everybody</a>' in page
    assert "Settings of everything" not in page
    assert "Srey, A desk" in page


def test_leaving_a_case_leaves_the_desk_alone(
    client: CheckedClient, session: Session, srey: Staff
) -> None:
    client.enter(session, srey)
    client.set_cookie("visit", "a token")
    client.submit("/staff/leave", {"visitor": "visit"}, page="/staff/account")
    assert client.get_cookie("visit") is None
    assert client.get("/staff/account").status_code == 200
