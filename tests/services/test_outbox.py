"""The outbox: each letter is claimed by one, goes once where it can, and never is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.domain import letters
from casework.domain.facts import Role
from casework.domain.letters import Channel, Trouble
from casework.models import Letter, Staff
from casework.services import dead_letters, outbox
from casework.services.outbox import Parcel
from tests import factories
from tests.factories import World
from tests.threads import together

ALL: Final = tuple(Channel)


def claim(world: World, by: str = "one", **values: Any) -> Parcel | None:
    world.session.flush()
    return outbox.claim(world.session, world.now, by, **{"channels": ALL} | values)


def claimed(world: World, by: str = "one") -> Parcel:
    parcel = claim(world, by)
    assert parcel is not None
    return parcel


def read(world: World, letter: Letter) -> Letter:
    world.session.flush()
    world.session.refresh(letter)
    return letter


def test_the_longest_waiting_letter_comes_first_and_once(world: World) -> None:
    young = factories.letter(world.session, not_before=world.now)
    old = factories.letter(world.session, not_before=world.now - timedelta(hours=1))
    factories.letter(world.session, not_before=world.now + timedelta(seconds=1))
    assert [claimed(world, by).ids for by in ("a", "b")] == [(old.id,), (young.id,)]
    assert claim(world) is None


def test_only_what_can_go_is_claimed(world: World) -> None:
    factories.letter(world.session, channel="email")
    factories.letter(world.session, channel="webhook", office_id="attache")
    assert claim(world, channels=[Channel.SMS]) is None
    assert claim(world, channels=[Channel.WEBHOOK], but={"attache"}) is None
    parcel = claim(world, channels=[Channel.WEBHOOK], but={"embassy"})
    assert parcel is not None
    assert parcel.office_id == "attache"


def test_what_went_is_not_claimed_again(world: World) -> None:
    letter = factories.letter(world.session, last_error="down")
    assert outbox.sent(world.session, world.now, claimed(world))
    read(world, letter)
    assert (letter.state, letter.sent_at, letter.last_error) == ("sent", world.now, "")
    world.after(days=1)
    assert claim(world) is None


def test_a_lease_that_runs_out_is_taken_over_under_the_same_mark(world: World) -> None:
    letter = factories.letter(world.session)
    first = claimed(world, "dies")
    world.after(seconds=outbox.LEASE.total_seconds() - 1)
    assert claim(world) is None
    world.after(seconds=1)
    second = claimed(world, "takes over")
    assert (second.key, second.attempts) == (first.key, 2)
    assert len(first.key) == 32
    assert str(letter.id) not in first.key
    # Whoever was thought dead and comes back settles nothing.
    assert not outbox.failed(world.session, world.now, first, Trouble.DOWN, chance=0)
    assert read(world, letter).leased_by == "takes over"
    assert outbox.sent(world.session, world.now, second)


def test_what_fails_waits_longer_each_time_and_is_dead_in_the_end(world: World) -> None:
    letter = factories.letter(world.session)
    for attempt in range(1, letters.MOST_ATTEMPTS + 1):
        parcel = claimed(world)
        assert parcel.attempts == attempt
        outbox.failed(world.session, world.now, parcel, Trouble.BUSY, chance=0)
        world.now = read(world, letter).not_before
    assert (letter.state, letter.last_error, letter.leased_by) == ("dead", "busy", None)
    assert claim(world) is None


def test_what_can_never_go_is_dead_at_once_and_is_tried_again_when_told_to(world: World) -> None:
    letter, other = factories.letter(world.session), factories.letter(world.session)
    parcel = claimed(world)
    outbox.failed(world.session, world.now, parcel, Trouble.ADDRESS, chance=0, never=True)
    outbox.failed(world.session, world.now, claimed(world), Trouble.DOWN, chance=0, never=True)
    assert [each.id for each in dead_letters.newest(world.session)] == [other.id, letter.id]
    assert dead_letters.retry(world.session, world.now, letter.id) == 1
    assert claimed(world).key == parcel.key
    assert dead_letters.retry(world.session, world.now) == 1
    assert dead_letters.retry(world.session, world.now) == 0


def test_what_may_not_go_at_this_hour_is_no_attempt(world: World) -> None:
    letter = factories.letter(world.session)
    until = world.now + timedelta(hours=3)
    outbox.later(world.session, claimed(world), until)
    read(world, letter)
    assert (letter.state, letter.not_before, letter.attempts) == ("waiting", until, 0)
    assert letter.batch is None
    world.now = until
    outbox.failed(world.session, world.now, claimed(world), Trouble.LATE, chance=0)
    world.after(hours=1)
    outbox.later(world.session, claimed(world), until)
    assert read(world, letter).batch == letter.id


def staff_letters(world: World, number: int, **values: Any) -> list[Letter]:
    staff = factories.staff(world.session, Role.SUPERVISOR, "coordinator")
    given = {"channel": "email", "kind": "escalated", "staff_id": staff.id} | values
    return [factories.letter(world.session, **given) for _ in range(number)]


def test_forty_letters_to_one_person_go_as_one(world: World) -> None:
    theirs, others = staff_letters(world, 40), staff_letters(world, 2)
    assert claimed(world).ids == tuple(each.id for each in theirs)
    parcel = claimed(world, "two")
    assert parcel.ids == tuple(each.id for each in others)
    assert [each.id for each in outbox.of_parcel(world.session, parcel)] == list(parcel.ids)
    outbox.dropped(world.session, parcel, [others[0].id])
    outbox.sent(world.session, world.now, parcel)
    assert [read(world, each).state for each in others] == ["dropped", "sent"]


def test_what_comes_after_a_letter_is_gathered_for_ten_minutes(world: World) -> None:
    (first,) = staff_letters(world, 1)
    parcel = claimed(world)
    more = [factories.letter(world.session, channel="email", staff_id=first.staff_id) for _ in "ab"]
    assert claim(world) is None, "one goes to them at this moment"
    outbox.sent(world.session, world.now, parcel)
    world.after(minutes=9, seconds=59)
    assert claim(world) is None
    world.after(seconds=1)
    assert claimed(world).ids == tuple(each.id for each in more)


def test_what_happened_to_an_account_never_waits(world: World) -> None:
    (first,) = staff_letters(world, 1)
    outbox.sent(world.session, world.now, claimed(world))
    staff = first.staff_id
    assert staff is not None
    notice = factories.account_notice(world.session, staff)
    urgent = factories.letter(
        world.session, channel="email", staff_id=staff, account_notice_id=notice.id
    )
    assert claimed(world).ids == (urgent.id,)


def test_what_goes_again_goes_with_the_same_letters(world: World) -> None:
    first, second = staff_letters(world, 2)
    outbox.failed(world.session, world.now, claimed(world), Trouble.LATE, chance=0)
    late = factories.letter(world.session, channel="email", staff_id=first.staff_id)
    world.after(minutes=2)
    parcels = [claimed(world, by) for by in ("one", "two")]
    assert {parcel.ids for parcel in parcels} == {(first.id, second.id), (late.id,)}
    assert len({parcel.key for parcel in parcels}) == 2


def test_how_long_the_oldest_waits(world: World) -> None:
    assert outbox.oldest_waiting(world.session, world.now) is None
    since = world.now - timedelta(hours=2)
    factories.letter(world.session, not_before=since)
    factories.letter(world.session, not_before=world.now + timedelta(hours=2))
    factories.letter(world.session, not_before=since - timedelta(days=1), state="sent")
    assert outbox.oldest_waiting(world.session, world.now) == since


def test_what_is_over_is_forgotten_after_a_while(world: World) -> None:
    for state in ("sent", "dropped", "dead", "waiting"):
        factories.letter(world.session, state=state)
    later = world.now + timedelta(days=180)
    factories.letter(world.session, not_before=later, made_at=later)
    world.after(days=29)
    assert dead_letters.purge(world.session, world.now) == 0
    world.after(days=1)
    assert dead_letters.purge(world.session, world.now) == 3
    world.after(days=150)
    assert dead_letters.purge(world.session, world.now) == 1
    assert world.session.scalars(select(Letter.state)).all() == ["waiting"]


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_workers_do_not_write_to_one_person_at_a_time(app: Flask, world: World) -> None:
    (letter,) = staff_letters(world, 1)
    world.session.commit()
    held = select(Staff.id).where(Staff.id == letter.staff_id).with_for_update(key_share=True)
    world.session.execute(held)
    with app.app_context(), transaction() as own:
        assert outbox.claim(own, world.now, "two", channels=ALL) is None
    world.session.rollback()
    assert claim(world) is not None


@pytest.mark.parametrize("per_person", [1, 4])
def test_many_workers_share_the_letters(app: Flask, session: Session, per_person: int) -> None:
    factories.small_directory(session)
    world = World(session, factories.BEGINNING)
    for _ in range(6):
        staff_letters(world, per_person)
    session.commit()

    def work(thread: int) -> list[Parcel]:
        found = []
        for turn in range(20):
            with transaction() as own:
                parcel = outbox.claim(own, world.now, f"{thread} {turn}", channels=ALL)
            found += [parcel] if parcel else []
        return found

    parcels = [parcel for each in together(app, 4, work) for parcel in each]
    assert Counter(len(parcel.ids) for parcel in parcels) == {per_person: 6}
    assert len({letter_id for parcel in parcels for letter_id in parcel.ids}) == 6 * per_person
