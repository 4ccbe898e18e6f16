"""Cases are kept as long as rules say, then emptied or destroyed; holds keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, inspect, select
from sqlalchemy.orm import Session

from casework import crypto, models
from casework.db import Base
from casework.domain.facts import RecipientKind, Role
from casework.domain.retention import Fate, Ground, month_of
from casework.domain.workflow import Action
from casework.models import Case, Event, Person
from casework.services import casefile, erasing, holds, outcome, retention, wishes
from casework.services.outcome import Outcome
from casework.services.retention import NotConfirmed
from tests import factories
from tests.factories import World, agrees

PAID = Outcome("settled", "full", "They paid.")


def ended(world: World, *, categories: dict[str, list[str]] | None = None, **values: Any) -> Case:
    """A case that a supervisor closed now."""
    given: dict[str, Any] = {"story": "They beat me", "place": "Mahachai", "began_on": "2026-08-17"}
    case = world.file(categories=categories or {"wages": ["unpaid"]}, **given | values)
    actor = world.actor(Role.COORDINATOR, "coordinator")
    outcome.close(world.session, case, actor, world.now, outcome=PAID, reason="unreachable")
    return case


def on(world: World) -> None:
    """Switch retention on, as an administrator does."""
    admin = world.actor(Role.ADMINISTRATOR)
    mark = retention.plan(world.session, world.now).mark
    retention.switch_on(world.session, admin, world.now, mark)


def act(world: World) -> list[str]:
    """Do what is due now."""
    found = retention.to_do(world.session, world.now)
    return [retention.act_on(world.session, each, world.now) for each in found]


def events(session: Session, action: str) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def fill(world: World, case: Case) -> None:
    """Hang a row of every kind on a case."""
    s = world.session
    factories.person(s, case, name="Sokha", telephone="+66812345678")
    factories.answer(s, case)
    factories.referral(s, case, "ministry", office_number="KH/77", reason="no", note="note")
    factories.consent(s, case, RecipientKind.STATE, "KH")
    factories.case_conflict(s, case, office_id="embassy")
    factories.case_party(s, case, office_id="embassy")
    claim = factories.claim(s, case, what="overtime", from_on="2026-08-05", to_on="2026-09")
    factories.remedy(s, case, claim_id=claim.id, proof="a slip")
    factories.embassy_contact(s, case, asked="help", answered="no", on_date="2026-09-09")
    factories.message(s, case, "words")
    factories.note(s, case, "words")
    factories.task(s, case, "words")
    factories.notice(s, case, "cso")
    factories.login(s, case=case)
    factories.draft(s, case_id=case.id, code="123")
    s.flush()


class TestRules:
    def test_a_case_is_due_when_its_months_are_over(self, world: World) -> None:
        factories.retention_rule(world.session, 60)
        case = ended(world)
        world.file()  # What is open is never due.
        assert case.closed_at is not None
        world.now = case.closed_at.replace(year=case.closed_at.year + 5) - timedelta(seconds=1)
        assert retention.due(world.session, world.now) == []
        world.after(seconds=1)
        (due,) = retention.due(world.session, world.now)
        assert (due.case_id, due.fate, due.held) == (case.id, Fate.ANONYMISE, False)

    def test_without_a_rule_nothing_is_due(self, world: World) -> None:
        factories.retention_rule(world.session, 1, category="abuse")
        ended(world)
        world.after(days=4000)
        assert retention.plan(world.session, world.now).count == 0

    def test_a_withdrawn_case_has_a_rule_of_its_own(self, world: World) -> None:
        rule = factories.retention_rule(world.session, 12, outcome="withdrawn", fate="destroy")
        case = world.file()
        outcome.withdraw(world.session, case, world.worker(case), world.now, under_pressure=None)
        ended(world)
        world.after(days=366)
        plan = retention.plan(world.session, world.now)
        assert plan.by_rule == {rule.id: [case.reference]}
        assert (plan.count, plan.wished, plan.held) == (1, (), ())

    def test_nothing_happens_before_somebody_looked_at_the_dry_run(self, world: World) -> None:
        factories.retention_rule(world.session, 12)
        case = ended(world)
        world.after(days=400)
        assert act(world) == []
        assert retention.act_on(world.session, case.id, world.now) == ""
        admin = world.actor(Role.ADMINISTRATOR)
        seen = retention.plan(world.session, world.now).mark
        ended(world)
        world.after(days=400)
        with pytest.raises(NotConfirmed):
            retention.switch_on(world.session, admin, world.now, seen)
        assert not retention.is_on(world.session)
        on(world)
        assert act(world) == ["anonymised"] * 2
        retention.switch_off(world.session, admin, world.now)
        retention.switch_off(world.session, admin, world.now)
        told = [
            (e.data["before"], e.data["after"], e.data["cases"])
            for e in events(world.session, "settings:retention")
        ]
        assert told == [(False, True, 2), (True, False, None)]

    def test_what_came_in_between_is_looked_at_again(self, world: World) -> None:
        factories.retention_rule(world.session, 12)
        case = ended(world)
        world.after(days=400)
        on(world)
        actor = world.actor(Role.COORDINATOR, "coordinator")
        outcome.reopen(world.session, case, actor, world.now)
        assert retention.act_on(world.session, case.id, world.now) == ""


class TestAnonymising:
    def test_all_that_could_name_somebody_goes_and_figures_stay(self, world: World) -> None:
        factories.retention_rule(world.session, 12)
        case = ended(world)
        fill(world, case)
        before, filed = case.wrapped_key, case.filed_at
        world.after(days=400)
        on(world)
        assert act(world) == ["anonymised"]
        session = world.session
        left = session.get_one(Case, case.id)
        assert (left.story, left.outcome_text, left.code_hash, left.import_id) == (None,) * 4
        assert (left.place, left.began_on, left.outcome) == ("", "2026", "settled")
        assert (left.origin, left.destination, left.codes) == ("KH", "TH", ("wages",))
        assert left.filed_at == month_of(filed)
        assert left.closed_at == month_of(filed)
        assert left.anonymised_at == world.now
        assert left.wrapped_key != before
        people = session.scalars(select(Person)).all()
        assert {p.kind for p in people} == {"complainant"}
        assert not any(p.name or p.telephone or p.telephone_index for p in people)
        claim = session.scalars(select(models.Claim)).one()
        assert claim.amount == 9000
        assert claim.what is None
        assert (claim.from_on, claim.to_on) == ("2026-08-01", "2026-09")
        assert session.scalars(select(models.EmbassyContact.on_date)).one() == "2026-09-01"
        assert set(session.scalars(select(models.Referral.office_number))) == {""}
        assert set(session.scalars(select(models.Referral.number_key))) == {""}
        for model in (models.Answer, models.Message, models.Note, models.Task, models.Login):
            assert count(session, model) == 0
        told = events(session, "anonymised")[0]
        assert told.data == {"category": "*", "outcome": "*", "months": 12}

    def test_no_sealed_cell_is_left_and_the_old_key_opens_nothing(self, world: World) -> None:
        case = ended(world)
        fill(world, case)
        sealed = case.story_sealed
        key = crypto.data_key(case)
        erasing.anonymise(world.session, case, world.now)
        for table in (*erasing.hanging_on_cases(), inspect(Case).local_table):
            for column in table.columns:
                if column.name.endswith("_sealed"):
                    assert set(world.session.scalars(select(column))) <= {None}, column
        assert crypto.data_key(case) != key
        case.story_sealed = sealed
        with pytest.raises(crypto.SealBroken):
            _ = case.story

    def test_it_happens_once_and_the_case_stays_ended(self, world: World) -> None:
        factories.retention_rule(world.session, 12)
        case = ended(world)
        world.after(days=400)
        on(world)
        assert act(world) == ["anonymised"]
        assert retention.to_do(world.session, world.now) == []
        actor = world.actor(Role.COORDINATOR, "coordinator")
        with pytest.raises(casefile.NotAllowed):
            outcome.reopen(world.session, case, actor, world.now)

    def test_what_was_never_triaged_or_closed_has_no_such_day(self, world: World) -> None:
        case = world.file()
        case.triaged_at = world.now
        erasing.anonymise(world.session, case, world.now)
        assert (case.closed_at, case.triaged_at) == (None, month_of(world.now))


class TestDestroying:
    def test_nothing_is_left_but_the_codes_of_the_history(self, world: World) -> None:
        factories.retention_rule(world.session, 12, fate="destroy")
        case = ended(world)
        fill(world, case)
        case_id = case.id
        world.after(days=400)
        on(world)
        assert act(world) == ["destroyed"]
        for table in (*erasing.hanging_on_cases(), inspect(Case).local_table):
            assert count(world.session, table) == 0, table
        told = events(world.session, "destroyed")[0]
        assert told.case_id == case_id
        assert len(events(world.session, "filed")) == 1

    def test_every_table_of_a_case_is_found(self) -> None:
        found = {table.name for table in erasing.hanging_on_cases()}
        assert {"person", "message", "login", "draft", "case_category", "legal_hold"} <= found
        assert "event" not in found
        kept = {inspect(model).local_table.name for model in erasing.KEPT}
        assert kept < found
        # What stays holds no bytes but sealed ones and the index of a telephone.
        for name in kept - {"person"}:
            for column in Base.metadata.tables[name].columns:
                if isinstance(column.type, LargeBinary):
                    assert column.name.endswith("_sealed"), column


class TestHolds:
    def test_a_held_case_is_kept_until_it_is_released(self, world: World) -> None:
        factories.retention_rule(world.session, 12, fate="destroy")
        case = ended(world)
        actor = world.actor(Role.SUPERVISOR, "cso")
        held: dict[str, Any] = {"ground": Ground.COURT, "reason": "Labour court, 12/2569"}
        holds.put(world.session, case, actor, world.now, **held)
        holds.put(world.session, case, actor, world.now, **held)
        hold = holds.running(world.session, case)
        assert hold is not None
        assert (hold.ground, hold.reason) == ("court", "Labour court, 12/2569")
        world.after(days=400)
        on(world)
        plan = retention.plan(world.session, world.now)
        assert (plan.count, plan.held) == (0, (case.reference,))
        assert act(world) == []
        assert retention.act_on(world.session, case.id, world.now) == ""
        holds.release(world.session, case, actor, world.now)
        assert (hold.released_at, hold.released_by_id) == (world.now, actor.staff_id)
        holds.release(world.session, case, actor, world.now)
        assert act(world) == ["destroyed"]
        told = [e.data.get("cause") or e.data.get("ground") for e in events(world.session, "hold")]
        assert told == ["court", "court", "released", "released"]

    def test_only_those_who_answer_for_a_case_hold_it(self, world: World) -> None:
        case = ended(world)
        for actor in (world.actor(Role.CASEWORKER, "cso"), world.worker(case)):
            with pytest.raises(casefile.NotAllowed):
                holds.put(
                    world.session, case, actor, world.now, ground=Ground.OTHER, reason="words"
                )


class TestWishes:
    def test_a_wish_ends_the_case_and_all_sight_and_is_carried_out_after_a_week(
        self, world: World
    ) -> None:
        case = world.file(decisions=agrees("KH"))
        officer = world.actor(Role.OFFICER, "attache")
        due = wishes.ask(world.session, case, world.worker(case), world.now)
        assert due == world.now + timedelta(days=7)
        assert case.status == "withdrawn"
        assert not any(referral.may_see for referral in case.referrals)
        assert all(row.withdrawn_at == world.now for row in case.consents if row.given)
        with pytest.raises(casefile.NotAllowed):
            casefile.check(world.session, case, officer, Action.NOTE, world.now)
        world.after(days=6)
        assert wishes.ask(world.session, case, world.worker(case), world.now) == due
        assert act(world) == []
        world.after(days=1)
        plan = retention.plan(world.session, world.now)
        assert (plan.count, plan.wished) == (0, (case.reference,))
        assert act(world) == ["destroyed"]
        assert events(world.session, "destroyed")[0].data == {"cause": "wish"}

    def test_it_can_be_undone(self, world: World) -> None:
        case = ended(world)
        wishes.ask(world.session, case, world.worker(case), world.now)
        wishes.undo(world.session, case, world.actor(Role.CASEWORKER, "cso"), world.now)
        assert case.delete_after is None
        world.after(days=30)
        assert act(world) == []

    def test_whoever_opens_the_case_again_wants_it_kept(self, world: World) -> None:
        case = ended(world)
        wishes.ask(world.session, case, world.worker(case), world.now)
        outcome.reopen(world.session, case, world.worker(case), world.now)
        assert case.delete_after is None

    def test_a_hold_goes_before_it(self, world: World) -> None:
        case = ended(world)
        actor = world.actor(Role.SUPERVISOR, "cso")
        holds.put(world.session, case, actor, world.now, ground=Ground.DANGER, reason="a witness")
        wishes.ask(world.session, case, world.worker(case), world.now)
        world.after(days=8)
        assert act(world) == []
        assert retention.act_on(world.session, case.id, world.now) == ""
        holds.release(world.session, case, actor, world.now)
        assert act(world) == ["destroyed"]
