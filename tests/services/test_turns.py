"""Turns of several workers: shared tasks by all of them, others by one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.models import WorkerTurn
from casework.services import turns
from tests.threads import together

MINUTE = timedelta(minutes=1)


def begin(session: Session, now: datetime, worker: str, *, shared: bool = False) -> bool:
    return turns.begin(session, now, task="purge", worker=worker, shared=shared)


def end(session: Session, now: datetime, worker: str) -> None:
    turns.end(session, now, task="purge", worker=worker, outcome=turns.DONE)


def test_a_shared_task_is_everybodys(session: Session, now: datetime) -> None:
    assert begin(session, now, "one", shared=True)
    assert begin(session, now, "two", shared=True)
    end(session, now + MINUTE, "two")
    rows = session.scalars(select(WorkerTurn).order_by(WorkerTurn.place)).all()
    assert [(row.place, row.ended_at, row.outcome) for row in rows] == [
        ("one", None, ""),
        ("two", now + MINUTE, "done"),
    ]
    assert begin(session, now + MINUTE, "two", shared=True)
    session.expire_all()
    assert [row.ended_at for row in rows] == [None, None]


def test_any_other_is_done_by_one_at_a_time(session: Session, now: datetime) -> None:
    assert begin(session, now, "one")
    assert not begin(session, now + MINUTE, "two")
    end(session, now + 2 * MINUTE, "one")
    assert begin(session, now + 3 * MINUTE, "two")
    (row,) = session.scalars(select(WorkerTurn)).all()
    assert (row.worker, row.place, row.begun_at) == ("two", "", now + 3 * MINUTE)


def test_one_turn_is_done_once_by_workers_with_clocks_of_their_own(
    session: Session, now: datetime
) -> None:
    assert begin(session, now, "one")
    end(session, now, "one")
    assert not begin(session, now + turns.APART - timedelta(seconds=1), "two")
    assert begin(session, now + turns.APART, "two")


def test_a_clock_that_is_set_back_keeps_nothing_waiting(session: Session, now: datetime) -> None:
    assert begin(session, now, "one")
    end(session, now, "one")
    assert begin(session, now - timedelta(days=1), "two")


def test_what_a_dead_worker_began_is_begun_again(session: Session, now: datetime) -> None:
    assert begin(session, now, "dead")
    assert not begin(session, now + turns.LOST_AFTER - timedelta(seconds=1), "two")
    assert begin(session, now + turns.LOST_AFTER, "two")
    # It was not dead after all: what it says now is not about the turn of the other.
    end(session, now + turns.LOST_AFTER, "dead")
    assert session.scalars(select(WorkerTurn.ended_at)).all() == [None]


def test_the_last_turn_is_the_heartbeat(session: Session, now: datetime) -> None:
    assert turns.last(session) is None
    begin(session, now, "one", shared=True)
    assert turns.last(session) is None
    end(session, now + MINUTE, "one")
    assert turns.last(session) == now + MINUTE


def test_workers_that_run_no_more_are_forgotten(session: Session, now: datetime) -> None:
    begin(session, now, "gone", shared=True)
    later = now + turns.FORGOTTEN_AFTER + MINUTE
    begin(session, later, "one", shared=True)
    end(session, later, "one")
    assert session.scalars(select(WorkerTurn.worker)).all() == ["one"]


@pytest.mark.parametrize("known", [False, True])
def test_of_many_at_one_moment_one_begins(
    app: Flask, session: Session, now: datetime, *, known: bool
) -> None:
    if known:
        begin(session, now - timedelta(hours=1), "zero")
        end(session, now - timedelta(hours=1), "zero")
        session.commit()

    def work(thread: int) -> bool:
        with transaction() as own:
            return begin(own, now, f"worker {thread}")

    assert sum(together(app, 6, work)) == 1
