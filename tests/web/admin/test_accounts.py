"""Accounts in the browser: invitations, roles, the end of an account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import (
    Event,
    Staff,
)
from tests import factories
from tests.factories import World
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302
NEW = {"name": "Malee", "email": "Malee@CSO.example", "role": "caseworker", "office_id": "cso"}


def fresh(world: World, row: Any) -> Any:
    world.session.rollback()
    world.session.expire_all()
    return row


def test_an_invitation_is_shown_once_and_works(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    page = client.submit("/admin/accounts/new", {**NEW, "language": "km"})
    link = re.search(r"http://localhost(/staff/invitation/[\w-]+)", page.text)
    assert link
    staff = world.session.scalars(select(Staff).where(Staff.email == "malee@cso.example")).one()
    assert (staff.name, staff.office_id, staff.language) == ("Malee", "cso", "km")
    listed = client.get("/admin/accounts")
    assert "invited, no password yet" in listed.text
    assert link[1] not in listed.text
    client.delete_cookie("desk")
    assert client.get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words_"),
    [
        ({"email": "nobody"}, "Write an e-mail address"),
        ({"email": "taken@cso.example"}, "There is an account with this e-mail address already."),
        ({"office_id": ""}, "Choose the office where the person works."),
        ({"name": ""}, "Write the name."),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_a_wrong_account_is_explained_and_nothing_typed_is_lost(
    client: CheckedClient, world: World, lin: Staff, changed: dict[str, str], words_: str
) -> None:
    factories.staff(world.session, Role.ANALYST, email="taken@cso.example")
    world.session.commit()
    page = client.submit("/admin/accounts/new", {**NEW, "language": "km", **changed})
    assert page.status_code == WRONG
    assert words_ in page.text
    kept = {**NEW, **changed}
    assert f'value="{kept["email"]}"' in page.text


def test_another_role_and_office_end_the_sessions(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    staff = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    world.session.commit()
    path = f"/admin/accounts/{staff.id}"
    same = {"name": "Sok Malee", "role": "caseworker", "office_id": "cso", "language": "my"}
    assert client.submit(path, same).status_code == FOUND
    assert fresh(world, staff).name == "Sok Malee"
    assert not world.session.scalars(select(Event).where(Event.action == "account:role")).all()
    client.submit(path, same | {"role": "officer", "office_id": "attache"})
    assert (fresh(world, staff).role, staff.office_id) == ("officer", "attache")
    wrong = client.submit(path, same | {"role": "supervisor", "office_id": ""})
    assert (wrong.status_code, "Choose the office" in wrong.text) == (WRONG, True)


def test_nobody_changes_their_own_role_or_ends_their_own_account(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    path = f"/admin/accounts/{lin.id}"
    page = client.submit(path, {"name": "Lin", "role": "analyst", "language": "en"})
    assert (page.status_code, "Nobody changes their own role" in page.text) == (WRONG, True)
    assert client.submit(f"{path}/end", page=path).location.endswith(path)
    assert client.submit(f"{path}/invitation", page=path).status_code == NOT_FOUND
    assert (fresh(world, lin).active, lin.role) == (True, "administrator")


def test_an_account_ends_and_lives_again_by_invitation(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    staff = factories.staff(world.session, Role.CASEWORKER, "cso", password_hash="x" * 20)
    world.session.commit()
    path = f"/admin/accounts/{staff.id}"
    assert client.submit(f"{path}/end", page=path).status_code == FOUND
    assert not fresh(world, staff).active
    assert "ended" in client.get("/admin/accounts").text
    page = client.submit(f"{path}/invitation", page=path)
    assert "/staff/invitation/" in page.text
    assert fresh(world, staff).active


def test_an_invitation_that_is_too_old_is_told(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    factories.staff(world.session, Role.CASEWORKER, "cso")
    world.session.commit()
    assert "the invitation is too old" in client.get("/admin/accounts").text
