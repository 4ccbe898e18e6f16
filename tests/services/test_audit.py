"""The walk along the history: whole, or broken at a line that is named."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from casework import crypto
from casework.db import transaction
from casework.domain.facts import SYSTEM
from casework.models import ChainHead, Event
from casework.services import anchors, audit, history
from casework.services.anchors import Anchor, Kept
from casework.services.audit import Fault, Finding, Verdict
from tests import tampering
from tests.conftest import BEGINNING
from tests.tampering import tampered
from tests.threads import together

LINES = 12


@pytest.fixture
def written(session: Session) -> list[Event]:
    """Some lines of history, written in transactions of two."""
    made = []
    for number in range(LINES):
        data = {"number": number, "days": {6: [1, 2], 10: (3,)}, "name": "ក"}
        made.append(history.record(session, None, SYSTEM, BEGINNING, "counted", **data))
        if number % 2:
            session.commit()
    return made


def found(session: Session, kept: Kept | None = None) -> Verdict:
    session.rollback()
    verdict = audit.verify(session, kept)
    session.rollback()
    return verdict


def head(session: Session) -> Anchor:
    row = session.get_one(ChainHead, 1, populate_existing=True)
    session.rollback()
    return Anchor("2026-11-23T09:00:00+00:00", row.seq, row.mac)


def test_an_empty_history_is_whole(session: Session) -> None:
    assert found(session) == Verdict(0, 0)
    assert found(session, Kept([head(session)])) == Verdict(0, 1)


def test_a_history_as_it_was_written_is_whole(session: Session, written: list[Event]) -> None:
    assert [event.seq for event in written] == list(range(1, LINES + 1))
    assert found(session, Kept([head(session)])) == Verdict(LINES, 1)


def test_it_is_read_some_lines_at_a_time(
    session: Session, written: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "AT_ONCE", 5)
    told: list[tuple[int, int]] = []
    verdict = audit.verify(session, tell=lambda done, of: told.append((done, of)))
    assert (verdict, told) == (Verdict(LINES, 0), [(5, LINES), (10, LINES)])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "other"),
        ("data", {"number": 4.0}),
        ("case_id", 7),
        ("at", BEGINNING.replace(microsecond=1)),
        ("mac", b"x" * 32),
        ("mac", None),
    ],
)
def test_a_changed_line_is_named(
    session: Session, engine: Engine, written: list[Event], column: str, value: Any
) -> None:
    with tampered(engine) as connection:
        connection.execute(update(Event).where(Event.seq == 5).values({column: value}))
    changed = session.get_one(Event, written[4].id)
    assert found(session) == Verdict(4, 0, Finding(Fault.CHANGED, 5, changed.id))


def test_a_missing_line_is_named(session: Session, engine: Engine, written: list[Event]) -> None:
    with tampered(engine) as connection:
        connection.execute(delete(Event).where(Event.seq == 5))
    assert found(session) == Verdict(4, 0, Finding(Fault.MISSING, 5))


def test_lines_that_changed_places_are_named(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    fifth, eighth = written[4], written[7]
    macs = fifth.mac, eighth.mac
    session.rollback()
    with tampered(engine) as connection:
        for row, seq in ((fifth, 99), (eighth, 5), (fifth, 8)):
            connection.execute(update(Event).where(Event.id == row.id).values(seq=seq))
    assert found(session) == Verdict(4, 0, Finding(Fault.REORDERED, 5, fifth.id))
    with tampered(engine) as connection:
        for row, mac in ((eighth, macs[0]), (fifth, macs[1])):
            connection.execute(update(Event).where(Event.id == row.id).values(mac=mac))
    assert found(session) == Verdict(4, 0, Finding(Fault.REORDERED, 5, fifth.id))


def test_a_line_that_was_moved_away_is_named(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    with tampered(engine) as connection:
        connection.execute(update(Event).where(Event.seq == 5).values(seq=99))
    assert found(session) == Verdict(4, 0, Finding(Fault.REORDERED, 5, written[4].id))


@pytest.mark.parametrize("seq", [0, -3])
def test_a_line_before_the_first_is_named(
    session: Session, engine: Engine, written: list[Event], seq: int
) -> None:
    with tampered(engine) as connection:
        connection.execute(update(Event).where(Event.seq == 5).values(seq=seq))
    assert found(session) == Verdict(0, 0, Finding(Fault.ADDED, 1, written[4].id))


def test_a_line_outside_the_chain_is_named(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    with tampered(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO event (id, at, actor_kind, action, data) "
                "VALUES (7, '2026-11-23 09:00:00+00', 'system', 'counted', '{}')"
            )
        )
    assert found(session) == Verdict(LINES, 0, Finding(Fault.ADDED, LINES + 1, 7))


def test_a_cut_tail_is_seen_by_the_head(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    with tampered(engine) as connection:
        connection.execute(delete(Event).where(Event.seq > 8))
    assert found(session) == Verdict(8, 0, Finding(Fault.CUT, 9))


def test_a_head_that_is_moved_back_without_the_keys_is_wrong(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    mac = written[7].mac
    session.rollback()
    with tampered(engine) as connection:
        connection.execute(delete(Event).where(Event.seq > 8))
        connection.execute(update(ChainHead).values(seq=8, mac=mac))
    assert found(session) == Verdict(8, 0, Finding(Fault.HEAD, 8))


def test_an_older_head_with_its_seal_is_seen_by_the_lines_and_by_an_anchor(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    anchor, mac = head(session), session.get_one(Event, written[7].id).mac
    assert mac is not None
    older = {"seq": 8, "mac": mac, "seal": crypto.head_seal(8, mac)}
    session.rollback()
    with tampered(engine) as connection:
        connection.execute(update(ChainHead).values(older))
    assert found(session) == Verdict(LINES, 0, Finding(Fault.HEAD, LINES))
    with tampered(engine) as connection:
        connection.execute(delete(Event).where(Event.seq > 8))
    assert found(session) == Verdict(8, 0)
    assert found(session, Kept([anchor])) == Verdict(8, 1, Finding(Fault.CUT, 9))


def test_a_head_that_is_gone_is_wrong_and_nothing_can_be_added(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    with engine.begin() as connection:
        connection.execute(delete(ChainHead))
    assert found(session) == Verdict(LINES, 0, Finding(Fault.HEAD, LINES))
    history.record(session, None, SYSTEM, BEGINNING, "counted")
    with pytest.raises(Exception, match="audit verify"):
        session.commit()


def test_whoever_has_the_keys_is_seen_by_an_anchor_elsewhere(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    forged = Anchor("2026-11-23T09:00:00+00:00", 7, b"y" * 32)
    verdict = found(session, Kept([head(session), forged]))
    assert verdict == Verdict(6, 2, Finding(Fault.REWRITTEN, 7, written[6].id))


def test_a_line_of_the_file_that_is_not_ours_is_named(
    session: Session, written: list[Event]
) -> None:
    assert found(session, Kept([], [3, 4])).finding == Finding(Fault.ANCHOR, 3)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "soon"), ("data", "{"), ("mac", "text"), ("action", b"bytes"), ("seq", "many")],
)
def test_values_that_nobody_could_write_are_a_broken_line(
    session: Session, engine: Engine, written: list[Event], column: str, value: Any
) -> None:
    with tampered(engine) as connection:
        statement = f"UPDATE event SET {column} = ? WHERE seq = 5"  # noqa: S608 - our own column.
        connection.exec_driver_sql(statement, (value,))
    finding = found(session).finding
    assert finding is not None
    assert (finding.fault, finding.seq) == (
        Fault.REORDERED if column == "seq" else Fault.CHANGED,
        5,
    )


def test_eight_writers_at_once_make_one_chain(app: Flask, session: Session) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with transaction() as own:
                for line in range(1 + (number + turn) % 3):
                    history.record(own, None, SYSTEM, BEGINNING, "counted", line=line)

    together(app, 8, write)
    total = sum(1 + (number + turn) % 3 for number in range(8) for turn in range(10))
    assert found(session, Kept([head(session)])) == Verdict(total, 1)


def test_some_random_tampering_is_found(
    session: Session, engine: Engine, written: list[Event]
) -> None:
    anchor = head(session)
    assert anchors.leads_through(session, anchor)
    random = Random(3)  # noqa: S311 - repeatable, not secret.
    for way in tampering.WAYS:
        with tampered(engine, kept=False) as connection:
            done = way(connection, random)
            with Session(connection) as own:
                finding = audit.verify(own, Kept([anchor])).finding
        assert finding is not None, (way.__name__, done)
