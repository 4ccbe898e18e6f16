"""History: in order, in codes, of a case or of none."""

from __future__ import annotations

from casework.domain.facts import SYSTEM, Role
from casework.models import Event
from casework.services import history
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
