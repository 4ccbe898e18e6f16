"""Cases worked on together come out as cases worked on one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import db, transaction
from casework.domain.facts import Role
from casework.domain.letters import DEFAULTS, About, How
from casework.domain.routing import Assignment
from casework.models import (
    Case,
    CaseConflict,
    Clock,
    Escalation,
    Event,
    Letter,
    Notice,
    Referral,
)
from casework.services import (
    audit,
    batch,
    casefile,
    letter_wishes,
    messages,
    outcome,
    referrals,
    sweep,
)
from casework.services.letter_wishes import Wish
from casework.services.outcome import Outcome
from tests.factories import (
    World,
    agrees,
    case_conflict,
    case_party,
    opened_ways,
    person,
    staff,
)

DONE = Outcome("settled", "full", "Paid.")
TABLES = (Escalation, Referral, Clock, CaseConflict, Notice, Event)


def plain(world: World) -> Case:
    return world.file(decisions=agrees("KH", "TH"))


def nobody_may_have_it(world: World) -> Case:
    return world.file(decisions=())


def at_the_top(world: World) -> Case:
    case = world.file(decisions=())
    for _ in range(5):
        world.after(days=30)
        world.sweep()
    return case


def reminded(world: World) -> Case:
    case = plain(world)
    clock = world.running(case)["attache", "acknowledge"]
    assert clock.next_at is not None
    world.now = clock.next_at
    world.sweep()
    return case


def outcome_proposed(world: World) -> Case:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    outcome.propose(world.session, case, officer, world.now, outcome=DONE)
    return case


def waiting(world: World) -> Case:
    case = world.file()
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "How much?", ask=True)
    return case


def with_a_second_office(world: World) -> Case:
    case = plain(world)
    lead, desk = world.actor(Role.OFFICER, "attache"), world.actor(Role.CASEWORKER, "cso")
    referrals.accept(world.session, case, lead, world.now)
    to = Assignment("authority", referrals.BY_HAND)
    referrals.offer(world.session, case, desk, world.now, assignment=to)
    return case


def with_conflicts(world: World) -> Case:
    """One that rules derive, one that has just lost its reason, one that triage has ended."""
    case = plain(world)
    case_party(world.session, case, office_id="ministry")
    case_conflict(world.session, case, office_id="ombudsman")
    case_conflict(world.session, case, office_id="foreign", presumed=True)
    case.triaged_at = world.now
    return case


def with_a_conflict_at_its_office(world: World) -> Case:
    case = plain(world)
    case_party(world.session, case, office_id="embassy")
    return case


def with_a_duplicate(world: World) -> Case:
    case, other = plain(world), world.file()
    world.session.flush()
    other.merged_into_id = case.id
    for clock in world.running(other).values():
        clock.next_at = None
    return case


def told(session: Session, case: Case) -> list[Any]:
    """Return all that a sweep may have written about a case, without ids and times of making."""
    session.expire_all()
    found: list[Any] = [
        (case.status, case.level, case.version, case.desk_office_id, case.next_due_at),
        (case.next_due_kind, case.waits_for, case.moved_at, case.closed_at, case.close_reason),
    ]
    for table in TABLES:
        left_out = {"id", "case_id", "referral_id", "staff_id", "seq", "mac", "sender_staff_id"}
        columns = table.__table__.columns.keys()
        names = [name for name in columns if name not in left_out]
        rows = session.scalars(select(table).where(table.case_id == case.id).order_by(table.id))
        found.append((table.__name__, [[getattr(row, name) for name in names] for row in rows]))
    duplicates = select(Case.desk_office_id).where(Case.merged_into_id == case.id)
    return [*found, list(session.scalars(duplicates))]


@pytest.mark.parametrize(
    "make",
    [
        plain,
        nobody_may_have_it,
        at_the_top,
        reminded,
        outcome_proposed,
        waiting,
        with_a_second_office,
        with_conflicts,
        with_a_conflict_at_its_office,
        with_a_duplicate,
    ],
)
@pytest.mark.parametrize("days", [9, 60])
def test_together_is_as_one_by_one(world: World, make: Callable[[World], Case], days: int) -> None:
    session, begin = world.session, world.now
    alone = make(world)
    world.now = begin
    in_batch = make(world)
    world.after(days=days)
    session.flush()
    one_by_one = sweep.act_on(session, alone.id, world.now)
    together = sweep.act_on_some(session, world.now, 10)
    assert together == ({in_batch.id: one_by_one} if one_by_one else {})
    assert told(session, in_batch) == told(session, alone)
    assert sweep.act_on_some(session, world.now, 10) == {}
    session.commit()
    assert audit.verify(session).finding is None


def test_letters_together_are_those_of_one_by_one(world: World) -> None:
    session, begin = world.session, world.now
    opened_ways(session, "email")
    reader, other = (staff(session, Role.CASEWORKER, "coordinator") for _ in range(2))
    quiet = Wish({**DEFAULTS, About.ESCALATION: How.NEVER}, (time(0), time(23)))
    letter_wishes.choose(session, world.now, other, quiet)
    alone = nobody_may_have_it(world)
    world.now = begin
    in_batch = nobody_may_have_it(world)
    world.after(days=9)
    session.flush()
    sweep.act_on(session, alone.id, world.now)
    sweep.act_on_some(session, world.now, 10)

    def letters(case: Case) -> list[Any]:
        names = "kind", "staff_id", "language", "not_before", "made_at", "state"
        query = select(*(getattr(Letter, name) for name in names), Notice.kind).join(Letter.notice)
        return list(session.execute(query.where(Letter.case_id == case.id).order_by(Letter.id)))

    assert letters(in_batch) == letters(alone)
    escalated = [row.staff_id for row in letters(in_batch) if row[0] == "escalated"]
    assert escalated == [reader.id]


def test_as_many_as_asked_and_none_of_those_left_out(world: World) -> None:
    cases = [plain(world) for _ in range(4)]
    world.after(days=4)
    world.session.flush()
    first = sweep.act_on_some(world.session, world.now, 2, {cases[0].id})
    assert list(first) == [cases[1].id, cases[2].id]
    assert list(sweep.act_on_some(world.session, world.now, 9)) == [cases[0].id, cases[3].id]


def test_one_that_fails_undoes_its_batch(app: Flask, world: World) -> None:
    cases = [plain(world) for _ in range(3)]
    # Its next step would be one that it has taken.
    broken = Escalation(case_id=cases[1].id, level=1, at=world.now, cause="pushed")
    broken.to_office_id = "ministry"
    world.session.add(broken)
    world.session.commit()
    world.after(days=4)
    with app.app_context():
        with pytest.raises(Exception, match=r"(?i)unique"), transaction() as session:
            sweep.act_on_some(session, world.now, 10)
        assert batch.rows(db.session(), cases[0], Clock) is None
    world.session.expire_all()
    assert [case.level for case in cases] == [0, 0, 0]


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_somebody_else_holds_is_left_to_them(app: Flask, world: World) -> None:
    cases = [plain(world) for _ in range(3)]
    world.session.commit()
    world.after(days=4)
    casefile.lock(world.session, cases[0].id)
    with app.app_context(), transaction() as session:
        done = sweep.act_on_some(session, world.now, 2)
        assert done == {cases[0].id: [], cases[1].id: ["climbed"]}
        assert sweep._claim(world.session, world.now, 2, ()) == [cases[2].id]


def test_a_case_of_no_batch_is_asked_of_the_database(world: World) -> None:
    case = plain(world)
    assert batch.rows(world.session, case, Clock) is None
    moment = world.now + timedelta(days=1)
    assert batch.once(world.session, case, "moment", lambda: moment) == moment


def test_whose_silence_is_acted_on_can_be_read(world: World) -> None:
    case = outcome_proposed(world)
    other = plain(world)
    person(world.session, case, name="Sokha", telephone="012 345 678")
    world.session.flush()
    with batch.opened(world.session, [case.id, other.id]) as held:
        assert held == [case.id, other.id]
        *_, found = batch.case(world.session, case.id).people
        assert (found.name, found.telephone) == ("Sokha", "012 345 678")
        with pytest.raises(AttributeError):
            batch.case(world.session, other.id).people  # noqa: B018 - reading is what fails.
