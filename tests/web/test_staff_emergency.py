"""Opening a case of others in an emergency, in the browser, and looking into it afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import Case, EmergencyAccess, Staff
from casework.services.emergency import BUDGET
from tests import conftest, factories
from tests.desk import CASES, NOT_FOUND, WRONG, text
from tests.factories import World
from tests.pages import CheckedClient

EMERGENCY = "/staff/emergency"
OPENINGS = f"{EMERGENCY}/openings"
REASON = "Her sister says that she is locked in."
TOO_MANY = 429


@pytest.fixture
def somsak(world: World) -> Staff:
    """A caseworker of another desk."""
    return factories.staff(world.session, Role.CASEWORKER, "other-cso", name="Somsak")


@pytest.fixture
def case(world: World) -> Case:
    return world.file()


def opens(client: CheckedClient, reference: str, reason: str = REASON) -> tuple[int, str]:
    response = client.submit(EMERGENCY, {"reference": reference, "reason": reason})
    return response.status_code, response.location or text(response.text)


def test_a_case_of_others_is_read_and_nothing_more(
    client: CheckedClient, world: World, somsak: Staff, case: Case
) -> None:
    client.enter(world.session, somsak)
    page = f"{CASES}/{case.reference}"
    assert client.get(page).status_code == NOT_FOUND
    assert opens(client, case.reference) == (302, page)
    shown = text(client.get(page).text)
    assert "You have opened this case in an emergency" in shown
    for slug in ("note", "answer", "escalate", "lift-conflict", "consent"):
        assert client.get(f"{page}/{slug}").status_code == NOT_FOUND
    assert case.reference not in client.get(CASES).text
    found = client.submit("/staff/search", {"q": case.reference}, page=CASES)
    assert found.location != page
    assert case.reference in client.get(EMERGENCY).text


def test_the_answer_is_the_same_for_what_is_not_there_and_what_may_not_be_opened(
    client: CheckedClient, world: World, somsak: Staff, case: Case
) -> None:
    factories.case_party(world.session, case, role="person", staff_id=somsak.id)
    world.settle(case)
    client.enter(world.session, somsak)
    for reference in (case.reference, "KH-26-000001-0", "nonsense"):
        status, words = opens(client, reference)
        assert (status, "No case can be opened with this number." in words) == (NOT_FOUND, True)


def test_the_reason_is_a_sentence(
    client: CheckedClient, world: World, somsak: Staff, case: Case
) -> None:
    client.enter(world.session, somsak)
    status, words = opens(client, case.reference, "urgent")
    assert (status, "Write a whole sentence." in words) == (WRONG, True)


def test_guessing_is_slowed_down(
    client: CheckedClient, world: World, somsak: Staff, case: Case
) -> None:
    client.enter(world.session, somsak)
    for _ in range(BUDGET.free):
        assert opens(client, "KH-26-000001-0")[0] == NOT_FOUND
    status, words = opens(client, case.reference)
    assert (status, "Wait 10 minutes" in words) == (TOO_MANY, True)


def test_who_has_not_proved_who_they_are_lately_does_so_first(
    client: CheckedClient, world: World, somsak: Staff, clock: conftest.Clock
) -> None:
    client.enter(world.session, somsak)
    clock.move(minutes=11)
    assert client.get(EMERGENCY).location.startswith("/staff/confirm")


def test_supervisors_look_into_it_and_end_it(
    client: CheckedClient, world: World, somsak: Staff, dara: Staff, case: Case
) -> None:
    client.enter(world.session, somsak)
    opens(client, case.reference)
    world.session.rollback()
    access = world.session.scalars(select(EmergencyAccess)).one()
    assert client.get(OPENINGS).status_code == NOT_FOUND
    own = client.submit(f"{OPENINGS}/{access.id}/ended", page=EMERGENCY)
    assert own.status_code == NOT_FOUND
    world.session.rollback()
    other = world_client(client)
    other.enter(world.session, dara)
    assert "Somebody opened a case in an emergency." in text(other.get(CASES).text)
    shown = text(other.get(OPENINGS).text)
    assert REASON in shown
    assert "Somsak" in shown
    other.submit(f"{OPENINGS}/{access.id}/reviewed", page=OPENINGS)
    other.submit(f"{OPENINGS}/{access.id}/ended", page=OPENINGS)
    assert "Looked into by Dara" in text(other.get(OPENINGS).text)
    assert client.get(f"{CASES}/{case.reference}").status_code == NOT_FOUND
    line = text(other.get(f"{CASES}/{case.reference}").text)
    assert "opened the case in an emergency" in line
    assert other.submit(f"{OPENINGS}/1/ended", page=OPENINGS).status_code == NOT_FOUND


def world_client(client: CheckedClient) -> CheckedClient:
    """Return another browser of the same application."""
    browser = client.application.test_client()
    assert isinstance(browser, CheckedClient)
    return browser


def test_the_end_of_the_hour_is_the_end_of_the_sight(
    client: CheckedClient, world: World, somsak: Staff, case: Case, clock: conftest.Clock
) -> None:
    client.enter(world.session, somsak)
    opens(client, case.reference)
    clock.move(minutes=61)
    world.session.rollback()
    client.enter(world.session, somsak)
    assert client.get(f"{CASES}/{case.reference}").status_code == NOT_FOUND
