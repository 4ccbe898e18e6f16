"""Offices in the browser: explained at the field, followed at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import (
    Office,
    Referral,
    Staff,
)
from tests import factories
from tests.factories import World
from tests.forms import edit, form_of
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302


def fresh(world: World, row: Any) -> Any:
    world.session.rollback()
    world.session.expire_all()
    return row


def test_an_office_is_saved_as_it_stands(client: CheckedClient, world: World, lin: Staff) -> None:
    office = world.session.get_one(Office, "attache")
    before = {c.key: getattr(office, c.key) for c in Office.__table__.columns}
    assert edit(client, "/admin/offices/attache").status_code == FOUND
    fresh(world, office)
    assert {c.key: getattr(office, c.key) for c in Office.__table__.columns} == before


def test_an_edit_that_makes_a_conflict_takes_the_case_away_at_once(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    case = world.file(decisions=factories.agrees("KH", "TH"))
    factories.case_party(world.session, case, role="post", office_id="ombudsman")
    world.settle(case)
    officer = factories.staff(world.session, Role.OFFICER, "attache")
    other = client.application.test_client()
    assert isinstance(other, CheckedClient)
    other.enter(world.session, officer)
    assert case.reference in other.get("/staff/cases").text
    saved = edit(client, "/admin/offices/attache", escalates_to_id="ombudsman")
    assert "in 1 case." in client.get(saved.location).text
    assert case.reference not in other.get("/staff/cases").text
    assert other.get(f"/staff/cases/{case.reference}").status_code == NOT_FOUND
    rows = select(Referral.state).where(Referral.office_id == "attache")
    world.session.rollback()
    assert world.session.scalars(rows).all() == ["recalled"]


@pytest.mark.parametrize(
    ("changed", "words_"),
    [
        ({"name": ""}, "Write the name."),
        ({"escalates_to_id": "consulate"}, "That office answers to this one."),
        ({"source_url": "ftp://x"}, "Write a web address that begins with https://."),
        ({"rank": "first"}, "Write a number with digits only."),
        ({"country": ""}, "Choose the state that the office belongs to."),
    ],
)
def test_a_wrong_office_is_explained_at_its_field(
    client: CheckedClient, world: World, lin: Staff, changed: dict[str, str], words_: str
) -> None:
    page = edit(client, "/admin/offices/embassy", note="Kept as typed.", **changed)
    assert page.status_code == WRONG
    assert page.text.count(words_) >= 2
    assert "Kept as typed." in page.text


def test_an_office_is_added_and_found(client: CheckedClient, world: World, lin: Staff) -> None:
    new = {"name": "A new consulate", "role": "consulate", "country": "KH", "host": "TH"}
    data = {**form_of(client.get("/admin/offices/new").text), **new}
    assert client.submit("/admin/offices/new", data).status_code == FOUND
    found = client.get("/admin/offices?q=NEW+cons&country=TH&role=consulate").text
    assert "kh-consulate-1" in found
    assert client.submit("/admin/offices/new", {**data, "name": ""}).status_code == WRONG
    assert "No office is like this." in client.get("/admin/offices?q=zzz").text
