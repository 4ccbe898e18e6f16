"""Who read a case and who was refused is on record, by the guard of the pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from casework.domain.facts import Role
from casework.models import Case, Event, Staff
from casework.services import facts, history
from tests import factories
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient, said

CASES = "/staff/cases"
NOT_FOUND, WRONG = 404, 422


@pytest.fixture
def case(world: World, malee: Staff) -> Case:
    """A case of the caseworker's desk."""
    return world.file(facts.staff_actor(malee))


def lines(world: World, *actions: str) -> Sequence[Event]:
    world.session.rollback()
    query = select(Event).where(Event.action.in_(actions)).order_by(Event.seq)
    return world.session.scalars(query).all()


@pytest.mark.parametrize("path", ["", "/note", "/refer", "/merge", "/add-worker"])
def test_every_page_that_shows_a_case_is_on_record(
    client: CheckedClient, world: World, malee: Staff, case: Case, path: str
) -> None:
    client.enter(world.session, malee)
    client.get(f"{CASES}/{case.reference}{path}")
    (line,) = lines(world, history.READ)
    assert (line.case_id, line.staff_id, line.data) == (case.id, malee.id, {})


def test_reading_on_is_recorded_once_a_minute(
    client: CheckedClient, world: World, malee: Staff, case: Case, clock: Clock
) -> None:
    client.enter(world.session, malee)
    for _ in range(3):
        client.get(f"{CASES}/{case.reference}")
    assert len(lines(world, history.READ)) == 1
    clock.move(seconds=60)
    client.get(f"{CASES}/{case.reference}")
    assert len(lines(world, history.READ)) == 2


def test_each_reader_and_each_case_counts(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    other = world.file(facts.staff_actor(malee))
    colleague = factories.staff(world.session, Role.SUPERVISOR, "cso")
    for reader in (malee, colleague):
        client.enter(world.session, reader)
        for each in (case, other):
            client.get(f"{CASES}/{each.reference}")
        world.session.rollback()
    assert len(lines(world, history.READ)) == 4


def test_a_form_that_comes_back_after_a_post_was_read_too(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    client.enter(world.session, malee)
    reference = case.reference
    assert client.post(f"{CASES}/{reference}/note", data={}).status_code in {400, WRONG}
    read = len(lines(world, history.READ))
    assert read <= 1
    answer = client.submit(f"{CASES}/{reference}/note", {"body": ""})
    assert answer.status_code == WRONG
    assert len(lines(world, history.READ)) == 1


@pytest.mark.parametrize("known", ["hidden", "unknown"])
def test_who_may_not_see_a_case_is_on_record_and_told_nothing(
    client: CheckedClient, world: World, case: Case, known: str
) -> None:
    stranger = factories.staff(world.session, Role.CASEWORKER, "other-cso")
    client.enter(world.session, stranger)
    hidden = known == "hidden"
    reference = case.reference if hidden else "CW-2026-999999"
    found = client.get(f"{CASES}/{reference}")
    nothing = client.get("/staff/no-such-page")
    assert (found.status_code, said(found)) == (NOT_FOUND, said(nothing))
    (line,) = lines(world, history.DENIED)
    assert (line.case_id, line.staff_id) == (case.id if hidden else None, stranger.id)
    assert line.data == {"asked": "staff.case"}
    assert line.office_id == "other-cso"


def test_who_may_not_enter_an_area_is_on_record(
    client: CheckedClient, world: World, malee: Staff
) -> None:
    client.enter(world.session, malee)
    assert client.get("/admin/rules").status_code == NOT_FOUND
    (line,) = lines(world, history.DENIED)
    assert (line.case_id, line.data) == (None, {"asked": "admin.rules"})


def test_who_is_not_signed_in_leaves_no_line(
    client: CheckedClient, world: World, case: Case
) -> None:
    world.session.commit()
    before = len(lines(world, history.DENIED, history.READ))
    client.get(f"{CASES}/{case.reference}")
    client.get("/admin/rules")
    assert len(lines(world, history.DENIED, history.READ)) == before == 0


def test_supervisors_of_the_desk_see_who_was_refused_others_do_not(
    client: CheckedClient, world: World, malee: Staff, case: Case
) -> None:
    chief = factories.staff(world.session, Role.SUPERVISOR, "cso")
    nosy = factories.staff(world.session, Role.CASEWORKER, "other-cso", name="Nosy")
    client.enter(world.session, nosy)
    client.get(f"{CASES}/{case.reference}")
    world.session.rollback()
    for reader, told in ((chief, True), (malee, False)):
        client.enter(world.session, reader)
        page = client.get(f"{CASES}/{case.reference}").text
        assert ("Who asked for it and may not see it" in page) is told
        assert ("Nosy" in page) is told
        world.session.rollback()
