from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.orm import Session

from casework.db import db, transaction
from casework.models import Attempt
from casework.services import attempts, throttles
from casework.services.attempts import NOTHING, Budget
from casework.services.throttles import Allowed, Deed, Pace, Trier
from tests import factories
from tests.threads import together

THREE: Final = Budget("three", free=3, every=timedelta(seconds=10))
FREE: Final = Pace()
SLOWLY: Final = Pace(slowly=True)
HERE, THERE = "192.0.2.1", "198.51.100.7"


def fail(session: Session, now: datetime, times: int, subject: str = "somebody") -> None:
    for _ in range(times):
        attempts.fail(session, now, THREE, subject)


def wait(session: Session, now: datetime, subject: str = "somebody") -> float:
    return attempts.wait(session, now, THREE, subject).total_seconds()


@pytest.mark.parametrize(("times", "seconds"), [(0, 0), (1, 0), (2, 0), (3, 10), (4, 20)])
def test_some_failures_are_free(
    session: Session, now: datetime, times: int, seconds: float
) -> None:
    fail(session, now, times)
    assert wait(session, now) == seconds
    assert wait(session, now, "somebody else") == 0


@pytest.mark.parametrize(("after", "seconds"), [(9.999, 0.001), (10, 0), (10.001, 0)])
def test_a_budget_grows_back(session: Session, now: datetime, after: float, seconds: float) -> None:
    fail(session, now, 3)
    assert wait(session, now + timedelta(seconds=after)) == pytest.approx(seconds)
    later = now + timedelta(seconds=10)
    fail(session, later, 1)
    assert wait(session, later) == 10


def test_after_a_while_nothing_is_held_against_anybody(session: Session, now: datetime) -> None:
    fail(session, now, 3)
    assert attempts.failed_before(session, now + timedelta(seconds=29), THREE, "somebody")
    later = now + timedelta(seconds=30)
    assert not attempts.failed_before(session, later, THREE, "somebody")
    fail(session, later, 2)
    assert wait(session, later) == 0


def test_success_forgives(session: Session, now: datetime) -> None:
    fail(session, now, 9)
    fail(session, now, 9, "somebody else")
    attempts.forgive(session, THREE, "somebody")
    assert wait(session, now) == 0
    assert wait(session, now, "somebody else") > 0


def test_budgets_do_not_mix(session: Session, now: datetime) -> None:
    fail(session, now, 9)
    other = Budget("other", THREE.free, THREE.every)
    assert attempts.wait(session, now, other, "somebody") == NOTHING


def test_what_is_over_is_deleted(session: Session, now: datetime) -> None:
    fail(session, now, 1)
    fail(session, now, 2, "somebody else")
    assert attempts.purge(session, now + timedelta(seconds=10)) == 1
    assert attempts.purge(session, now + timedelta(seconds=20)) == 1
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_nobody_can_be_read_in_the_table(session: Session, now: datetime) -> None:
    trier = Trier("malee@desk.example", throttles.network(now, HERE))
    throttles.password_failed(session, now, trier)
    keys = session.scalars(select(Attempt.key)).all()
    assert len(keys) == 3
    assert all(len(key) == 16 for key in keys)
    for secret in (b"malee", HERE.encode(), trier.network.encode()):
        assert not any(secret in key for key in keys)


def test_eight_that_fail_at_once_are_all_counted(app: Flask, engine: Engine) -> None:
    """The first failures of a subject meet while its row is not there yet."""
    now = factories.BEGINNING

    def fails(_thread: int) -> None:
        with transaction() as session:
            attempts.fail(session, now, THREE, "somebody")

    together(app, 8, fails)
    with app.app_context():
        assert wait(db.session(), now) == (8 - 2) * 10


def test_a_row_that_another_process_was_first_to_make_is_counted_on(
    engine: Engine, session: Session, now: datetime
) -> None:
    key, due = attempts._key(THREE, "somebody"), int(now.timestamp() * 1000) + 10_000

    @event.listens_for(engine, "savepoint", once=True)
    def another(connection: Connection, _name: str) -> None:
        connection.execute(insert(Attempt).values(key=key, due=due))

    fail(session, now, 1)
    assert wait(session, now) == 0
    fail(session, now, 1)
    assert wait(session, now) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (HERE, HERE, True),
        (HERE, "192.0.2.2", False),
        (HERE, f"::ffff:{HERE}", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        (None, "nonsense", True),
        (None, HERE, False),
    ],
)
def test_a_network_is_an_address_or_a_customers_part_of_it(
    app: Flask,
    now: datetime,
    one: str | None,
    other: str,
    same: bool,  # noqa: FBT001
) -> None:
    assert (throttles.network(now, one) == throttles.network(now, other)) is same


def test_the_name_of_a_network_says_nothing_and_is_new_every_day(app: Flask) -> None:
    late = datetime.fromisoformat("2026-11-23T23:59:59+00:00")
    name = throttles.network(late, HERE)
    assert HERE not in name
    assert name == throttles.network(late - timedelta(hours=23), HERE)
    assert name != throttles.network(late + timedelta(seconds=1), HERE)


def trier(now: datetime, email: str = "malee@desk.example", address: str = HERE) -> Trier:
    return Trier(email, throttles.network(now, address))


def test_the_sixth_wrong_password_waits_a_minute(session: Session, now: datetime) -> None:
    for _ in range(5):
        assert throttles.password(session, now, trier(now)) == FREE
        throttles.password_failed(session, now, trier(now))
    assert throttles.password(session, now, trier(now)) == Pace(wait=timedelta(minutes=1))
    later = now + timedelta(minutes=1)
    assert throttles.password(session, later, trier(now)) == FREE
    assert throttles.password_was_wrong(session, later, trier(now))
    throttles.password_right(session, trier(now))
    assert not throttles.password_was_wrong(session, later, trier(now))


def test_whoever_hammers_an_account_does_not_lock_its_owner_out(
    session: Session, now: datetime
) -> None:
    """A thousand wrong passwords from a hundred networks; the owner has not failed."""
    for number in range(1000):
        enemy = trier(now, address=f"203.0.113.{number % 100}")
        throttles.password_failed(session, now, enemy)
    assert throttles.password(session, now, trier(now)) == SLOWLY
    # One slip of the owner's own, and the crowd counts for this network as well.
    throttles.password_failed(session, now, trier(now))
    assert throttles.password(session, now, trier(now)).wait > NOTHING


def test_whoever_hammers_from_a_network_does_not_lock_others_there_out(
    session: Session, now: datetime
) -> None:
    for number in range(100):
        throttles.password_failed(session, now, trier(now, f"{number}@desk.example"))
    assert throttles.password(session, now, trier(now)) == SLOWLY
    assert throttles.password(session, now, trier(now, "7@desk.example")).wait > NOTHING
    assert throttles.password(session, now, trier(now, address=THERE)) == FREE


def test_tracking_codes_are_slowed_and_never_refused(session: Session, now: datetime) -> None:
    here, there = throttles.network(now, HERE), throttles.network(now, THERE)
    for _ in range(throttles.CODES_FROM.free):
        assert throttles.tracking_code(session, now, here) == FREE
        throttles.tracking_code_failed(session, now, here)
    assert throttles.tracking_code(session, now, here) == SLOWLY
    assert throttles.tracking_code(session, now, there) == FREE


def test_when_all_the_world_tries_codes_only_those_who_failed_are_slowed(
    session: Session, now: datetime
) -> None:
    here, there = throttles.network(now, HERE), throttles.network(now, THERE)
    throttles.tracking_code_failed(session, now, here)
    for number in range(throttles.CODES.free):
        enemy = throttles.network(now, f"2001:db8:{number:x}::1")
        throttles.tracking_code_failed(session, now, enemy)
    assert throttles.tracking_code(session, now, here) == SLOWLY
    assert throttles.tracking_code(session, now, there) == FREE


def test_a_second_factor_is_tried_five_times_and_then_every_five_minutes(
    session: Session, now: datetime
) -> None:
    used_up = [throttles.factor_failed(session, now, 7) for _ in range(6)]
    assert used_up == [False, False, False, False, True, False]
    assert throttles.factor(session, now, 7) == timedelta(minutes=10)
    assert throttles.factor(session, now, 8) == NOTHING
    throttles.factor_right(session, 7)
    assert throttles.factor(session, now, 7) == NOTHING


def test_more_of_a_deed_than_an_hour_allows_is_slowed_where_it_comes_from_and_everywhere(
    session: Session, now: datetime
) -> None:
    def slowed(network: str, moment: datetime = now) -> bool:
        allowed = Allowed(of_network=2, of_all=4)
        return throttles.count(session, moment, Deed.FILING, network, allowed).slowly

    assert [slowed("one") for _ in range(3)] == [False, False, True]
    assert [slowed("two"), slowed("three")] == [False, True]
    assert not throttles.count(session, now, Deed.FILE, "one", Allowed(2, 4)).slowly
    assert not slowed("four", now + timedelta(hours=2))
