"""The chain of the history: given at commit, never changed, whatever a transaction does before."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework import models
from casework.models import ChainHead, Event
from tests import factories

BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


def numbers(session: Session) -> list[int | None]:
    return list(session.scalars(select(Event.seq).order_by(Event.id)))


@BOTH
def test_a_line_is_seen_before_it_has_its_place(session: Session) -> None:
    line = factories.event(session)
    assert numbers(session) == [None]
    session.commit()
    assert (numbers(session), len(line.mac or b"")) == ([1], 32)
    head = session.get_one(ChainHead, 1)
    assert (head.seq, head.mac) == (1, line.mac)


@BOTH
def test_what_is_taken_back_has_no_place(session: Session) -> None:
    factories.event(session)
    session.rollback()
    factories.event(session)
    savepoint = session.begin_nested()
    factories.event(session)
    savepoint.rollback()
    with session.begin_nested():
        factories.event(session)
    assert numbers(session) == [None, None]
    session.commit()
    assert numbers(session) == [1, 2]


@BOTH
def test_a_transaction_without_history_leaves_the_head_alone(session: Session) -> None:
    factories.setting(session, "some", 1)
    session.commit()
    assert session.get_one(ChainHead, 1).seq == 0


@BOTH
def test_history_of_a_case_that_is_destroyed_stays(session: Session) -> None:
    factories.small_directory(session)
    case = factories.case(session)
    line = factories.event(session, case)
    session.commit()
    session.delete(case)
    session.commit()
    session.refresh(line)
    assert line.case_id is not None
    assert session.get(models.Case, line.case_id) is None


CHANGES: list[str] = [
    "UPDATE event SET action = 'other'",
    "UPDATE event SET data = '{\"x\": 1}'",
    "UPDATE event SET case_id = NULL",
    "UPDATE event SET seq = 7",
    "UPDATE event SET mac = NULL",
    "UPDATE event SET seq = NULL, mac = NULL",
    "UPDATE event SET id = id + 1",
    "DELETE FROM event",
]


@BOTH
@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_a_line(
    session: Session, statement: str, database: str
) -> None:
    factories.event(session, case_id=5)
    session.commit()
    _refused(session, statement)


@BOTH
def test_a_line_without_a_place_can_only_get_one(session: Session) -> None:
    factories.event(session)
    _refused(session, "UPDATE event SET seq = 1, mac = 'x', action = 'other'")
    factories.event(session)
    _refused(session, "UPDATE event SET seq = 1")


@BOTH
def test_lines_cannot_be_replaced_or_emptied(session: Session, database: str) -> None:
    factories.event(session)
    session.commit()
    if database == "sqlite":
        _refused(session, "REPLACE INTO event SELECT * FROM event")
        columns = "id, at, actor_kind, action, data, seq"
        values = "99, '2026-11-23 09:00:00', 'system', 'filed', '{}', 1"
        statement = f"REPLACE INTO event ({columns}) VALUES ({values})"  # noqa: S608 - our own.
        _refused(session, statement)
    else:
        _refused(session, "TRUNCATE event CASCADE")
    assert session.scalar(select(func.count(Event.id))) == 1


def _refused(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the history is never changed"):
        session.execute(text(statement))
    session.rollback()
