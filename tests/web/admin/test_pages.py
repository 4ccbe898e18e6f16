"""Who enters administration, and that no page of it speaks of a case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import (
    Staff,
    TermRow,
)
from casework.web.context import STAFF_BASE
from tests import factories
from tests.factories import World
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302


def paths(world: World) -> list[str]:
    """Every page of administration, with rows that are there."""
    somebody = factories.staff(world.session, Role.CASEWORKER, "cso")
    term = world.session.scalars(select(TermRow.id)).first()
    world.session.commit()
    return [
        "/admin/accounts",
        "/admin/accounts/new",
        f"/admin/accounts/{somebody.id}",
        "/admin/offices",
        "/admin/offices/new",
        "/admin/offices/embassy",
        "/admin/rules",
        "/admin/rules/new/office",
        "/admin/rules/new/desk",
        "/admin/rules/labour",
        "/admin/rules/last",
        "/admin/rules/labour/up",
        "/admin/rules/labour/off",
        "/admin/coverage",
        "/admin/coverage?origin=KH",
        "/admin/coverage?origin=KH&destination=TH",
        "/admin/ladder",
        "/admin/ladder/2",
        "/admin/terms",
        "/admin/terms/new",
        f"/admin/terms/{term}",
        "/admin/countries",
        "/admin/countries/TH",
        "/admin/changes",
    ]


@pytest.mark.parametrize(
    "who",
    [
        (Role.CASEWORKER, "cso"),
        (Role.OFFICER, "attache"),
        (Role.SUPERVISOR, "coordinator"),
        (Role.COORDINATOR, "coordinator"),
        (Role.ANALYST, None),
    ],
)
def test_nobody_else_knows_of_it(
    client: CheckedClient, world: World, who: tuple[Role, str | None]
) -> None:
    client.enter(world.session, factories.staff(world.session, *who))
    for path in ["/admin/", *paths(world)]:
        assert client.get(path).status_code == NOT_FOUND, path
    assert "/admin/" not in client.get("/staff/account").text


def test_strangers_sign_in_first(client: CheckedClient, world: World) -> None:
    for path in paths(world):
        assert client.get(path).status_code == FOUND
    assert STAFF_BASE == "base/staff.html"


def test_an_administrator_reads_every_page_and_no_case(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    case = world.file(story="My name is Sophal and they beat us.")
    world.file(categories={"other": []})
    world.session.commit()
    for path in paths(world):
        page = client.get(path)
        assert page.status_code == 200, path
        assert case.reference not in page.text
        assert "Sophal" not in page.text
    assert client.get("/admin/").location.endswith("/admin/accounts")
    assert client.get("/staff/sign-in").location.endswith("/admin/accounts")
    assert client.get("/staff/cases").status_code == NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/admin/accounts/1",
        "/admin/offices/nowhere",
        "/admin/rules/none",
        "/admin/rules/labour/sideways",
        "/admin/rules/new/nowhere",
        "/admin/ladder/0",
        "/admin/ladder/5",
        "/admin/ladder/9",
        "/admin/terms/1",
        "/admin/countries/XX",
    ],
)
def test_what_is_not_there(client: CheckedClient, lin: Staff, path: str) -> None:
    assert client.get(path).status_code == NOT_FOUND
