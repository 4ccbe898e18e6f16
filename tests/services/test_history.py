"""History: in order, in codes, of a case or of none."""

from __future__ import annotations

from sqlalchemy import select

from casework.domain.facts import SYSTEM, Role
from casework.models import Event
from casework.services import history, timeline
from tests.factories import World


def test_a_line_says_who_did_what_when(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    line = history.record(world.session, case, officer, world.now, "accept", office="attache")
    world.session.flush()
    assert (line.case_id, line.at, line.action) == (case.id, world.now, "accept")
    assert (line.actor_kind, line.staff_id, line.office_id) == (
        "staff",
        officer.staff_id,
        "attache",
    )
    assert line.data == {"office": "attache"}


def test_what_is_of_no_case_stands_in_none(world: World) -> None:
    case = world.file()
    before = len(history.of_case(world.session, case))
    line = history.record(world.session, None, SYSTEM, world.now, "account:create", account=7)
    world.session.flush()
    assert line.case_id is None
    assert len(history.of_case(world.session, case)) == before


def test_a_history_is_told_newest_first_even_within_one_moment(world: World) -> None:
    case = world.file(decisions=())
    for number in range(30):
        history.record(world.session, case, SYSTEM, world.now, "counted", number=number)
    world.session.flush()
    told: list[Event] = list(history.of_case(world.session, case))
    assert [event.data["number"] for event in told[:30]] == list(reversed(range(30)))
    world.after(days=-1)
    old = history.record(world.session, case, SYSTEM, world.now, "late")
    world.session.flush()
    assert history.of_case(world.session, case)[-1] is old


def test_reading_is_noted_once_a_minute_for_each_person_and_case(world: World) -> None:
    case, other = world.file(), world.file()
    officer, desk = world.actor(Role.OFFICER, "attache"), world.actor(Role.CASEWORKER, "cso")
    for reader, read in ((officer, case), (officer, case), (desk, case), (officer, other)):
        history.opened(world.session, read, reader, world.now)
        world.session.flush()
    world.after(seconds=59)
    history.opened(world.session, case, officer, world.now)
    world.after(seconds=1)
    history.opened(world.session, case, officer, world.now)
    world.session.flush()
    found = world.session.scalars(
        select(Event).where(Event.action == history.READ).order_by(Event.id)
    )
    assert [(line.staff_id, line.case_id) for line in found] == [
        (officer.staff_id, case.id),
        (desk.staff_id, case.id),
        (officer.staff_id, other.id),
        (officer.staff_id, case.id),
    ]


def test_every_refusal_is_noted_and_told_to_who_supervises(world: World) -> None:
    case = world.file()
    stranger = world.actor(Role.CASEWORKER, "other-cso")
    for case_id in (case.id, case.id, None):
        history.refused(world.session, case_id, stranger, world.now, asked="staff.case")
    world.session.flush()
    told = history.of_case(world.session, case)
    refused = timeline.refused(told, world.actor(Role.SUPERVISOR, "cso"))
    assert [(line.staff_id, line.data) for line in refused] == [
        (stranger.staff_id, {"asked": "staff.case"})
    ] * 2
    assert timeline.refused(told, world.actor(Role.CASEWORKER, "cso")) == []
