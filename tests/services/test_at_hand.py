"""What was read of a case is read once, and forgotten as soon as anything is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import DetachedInstanceError

from casework.domain.consent import Item
from casework.domain.facts import Role
from casework.models import (
    Case,
    CaseCategory,
    CaseParty,
    Clock,
    Event,
    Message,
    Note,
    Packet,
    Party,
    Person,
    Referral,
    Task,
)
from casework.services import at_hand, clocks, facts, history, messages, notebook, packets, sight
from casework.services.facts import case_facts
from tests import factories
from tests.factories import World

EVERYTHING = (Clock, Event, Message, Note, Task, Packet, Person, Party)


@pytest.fixture
def world(session: Session) -> World:
    factories.small_directory(session)
    return World(session, factories.BEGINNING)


@pytest.fixture
def case(world: World) -> Case:
    case = world.file(name="Sokha", categories={"wages": ["unpaid"], "documents": []})
    factories.message(world.session, case, "When?")
    factories.message(world.session, case, "Soon.", office_id="attache", from_complainant=False)
    factories.note(world.session, case, "She called.", office_id="cso")
    factories.task(world.session, case, "Call", office_id="cso")
    factories.packet(world.session, case.referrals[0])
    party = factories.party(world.session, "Ocean Agency")
    factories.case_party(world.session, case, party_id=party.id)
    world.session.commit()
    return case


def asked(session: Session, work: Callable[[], object]) -> int:
    """Return how often the database is asked for it."""
    said: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", keep)
    work()
    event.remove(engine, "before_cursor_execute", keep)
    return len(said)


def test_all_that_hangs_on_a_case_is_read_at_once(world: World, case: Case) -> None:
    session = world.session
    reader = world.actor(Role.CASEWORKER, "cso")
    officer = world.actor(Role.OFFICER, "attache")
    coordinator = world.actor(Role.COORDINATOR, "coordinator")

    def everything() -> list[object]:
        return [
            case_facts(session, case),
            [row.id for row in history.of_case(session, case)],
            [row.id for row in clocks.of_case(session, case)],
            [
                row.body
                for who in (reader, officer)
                for row in messages.readable(session, case, who)
            ],
            [
                row.body
                for who in (reader, coordinator)
                for row in notebook.notes(session, case, who)
            ],
            [row.title for row in notebook.tasks(session, case, reader)],
            [row.id for row in packets.of_case(session, case)],
            [person.name for person in case.people],
            case.codes,
        ]

    session.commit()
    one_by_one = everything()
    assert case.id
    at_hand.read(session, case)
    assert asked(session, lambda: at_hand.more(session, case, EVERYTHING)) == 1
    found: list[object] = []
    assert asked(session, lambda: found.extend(everything())) == 0
    assert found == one_by_one
    assert case_facts(session, case) is case_facts(session, case)
    party = at_hand.rows(session, case, Party)
    assert party is not None
    assert [row.name for row in party] == ["Ocean Agency"]
    assert asked(session, lambda: at_hand.more(session, case, EVERYTHING)) == 0


def test_what_an_office_sees_is_read_at_once(world: World, case: Case) -> None:
    items, session = frozenset(Item), world.session
    one_by_one = sight.sight(session, case, items)
    assert [each.name for each in one_by_one.parties or ()] == ["Ocean Agency"]
    session.commit()
    at_hand.read(session, case)
    at_hand.more(session, case, sight.tables(items))
    assert sight.sight(session, case, items) == one_by_one


def test_of_another_case_nothing_is_at_hand(world: World, case: Case) -> None:
    other = world.file()
    world.session.commit()
    at_hand.read(world.session, case)
    assert at_hand.rows(world.session, other, Referral) is None
    at_hand.more(world.session, other, (Clock,))
    assert at_hand.rows(world.session, other, Clock) is None
    assert case_facts(world.session, other).id == other.id


@pytest.mark.parametrize(
    "write",
    [
        lambda session, case: factories.case_party(session, case, office_id="embassy"),
        lambda session, case: session.add(CaseParty(case=case, role="x", office_id="embassy")),
        lambda session, _case: session.execute(update(CaseParty).values(office_id="embassy")),
        lambda session, _case: session.execute(delete(CaseParty)),
        lambda session, _case: session.commit(),
        lambda session, _case: session.rollback(),
    ],
)
def test_what_is_written_ends_it(
    world: World, case: Case, write: Callable[[Session, Case], object]
) -> None:
    at_hand.read(world.session, case)
    assert at_hand.rows(world.session, case, CaseParty) is not None
    write(world.session, case)
    assert at_hand.rows(world.session, case, CaseParty) is None
    against = {row.office_id for row in world.session.query(CaseParty) if row.office_id}
    assert case_facts(world.session, case).complained_offices == against


def test_what_was_taken_can_be_put_back(world: World, case: Case) -> None:
    at_hand.read(world.session, case)
    held = at_hand.taken(world.session)
    factories.event(world.session, case)
    assert at_hand.rows(world.session, case, CaseParty) is None
    at_hand.put_back(world.session, held)
    assert at_hand.rows(world.session, case, CaseParty) is not None


def test_what_was_not_read_is_an_error(world: World, case: Case) -> None:
    at_hand.read(world.session, case)
    with pytest.raises(DetachedInstanceError):
        _ = case.referrals[0].office
    assert isinstance(case.categories[0], CaseCategory)
    assert facts.complainant_actor(case).case_id == case.id
