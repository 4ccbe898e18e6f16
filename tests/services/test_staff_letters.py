"""Letters to staff: who gets one, when, and who no longer does when it goes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from casework.domain.facts import Actor, Role
from casework.domain.letters import DEFAULTS, About, Channel, How
from casework.models import Case, Letter, Notice, Staff
from casework.services import (
    accounts,
    consents,
    letter_wishes,
    notices,
    outbox,
    own_notices,
    staff_letters,
)
from casework.services.facts import staff_actor
from casework.services.letter_wishes import Wish
from casework.services.outbox import Parcel
from casework.services.own_notices import Told
from casework.services.staff_letters import ToStaff
from tests import factories
from tests.factories import World


@pytest.fixture
def opened(world: World) -> World:
    """The small world, which can send e-mail."""
    factories.opened_ways(world.session, "email")
    return world


@pytest.fixture
def vuthy(world: World) -> Staff:
    return factories.staff(world.session, Role.OFFICER, "attache", name="Vuthy", language="km")


def written(world: World) -> list[Letter]:
    world.session.flush()
    return world.session.query(Letter).order_by(Letter.id).all()


def claimed(world: World) -> Parcel:
    world.session.flush()
    parcel = outbox.claim(world.session, world.now, "me", channels=[Channel.EMAIL])
    assert parcel is not None
    return parcel


def told(world: World) -> ToStaff | datetime | None:
    return staff_letters.opened(world.session, world.now, claimed(world))


def cases(world: World) -> tuple[tuple[str, str], ...]:
    found = told(world)
    assert isinstance(found, ToStaff)
    return found.cases


def test_without_a_mail_server_nothing_is_written(world: World, vuthy: Staff) -> None:
    world.file()
    own_notices.tell(world.session, world.now, vuthy.id, Told.FACTOR_RESET)
    assert written(world) == []


def test_an_office_is_written_to(opened: World, vuthy: Staff) -> None:
    case = opened.file()
    (letter,) = written(opened)
    assert (letter.kind, letter.staff_id, letter.case_id) == ("referred", vuthy.id, case.id)
    assert (letter.language, letter.not_before) == ("km", opened.now)
    found = told(opened)
    assert found == ToStaff(vuthy.id, vuthy.email, "km", ((case.reference, "referred"),))


def test_only_those_are_written_to_who_work_there_and_can_sign_in(
    opened: World, vuthy: Staff
) -> None:
    session, there = opened.session, (Role.OFFICER, "attache")
    factories.staff(session, *there, active=False)
    factories.staff(session, *there, invite_hash=b"x" * 32)
    factories.staff(session, Role.OFFICER, "embassy")
    colleague = factories.staff(session, *there)
    case = opened.file()
    notices.tell(session, case, "attache", "reply", opened.now, staff_id=colleague.id)
    found = [(letter.kind, letter.staff_id) for letter in written(opened)]
    assert found == [("referred", vuthy.id), ("referred", colleague.id), ("reply", colleague.id)]


def wish(world: World, staff: Staff, **values: object) -> None:
    choices = {**DEFAULTS, **{About(name): How(str(how)) for name, how in values.items()}}
    letter_wishes.choose(world.session, world.now, staff, Wish(choices))


def test_everybody_chooses_what_they_are_told_and_when(opened: World, vuthy: Staff) -> None:
    wish(opened, vuthy, new_case="never", reminder="digest")
    case = opened.file()
    notices.tell(opened.session, case, "attache", "reminder", opened.now)
    (letter,) = written(opened)
    morning = datetime(2026, 11, 24, 1, 0, tzinfo=opened.now.tzinfo)
    assert (letter.kind, letter.not_before) == ("reminder", morning), "eight in Bangkok"


def test_quiet_hours_are_kept_when_it_is_written_and_when_it_goes(
    opened: World, vuthy: Staff
) -> None:
    quiet = Wish(DEFAULTS, (time(15), time(17)))
    letter_wishes.choose(opened.session, opened.now, vuthy, quiet)
    opened.file()
    (letter,) = written(opened)
    until = opened.now + timedelta(hours=1)
    assert letter.not_before == until, "it is four in the afternoon in Bangkok"
    letter.not_before = opened.now
    assert told(opened) == until


def test_who_may_no_longer_see_the_case_is_not_told(opened: World, vuthy: Staff) -> None:
    case = opened.file()
    consents.withdraw(opened.session, case, opened.worker(case), opened.now, recipient="KH")
    assert told(opened) is None


def test_a_conflict_counts_when_the_letter_goes(opened: World, vuthy: Staff) -> None:
    first, second = opened.file(), opened.file()
    factories.case_conflict(opened.session, first, staff_id=vuthy.id)
    assert cases(opened) == ((second.reference, "referred"),)
    opened.session.expire_all()
    assert [letter.state for letter in written(opened)] == ["dropped", "waiting"]


def test_what_was_read_at_the_desk_is_not_told_again(opened: World, vuthy: Staff) -> None:
    opened.file()
    (notice,) = notices.unseen(opened.session, staff_actor(vuthy))
    notices.put_away(opened.session, staff_actor(vuthy), notice.id, opened.now)
    assert told(opened) is None


def test_what_is_not_wanted_any_more_does_not_go(opened: World, vuthy: Staff) -> None:
    opened.file()
    letter_wishes.stop(opened.session, opened.now, vuthy)
    assert told(opened) is None


@pytest.mark.parametrize("how", ["moved", "ended"])
def test_who_has_left_the_office_is_not_told(opened: World, vuthy: Staff, how: str) -> None:
    opened.file()
    admin = opened.actor(Role.ADMINISTRATOR)
    if how == "moved":
        values = {"role": Role.OFFICER, "office_id": "embassy"}
        accounts.set_role(opened.session, admin, opened.now, vuthy, **values)  # type: ignore[arg-type]
    else:
        accounts.deactivate(opened.session, admin, opened.now, vuthy)
    opened.session.flush()
    opened.session.expire_all()
    assert told(opened) is None


def many(world: World, number: int) -> tuple[Case, ...]:
    return tuple(world.file() for _ in range(number))


def test_forty_escalations_are_one_letter(opened: World) -> None:
    factories.staff(opened.session, Role.SUPERVISOR, "coordinator")
    filed = many(opened, 5)
    for _ in range(8):
        for case in filed:
            notices.tell(opened.session, case, "coordinator", "escalated", opened.now)
    assert len(written(opened)) == 40
    assert cases(opened) == tuple((case.reference, "escalated") for case in filed)


def test_what_happens_to_an_account_is_told_at_once_to_everybody(
    opened: World, vuthy: Staff
) -> None:
    letter_wishes.choose(
        opened.session,
        opened.now,
        vuthy,
        Wish(letter_wishes.NOTHING, (time(0), time(23, 59))),
    )
    own_notices.tell(opened.session, opened.now, vuthy.id, Told.FACTOR_RESET)
    found = told(opened)
    assert isinstance(found, ToStaff)
    assert found.account is not None
    assert (found.account.kind, found.cases) == (Told.FACTOR_RESET, ())


def test_a_wish_is_kept_and_written_down_once(opened: World, vuthy: Staff) -> None:
    session = opened.session
    assert letter_wishes.of(session, vuthy.id) == letter_wishes.USUAL
    quiet = Wish({**DEFAULTS, About.MESSAGE: How.NEVER}, (time(22), time(7)))
    for _ in range(2):
        letter_wishes.choose(session, opened.now, vuthy, quiet)
    assert letter_wishes.of(session, vuthy.id) == quiet
    letter_wishes.stop(session, opened.now, vuthy)
    assert letter_wishes.of(session, vuthy.id) == Wish(letter_wishes.NOTHING, quiet.quiet)
    letter_wishes.choose(session, opened.now, vuthy, letter_wishes.USUAL)
    assert letter_wishes.of(session, vuthy.id) == letter_wishes.USUAL


def test_a_supervisor_without_an_office_reads_in_the_time_of_the_network(opened: World) -> None:
    admin = factories.staff(opened.session, Role.ADMINISTRATOR)
    assert str(staff_letters._zone(opened.session, admin)) == "Asia/Bangkok"
    office: Actor = staff_actor(factories.staff(opened.session, Role.OFFICER, "ministry"))
    row = opened.session.get_one(Staff, office.staff_id)
    assert str(staff_letters._zone(opened.session, row)) == "Asia/Phnom_Penh"
    assert opened.session.query(Notice).count() == 0
