"""Notices: that something happened, to whom it concerns, by reference only."""

from __future__ import annotations

from casework.domain.facts import Actor, Role
from casework.services import consents, notices
from tests import factories
from tests.factories import World


def kinds(world: World, actor: Actor) -> list[str]:
    world.session.flush()
    return [notice.kind for notice in notices.unseen(world.session, actor)]


def test_an_office_is_told_and_so_is_one_person(world: World) -> None:
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker)
    colleague = world.actor(Role.CASEWORKER, "cso")
    notices.tell(world.session, case, "cso", "reminder", world.now)
    notices.tell_desk(world.session, case, "reply", world.now)
    assert kinds(world, caseworker) == ["reply", "reminder"]
    assert kinds(world, colleague) == ["reminder"]
    assert kinds(world, world.actor(Role.OFFICER, "attache")) == ["referred"]
    assert kinds(world, world.actor(Role.ADMINISTRATOR)) == []


def test_a_case_without_a_caseworker_tells_the_whole_desk(world: World) -> None:
    case = world.file()
    notices.tell_desk(world.session, case, "reply", world.now)
    assert kinds(world, world.actor(Role.CASEWORKER, "cso")) == ["reply"]


def test_who_may_no_longer_know_a_case_is_no_longer_told(world: World) -> None:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    assert kinds(world, officer) == ["referred"]
    consents.withdraw(world.session, case, world.worker(case), world.now, recipient="KH")
    assert kinds(world, officer) == []


def test_a_notice_is_put_away_by_whom_it_concerns(world: World) -> None:
    case = world.file()
    officer, stranger = world.actor(Role.OFFICER, "attache"), world.actor(Role.OFFICER, "embassy")
    (notice,) = notices.unseen(world.session, officer)
    notices.put_away(world.session, stranger, notice.id, world.now)
    notices.put_away(world.session, officer, notice.id + 1, world.now)
    assert notice.seen_at is None
    notices.put_away(world.session, officer, notice.id, world.now)
    assert notice.seen_at == world.now
    assert kinds(world, officer) == []
    assert notice.case is case


def test_the_newest_notices_are_shown_and_no_more_than_a_screen(world: World) -> None:
    case = world.file()
    for number in range(notices.SHOWN + 5):
        factories.notice(world.session, case, "attache", kind=f"kind-{number}")
    shown = kinds(world, world.actor(Role.OFFICER, "attache"))
    assert len(shown) == notices.SHOWN
    assert shown[0] == f"kind-{notices.SHOWN + 4}"
