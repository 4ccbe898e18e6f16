"""Exports: who may take what, with whose word, how much, how long, and what is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework.crypto import SealedText
from casework.domain.complaint import MoneyRow, PartyNamed
from casework.domain.facts import Actor, ActorKind, Role, Said
from casework.models import Case, Event, Export
from casework.services import exports, installation, queue, triage
from casework.services.exports import Form, NotForYou, State, TooMany
from casework.services.queue import View, Whose, Wish
from casework.services.triage import Classification
from tests import factories
from tests.factories import World, agrees

CALLS = {"telephone": "081 234 5678", "telephone_e164": "+66812345678"}


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def dara(world: World) -> Actor:
    return world.actor(Role.SUPERVISOR, "cso", name="Dara")


@pytest.fixture
def bopha(world: World) -> Actor:
    return world.actor(Role.COORDINATOR, "coordinator", name="Bopha")


@pytest.fixture
def case(world: World, malee: Actor) -> Case:
    return world.file(
        malee,
        name="Sokha",
        worker_name="Vanna",
        contact={"way": "call"},
        story="We paid.",
        parties=[PartyNamed("agency", "Ocean", "L-1")],
        money=[MoneyRow("refund", Decimal(9000), "THB"), MoneyRow("wages", Decimal(500), "THB")],
        **CALLS,
    )


def ask(world: World, actor: Actor, **values: Any) -> Export:
    given: dict[str, Any] = {"wish": Wish(view=View.ALL), "reason": "the yearly report"}
    given |= {"form": Form.CSV, "identity": False} | values
    return exports.ask(world.session, actor, world.now, **given)


@contextmanager
def listening(session: Session, asked: list[str]) -> Iterator[None]:
    """Keep what the database is asked meanwhile."""

    def heard(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", heard)
    yield
    event.remove(session.get_bind(), "before_cursor_execute", heard)


def events(session: Session) -> list[str]:
    query = select(Event.action).where(Event.action.startswith("export")).order_by(Event.id)
    return list(session.scalars(query))


class TestWhoMayAsk:
    @pytest.mark.parametrize(
        ("role", "office", "identity"),
        list(product(Role, [None, "cso", "coordinator", "attache", "authority"], [False, True])),
    )
    def test_every_role_of_every_kind_of_office(
        self, world: World, role: Role, office: str | None, *, identity: bool
    ) -> None:
        actor = world.actor(role, office)
        desk = office in {"cso", "coordinator"}
        heads = {Role.SUPERVISOR, Role.COORDINATOR}
        may = desk and (role in heads or (role is Role.CASEWORKER and not identity))
        if may:
            row = ask(world, actor, identity=identity)
            assert row.state == (State.WAITING if identity else State.READY)
        else:
            with pytest.raises(NotForYou):
                ask(world, actor, identity=identity)

    def test_nobody_with_a_code_and_not_the_clock(self, world: World, case: Case) -> None:
        for actor in (world.worker(case), Actor(ActorKind.SYSTEM)):
            with pytest.raises(NotForYou):
                ask(world, actor)

    def test_a_reason_is_needed_and_kept_sealed(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        with pytest.raises(ValueError, match="reason"):
            ask(world, malee, reason=" \u200b ")
        row = ask(world, malee, reason="for Sokha's lawyer" + "x" * 300)
        assert row.reason is not None
        assert len(row.reason) == exports.LONGEST_REASON
        assert b"Sokha" not in (row.reason_sealed or b"")
        assert "Sokha" not in str([each.data for each in session.scalars(select(Event))])


class TestWhatLeaves:
    def test_a_line_says_what_the_list_says_and_no_name(
        self, world: World, session: Session, malee: Actor, case: Case, monkeypatch: Any
    ) -> None:
        factories.remedy(session, case, amount=Decimal(300))
        factories.remedy(session, case, amount=Decimal(70), state="offered")
        row = ask(world, malee)
        opened: list[str] = []
        read = SealedText.__get__

        def spy(self: SealedText, each: object, owner: type) -> object:
            opened.append(self.column)
            return read(self, each, owner)

        monkeypatch.setattr(SealedText, "__get__", spy)
        (line,) = exports.take(session, row, malee, world.now)
        assert opened == []
        assert line.who is None
        assert line.row.reference == case.reference
        assert line.categories == {"wages": ["unpaid"]}
        assert [(a.role, a.name, a.licence) for a in line.against] == [("agency", "Ocean", "L-1")]
        assert line.claimed == {"THB": Decimal(9500)}
        assert line.paid == {"THB": Decimal(300)}
        assert line.row.lead_office_id == "attache"
        assert (row.state, row.cases, row.taken_at) == (State.TAKEN, 1, world.now)

    def test_names_leave_with_the_word_of_a_second_person(
        self, world: World, session: Session, dara: Actor, bopha: Actor, case: Case
    ) -> None:
        factories.person(session, case)
        row = ask(world, dara, identity=True)
        with pytest.raises(NotForYou):
            exports.take(session, row, dara, world.now)
        exports.decide(session, row, bopha, world.now, yes=True)
        (line,) = exports.take(session, row, dara, world.now)
        assert line.who is not None
        assert list(line.who.names) == ["Sokha", "Vanna"]
        assert list(line.who.telephones) == ["081 234 5678"]
        assert list(line.who.ways) == [{"way": "call"}]
        assert events(session) == ["export:asked", "export:approved", "export"]

    def test_nobody_takes_what_they_cannot_see(
        self, world: World, session: Session, dara: Actor, bopha: Actor, case: Case
    ) -> None:
        world.file(world.actor(Role.CASEWORKER, "other-cso"))
        assert exports.count(session, dara, world.now, Wish(view=View.ALL)) == 1
        assert exports.count(session, bopha, world.now, Wish(view=View.ALL)) == 2
        # The network itself is complained about: the case is gone from its lists and its tables.
        row = ask(world, bopha)
        assert row.cases == 2
        found = Classification({"wages": []}, Said.YES, [], [bopha.staff_id or 0])
        triage.reclassify(session, case, dara, world.now, found=found)
        lines = exports.take(session, row, bopha, world.now)
        assert case.reference not in {line.row.reference for line in lines}
        assert row.cases == 1

    def test_every_list_and_its_table_hold_the_same_cases(
        self, world: World, session: Session, malee: Actor, dara: Actor, bopha: Actor
    ) -> None:
        for office in ("cso", "other-cso", "cso"):
            desk = world.actor(Role.CASEWORKER, office)
            world.file(desk, categories={"documents": []}, complained_offices=["coordinator"])
            world.file(desk, decisions=agrees("TH"))
        for actor in (malee, dara, bopha):
            for wish in (Wish(), Wish(whose=Whose.MINE), Wish(category="wages", view=View.ALL)):
                shown = queue.page(session, actor, world.now, wish=wish).rows
                row = ask(world, actor, wish=wish)
                lines = exports.take(session, row, actor, world.now)
                assert [r.reference for r in shown] == [line.row.reference for line in lines]

    def test_what_was_opened_in_an_emergency_is_not_taken_out(
        self, world: World, session: Session, case: Case
    ) -> None:
        somebody = factories.staff(session, Role.CASEWORKER, "other-cso")
        office = world.actor(Role.CASEWORKER, "other-cso").office
        actor = Actor(
            ActorKind.STAFF, Role.CASEWORKER, somebody.id, office, opened=frozenset({case.id})
        )
        assert exports.count(session, actor, world.now, Wish(view=View.ALL)) == 0

    def test_many_cases_cost_the_same_few_queries(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        counted = []
        for wanted in (1, 4):
            while exports.count(session, malee, world.now, Wish(view=View.ALL)) < wanted:
                world.file(malee, parties=[PartyNamed("agency", "Ocean")], **CALLS)
            row = ask(world, malee)
            session.expire_all()
            asked: list[str] = []
            with listening(session, asked):
                assert len(exports.take(session, row, malee, world.now)) == wanted
            counted.append(len(asked))
        assert counted[0] == counted[1]

    def test_an_export_is_held_while_it_is_changed(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        row = ask(world, malee)
        assert exports.lock(session, row.id) is row
        assert exports.lock(session, 1) is None


class TestHowMuch:
    def test_no_more_than_the_limit_leaves_at_once(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        assert installation.most_exported(session) == 10_000
        factories.setting(session, installation.EXPORTED, 2)
        for _ in range(2):
            world.file(malee)
        row = ask(world, malee)
        assert row.cases == 2
        world.file(malee)
        with pytest.raises(TooMany) as refusal:
            ask(world, malee)
        assert refusal.value.most == 2
        with pytest.raises(TooMany):
            exports.take(session, row, malee, world.now)
        assert row.state == State.READY


class TestTheSecondPerson:
    @pytest.mark.parametrize(
        ("role", "office"), list(product(Role, ["cso", "coordinator", "attache"]))
    )
    def test_only_heads_of_the_network_decide(
        self, world: World, session: Session, dara: Actor, role: Role, office: str
    ) -> None:
        row = ask(world, dara, identity=True)
        actor = world.actor(role, office)
        may = office == "coordinator" and role in {Role.SUPERVISOR, Role.COORDINATOR}
        assert exports.may_decide(row, actor, world.now) is may
        if not may:
            with pytest.raises(NotForYou):
                exports.decide(session, row, actor, world.now, yes=True)

    def test_nobody_agrees_to_their_own(self, world: World, session: Session, bopha: Actor) -> None:
        row = ask(world, bopha, identity=True)
        with pytest.raises(NotForYou):
            exports.decide(session, row, bopha, world.now, yes=True)

    def test_a_no_is_a_no(self, world: World, session: Session, dara: Actor, bopha: Actor) -> None:
        row = ask(world, dara, identity=True)
        exports.decide(session, row, bopha, world.now, yes=False)
        assert (row.state, row.decided_by_id) == (State.REFUSED, bopha.staff_id)
        with pytest.raises(NotForYou):
            exports.decide(session, row, bopha, world.now, yes=True)
        with pytest.raises(NotForYou):
            exports.take(session, row, dara, world.now)
        assert events(session) == ["export:asked", "export:refused"]


class TestHowLong:
    def test_a_question_is_open_for_a_day(
        self, world: World, session: Session, dara: Actor, bopha: Actor
    ) -> None:
        row = ask(world, dara, identity=True)
        later = world.now + exports.VALID
        assert exports.state(row, later) is State.WAITING
        late = later + timedelta(seconds=1)
        assert exports.state(row, late) is State.EXPIRED
        with pytest.raises(NotForYou):
            exports.decide(session, row, bopha, late, yes=True)

    def test_a_yes_is_good_for_a_day_and_for_once(
        self, world: World, session: Session, dara: Actor, bopha: Actor, case: Case
    ) -> None:
        row = ask(world, dara, identity=True)
        exports.decide(session, row, bopha, world.after(hours=23), yes=True)
        late = world.now + exports.VALID + timedelta(seconds=1)
        assert not exports.may_take(row, dara, late)
        assert len(exports.take(session, row, dara, world.after(hours=24))) == 1
        assert case.id
        with pytest.raises(NotForYou):
            exports.take(session, row, dara, world.now)
        assert exports.state(row, late) is State.TAKEN

    def test_only_who_asked_takes_it_and_only_while_they_may(
        self, world: World, session: Session, malee: Actor, dara: Actor, bopha: Actor
    ) -> None:
        row = ask(world, malee)
        for other in (dara, bopha, world.actor(Role.CASEWORKER, "cso")):
            assert not exports.may_take(row, other, world.now)
        moved = Actor(ActorKind.STAFF, Role.OFFICER, malee.staff_id, malee.office)
        with pytest.raises(NotForYou):
            exports.take(session, row, moved, world.now)


class TestWhoIsTold:
    def test_the_head_of_the_desk_is_told_once(
        self, world: World, session: Session, malee: Actor, dara: Actor, bopha: Actor
    ) -> None:
        row = ask(world, malee)
        assert exports.news(session, dara, world.now) == []
        exports.take(session, row, malee, world.now)
        assert list(exports.news(session, dara, world.now)) == [row]
        assert exports.news(session, bopha, world.now) == []
        assert exports.news(session, malee, world.now) == []
        for looks in (malee, dara):
            exports.look_at(row, looks, world.now)
        assert row.seen_at == world.now
        assert exports.news(session, dara, world.now) == []

    def test_the_network_is_told_what_a_head_took_and_what_to_decide(
        self, world: World, session: Session, dara: Actor, bopha: Actor
    ) -> None:
        row = ask(world, dara, identity=True)
        assert list(exports.news(session, bopha, world.now)) == [row]
        assert exports.news(session, dara, world.now) == []
        exports.look_at(row, bopha, world.now)
        assert row.seen_at is None
        exports.decide(session, row, bopha, world.now, yes=True)
        assert exports.news(session, bopha, world.now) == []
        exports.take(session, row, dara, world.now)
        assert list(exports.news(session, bopha, world.now)) == [row]
        assert exports.news(session, world.actor(Role.SUPERVISOR, "attache"), world.now) == []

    def test_who_may_know_of_an_export(
        self, world: World, session: Session, malee: Actor, dara: Actor, bopha: Actor
    ) -> None:
        row = ask(world, malee)
        others = [
            world.actor(Role.CASEWORKER, "cso"),
            world.actor(Role.SUPERVISOR, "other-cso"),
            world.actor(Role.SUPERVISOR, "attache"),
        ]
        for actor in (malee, dara, bopha, *others):
            may = actor in (malee, dara, bopha)
            assert exports.may_see(row, actor) is may
            assert (row in exports.known(session, actor)) is may
