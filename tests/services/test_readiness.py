from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from casework.domain.letters import Channel
from casework.models import Setting
from casework.services import keys, outbox, readiness
from tests import factories
from tests.factories import BEGINNING, World


def test_a_worker_has_to_have_turned_lately(session: Session) -> None:
    assert not readiness.worker_turns(session, BEGINNING)
    factories.worker_turn(session)
    limit = BEGINNING + readiness.WORKER_WITHIN
    assert readiness.worker_turns(session, limit)
    assert not readiness.worker_turns(session, limit + timedelta(seconds=1))


def test_a_notice_must_not_wait_long(session: Session) -> None:
    assert readiness.notices_leave(session, BEGINNING)
    outbox.put(session, BEGINNING, Channel.EMAIL, "one", kind="reminder", language="en")
    session.flush()
    limit = BEGINNING + readiness.DELIVERED_WITHIN
    assert readiness.notices_leave(session, limit)
    assert not readiness.notices_leave(session, limit + timedelta(seconds=1))
    assert readiness.figures(session, limit)["oldest_undelivered_seconds"] == 3600


def test_the_keys_have_to_be_those_of_the_data(session: Session) -> None:
    keys.keep_marks(session)
    session.flush()
    assert readiness.keys_belong(session, BEGINNING)
    session.get_one(Setting, "keyset").value = "another"
    session.flush()
    assert not readiness.keys_belong(session, BEGINNING)


def test_figures_of_nothing(session: Session) -> None:
    assert readiness.figures(session, BEGINNING) == {
        "open_cases": 0,
        "due_clocks": 0,
        "overdue_clocks": 0,
        "history_lines": 0,
        "oldest_undelivered_seconds": 0,
    }


def test_figures_of_cases_that_nobody_looked_at(world: World) -> None:
    world.file()
    world.file()
    world.session.commit()
    factories.worker_turn(world.session)
    world.after(days=9)
    found = readiness.figures(world.session, world.now)
    assert found["open_cases"] == 2
    assert found["due_clocks"] >= 2
    assert found["overdue_clocks"] == 2
    assert found["history_lines"] > 4
    assert found["worker_turned_seconds_ago"] == 9 * 24 * 3600
