"""What somebody may is asked anew at every request: a session that lives on opens nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.domain.facts import Role, Said
from casework.models import Case, Staff
from casework.services import accounts, consents, facts, notices, referrals, triage
from casework.services.triage import Classification
from tests import factories
from tests.desk import CASES, NOT_FOUND, text
from tests.factories import World
from tests.pages import CheckedClient

Change = Callable[[World, Case, Staff], None]


@pytest.fixture
def case(world: World, malee: Staff, vuthy: Staff) -> Case:
    """A case that Vuthy's office has taken, with a task, a notice and a file for it."""
    case = world.file(facts.staff_actor(malee))
    referrals.accept(world.session, case, facts.staff_actor(vuthy), world.now)
    notices.tell(world.session, case, "attache", "reply", world.now)
    return case


def recall(world: World, case: Case, vuthy: Staff) -> None:
    del vuthy
    referrals.recall(world.session, case, world.actor(Role.SUPERVISOR, "cso"), world.now)


def decline(world: World, case: Case, vuthy: Staff) -> None:
    actor = facts.staff_actor(vuthy)
    referrals.decline(world.session, case, actor, world.now, code="not_ours", reason="")


def withdraw(world: World, case: Case, vuthy: Staff) -> None:
    del vuthy
    consents.withdraw(world.session, case, world.worker(case), world.now, recipient="KH")


def accuse(world: World, case: Case, *, offices: tuple[str, ...] = (), staff: Any = ()) -> None:
    desk = world.actor(Role.SUPERVISOR, "cso")
    found = Classification({"wages": []}, Said.YES, offices, staff)
    triage.reclassify(world.session, case, desk, world.now, found=found)


def accuse_office(world: World, case: Case, vuthy: Staff) -> None:
    del vuthy
    accuse(world, case, offices=("embassy",))


def accuse_and_take_back(world: World, case: Case, vuthy: Staff) -> None:
    accuse_office(world, case, vuthy)
    accuse(world, case)


def accuse_person(world: World, case: Case, vuthy: Staff) -> None:
    accuse(world, case, staff=(vuthy.id,))


def move_to_another_office(world: World, case: Case, vuthy: Staff) -> None:
    del world, case
    vuthy.office_id = "ministry"


def take_the_office_away(world: World, case: Case, vuthy: Staff) -> None:
    del world, case
    vuthy.office_id = None


def become_analyst(world: World, case: Case, vuthy: Staff) -> None:
    del world, case
    vuthy.role = Role.ANALYST.value


CHANGES: dict[str, Change] = {
    "recalled": recall,
    "declined": decline,
    "consent withdrawn": withdraw,
    "office complained about": accuse_office,
    "complained about, and taken back": accuse_and_take_back,
    "person complained about": accuse_person,
    "moved to another office": move_to_another_office,
    "without an office": take_the_office_away,
    "another role": become_analyst,
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_of_these_everything_is_gone_on_the_next_request(
    client: CheckedClient, world: World, case: Case, vuthy: Staff, change: str
) -> None:
    client.enter(world.session, vuthy)
    page = f"{CASES}/{case.reference}"
    file = factories.evidence(world.session, case_id=case.id)
    world.session.commit()
    before = client.get(CASES).text
    assert case.reference in before
    assert "The worker has written." in text(before)
    assert client.get(page).status_code == 200
    assert client.get(f"{page}/answer").status_code == 200
    world.session.rollback()
    CHANGES[change](world, case, vuthy)
    world.session.commit()
    for path in (
        page,
        f"{page}/answer",
        f"{page}/files/{file.id}",
        f"{page}/files/{file.id}/preview",
    ):
        assert client.get(path).status_code == NOT_FOUND, path
    listed = client.get(CASES)
    assert case.reference not in listed.text
    assert "The worker has written." not in text(listed.text)
    if listed.status_code == 200:
        found = client.submit("/staff/search", {"q": case.reference}, page=CASES)
        assert found.status_code == 200
        assert 'class="ref"' not in found.text


def test_an_account_that_is_closed_opens_nothing_with_its_living_session(
    client: CheckedClient, world: World, case: Case, vuthy: Staff
) -> None:
    client.enter(world.session, vuthy)
    assert client.get(CASES).status_code == 200
    world.session.rollback()
    administrator = world.actor(Role.ADMINISTRATOR)
    accounts.deactivate(world.session, administrator, world.now, vuthy)
    world.session.commit()
    for path in (CASES, f"{CASES}/{case.reference}", "/staff/account"):
        assert client.get(path).location.startswith("/staff/sign-in"), path


def test_who_loses_the_desk_loses_supervision_too(
    client: CheckedClient, world: World, dara: Staff
) -> None:
    client.enter(world.session, dara)
    assert client.get("/staff/workload").status_code == 200
    world.session.rollback()
    dara.role = Role.CASEWORKER.value
    world.session.commit()
    assert client.get("/staff/workload").status_code == NOT_FOUND
    world.session.rollback()
    dara.office_id = "embassy"
    dara.role = Role.SUPERVISOR.value
    world.session.commit()
    for path in ("/staff/workload", "/staff/new", "/staff/registry", "/staff/emergency"):
        assert client.get(path).status_code == NOT_FOUND, path


def test_a_form_that_is_no_offices_is_shown_to_none_however_it_is_asked_for(
    client: CheckedClient, world: World, case: Case, vuthy: Staff
) -> None:
    factories.staff(world.session, Role.CASEWORKER, "cso", name="Bopha")
    client.enter(world.session, vuthy)
    for slug in ("reassign", "check", "refer", "consent", "close", "lift-conflict"):
        path = f"{CASES}/{case.reference}/{slug}"
        assert client.get(path).status_code == NOT_FOUND, slug
        for version in ("", "0", str(case.version)):
            posted = client.submit(path, {"version": version}, page=CASES)
            assert posted.status_code == NOT_FOUND, slug
            assert "Bopha" not in posted.text
