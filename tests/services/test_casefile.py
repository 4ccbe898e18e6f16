"""The single writer: checks, versions, history, and whatever is done, a case that stays whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from casework.domain import permissions
from casework.domain.complaint import Contact, MoneyRow
from casework.domain.escalation import TOP_LEVEL
from casework.domain.facts import LIVE, SYSTEM, Actor, ReferralState, Role, Said
from casework.domain.routing import Assignment
from casework.domain.workflow import ENDED, Action, Status
from casework.models import Case, CaseConflict, Clock, Escalation, Event
from casework.services import (
    casefile,
    clocks,
    consents,
    directory,
    escalation,
    ledger,
    messages,
    notebook,
    outcome,
    referrals,
    triage,
)
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.outcome import Outcome
from casework.services.referrals import OfficeUnable
from casework.services.triage import Classification, NotDeskStaff
from casework.services.visibility import visible
from tests import factories
from tests.factories import World, agrees

NOTE = Action.NOTE


def test_a_move_sets_the_status_and_writes_the_history(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    version, later = case.version, world.after(hours=1)
    assert casefile.move(world.session, case, desk, Action.TAKE_ON, later, extra=7) is (
        Status.IN_PROGRESS
    )
    assert (case.status, case.version, case.moved_at) == ("in_progress", version + 1, later)
    event = world.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.staff_id, event.office_id) == ("take_on", desk.staff_id, "cso")
    assert event.data == {"before": "triage", "after": "in_progress", "extra": 7}


def test_what_is_not_allowed_changes_nothing(world: World) -> None:
    case = world.file()
    stranger = world.actor(Role.OFFICER, "embassy")
    before = (case.status, case.version, case.moved_at)
    with pytest.raises(NotAllowed) as refused:
        casefile.move(world.session, case, stranger, Action.ACCEPT, world.after(hours=1))
    assert (refused.value.action, refused.value.status) == (Action.ACCEPT, "referred")
    assert (case.status, case.version, case.moved_at) == before


def test_a_form_made_before_the_last_move_is_refused(world: World) -> None:
    case = world.file(decisions=())
    desk = world.actor(Role.CASEWORKER, "cso")
    seen = case.version
    triage.take_on(world.session, case, desk, world.now, version=seen)
    with pytest.raises(StaleCase):
        triage.wait_for_third(world.session, case, desk, world.now, version=seen)
    triage.wait_for_third(world.session, case, desk, world.now, version=case.version)
    assert case.status == "waiting_third"


def test_the_end_of_a_case_is_dated_once(world: World) -> None:
    case = world.file()
    worker = world.worker(case)
    outcome.withdraw(world.session, case, worker, world.now, under_pressure=None)
    ended = case.closed_at
    assert ended == world.now
    desk = world.actor(Role.CASEWORKER, "cso")
    notebook.note(world.session, case, desk, world.after(days=1), kind="note", body="called")
    assert case.closed_at == ended
    outcome.reopen(world.session, case, worker, world.now)
    assert case.closed_at is None


def test_a_case_is_locked_by_its_id(world: World) -> None:
    case = world.file()
    world.session.commit()
    assert casefile.lock(world.session, case.id) is case
    with pytest.raises(NoResultFound):
        casefile.lock(world.session, 1)


def test_conflicts_are_kept_for_lists_and_follow_the_parties(world: World) -> None:
    case = world.file(about_official=Said.YES, complained_offices=["embassy"])
    officer = world.actor(Role.OFFICER, "ministry")
    kept = select(CaseConflict.office_id).where(CaseConflict.case_id == case.id)
    assert set(world.session.scalars(kept)) == {"embassy", "consulate", "attache"}
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    found = Classification({"wages": []}, Said.YES, ["authority"], [officer.staff_id or 0])
    triage.reclassify(world.session, case, coordinator, world.now, found=found)
    rows = select(CaseConflict.office_id, CaseConflict.staff_id)
    now_derived = rows.where(CaseConflict.held_since.is_(None))
    assert {tuple(row) for row in world.session.execute(now_derived)} == {
        ("authority", None),
        (None, officer.staff_id),
    }
    held = rows.where(CaseConflict.held_since.is_not(None))
    assert {row.office_id for row in world.session.execute(held)} == {
        "embassy",
        "consulate",
        "attache",
    }
    before = set(world.session.scalars(select(CaseConflict.id)))
    world.settle(case)
    assert set(world.session.scalars(select(CaseConflict.id))) == before


def test_the_caseworker_complained_about_no_longer_keeps_the_case(world: World) -> None:
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker)
    factories.case_party(world.session, case, role="person", staff_id=caseworker.staff_id)
    world.settle(case)
    assert (case.caseworker_id, case.desk_office_id) == (None, "cso")


def test_the_coordination_desk_keeps_what_nobody_else_may(world: World) -> None:
    case = world.file(complained_offices=["coordinator", "cso"], about_official=Said.YES)
    assert case.desk_office_id == "coordinator"
    world.settle(case)
    assert case.desk_office_id == "coordinator"


def test_what_lists_show_follows_the_clocks(world: World) -> None:
    case = world.file()
    first = min(world.running(case).values(), key=lambda clock: clock.due_at)
    assert (case.next_due_at, case.next_due_kind) == (first.due_at, "acknowledge")
    assert case.waits_for == "office"
    officer, worker = world.actor(Role.OFFICER, "attache"), world.worker(case)
    referrals.accept(world.session, case, officer, world.now)
    messages.write(world.session, case, officer, world.now, "When?", ask=True)
    assert (case.waits_for, case.next_due_kind) == ("complainant", "silence")
    outcome.withdraw(world.session, case, worker, world.now, under_pressure=False)
    assert (case.waits_for, case.next_due_at, case.next_due_kind) == ("", None, "")


# --- whatever is done -----------------------------------------------------------------------------

OFFICES = ("attache", "embassy", "ministry", "authority", "agencies", "other-cso", "ombudsman")
DONE = Outcome("partly_settled", "part", "Half was paid.")


class Walk:
    """Somebody does something to a case, again and again."""

    def __init__(self, world: World, data: st.DataObject) -> None:
        self.world, self.session = world, world.session
        self.draw = data.draw
        self.case = world.file(
            decisions=agrees(*self.draw(st.sets(st.sampled_from(["KH", "TH", "attache"])))),
            about_official=self.draw(st.sampled_from([Said.NO, Said.NO, Said.UNSURE])),
            categories=self.draw(st.sampled_from([{"wages": []}, {"embassy": []}])),
        )
        self.actors = [
            world.actor(role, office)
            for role, office in (
                (Role.CASEWORKER, "cso"),
                (Role.SUPERVISOR, "cso"),
                (Role.CASEWORKER, "other-cso"),
                (Role.OFFICER, "other-cso"),
                (Role.COORDINATOR, "coordinator"),
                *((Role.OFFICER, office) for office in OFFICES),
            )
        ]
        self.everyone = [*self.actors, world.worker(self.case)]

    def step(self) -> None:
        """Let time pass, or let somebody do one of the things they may do now."""
        if self.draw(st.integers(0, 3)) == 0:
            self.world.after(hours=self.draw(st.sampled_from([1, 30, 24 * 8, 24 * 40])))
            self.world.sweep()
            return
        facts = case_facts(self.session, self.case)
        ways = [
            (actor, action)
            for actor in self.everyone
            for action in sorted(permissions.available(actor, facts, self.world.now))
            if action in WAYS
        ]
        if not ways:
            return
        actor, action = self.draw(st.sampled_from(ways))
        attempt = self.session.begin_nested()
        try:
            WAYS[action](self, actor)
        except (OfficeUnable, NotDeskStaff):
            attempt.rollback()
        else:
            attempt.commit()

    def offer(self, actor: Actor) -> None:
        to = Assignment(self.draw(st.sampled_from(OFFICES)), referrals.BY_HAND)
        referrals.offer(self.session, self.case, actor, self.world.now, assignment=to)

    def ask(self, actor: Actor) -> None:
        facts = case_facts(self.session, self.case)
        if permissions.allowed(actor, facts, Action.ANSWER, self.world.now):
            messages.write(self.session, self.case, actor, self.world.now, "When?", ask=True)

    def reassign(self, actor: Actor) -> None:
        to = self.draw(st.sampled_from(self.actors)).staff_id or 0
        triage.reassign(self.session, self.case, actor, self.world.now, caseworker_id=to)

    def reclassify(self, actor: Actor) -> None:
        accused = self.draw(st.sets(st.sampled_from([*OFFICES, "cso"]), max_size=1))
        people = self.draw(st.lists(st.sampled_from(self.actors), max_size=1))
        found = Classification(
            self.draw(st.sampled_from([{"wages": []}, {"embassy": []}, {"retaliation": []}])),
            self.draw(st.sampled_from([Said.NO, Said.YES])),
            sorted(accused),
            [person.staff_id or 0 for person in people],
        )
        triage.reclassify(self.session, self.case, actor, self.world.now, found=found)

    def consent(self, actor: Actor) -> None:
        recipient = self.draw(st.sampled_from(["KH", "TH", "attache", "TH:ombudsman"]))
        if self.draw(st.booleans()):
            consents.withdraw(self.session, self.case, actor, self.world.now, recipient=recipient)
            return
        send = self.draw(st.booleans()) and Status(self.case.status) not in ENDED
        decisions = agrees(recipient, send=send)
        consents.change(
            self.session, self.case, actor, self.world.now, decisions=decisions, how="spoken"
        )


def plainly(
    service: Callable[[Session, Case, Actor, datetime], object],
) -> Callable[[Walk, Actor], None]:
    """Call a service that needs nothing but who and when."""
    return lambda walk, actor: void(service(walk.session, walk.case, actor, walk.world.now))


def void(_result: object) -> None:
    """Forget what a service returns."""


WAYS: dict[Action, Callable[[Walk, Actor], None]] = {
    Action.TAKE_ON: plainly(triage.take_on),
    Action.REFER: Walk.offer,
    Action.REFER_ALSO: Walk.offer,
    Action.ACCEPT: plainly(referrals.accept),
    Action.DECLINE: plainly(
        lambda s, c, a, n: referrals.decline(s, c, a, n, code="not_ours", reason="No.")
    ),
    Action.RECALL: plainly(referrals.recall),
    Action.ANSWER: plainly(lambda s, c, a, n: messages.write(s, c, a, n, "We are at it.")),
    Action.ASK_COMPLAINANT: Walk.ask,
    Action.WAIT_THIRD: plainly(triage.wait_for_third),
    Action.RESUME: plainly(triage.resume),
    Action.PROPOSE_OUTCOME: plainly(lambda s, c, a, n: outcome.propose(s, c, a, n, outcome=DONE)),
    Action.CONFIRM: plainly(outcome.confirm),
    Action.DISPUTE: plainly(outcome.dispute),
    Action.CLOSE: plainly(
        lambda s, c, a, n: outcome.close(s, c, a, n, outcome=DONE, reason="no_more_to_do")
    ),
    Action.ESCALATE: plainly(escalation.push),
    Action.ASK_ESCALATION: plainly(escalation.ask),
    Action.TAKE_OVER: plainly(escalation.take_over),
    Action.REASSIGN: Walk.reassign,
    Action.EXTEND: plainly(
        lambda s, c, a, n: escalation.extend(s, c, a, n, due_at=n + timedelta(days=20))
    ),
    Action.WITHDRAW: plainly(lambda s, c, a, n: outcome.withdraw(s, c, a, n, under_pressure=None)),
    Action.REOPEN: plainly(outcome.reopen),
    Action.REPLY: plainly(lambda s, c, a, n: messages.reply(s, c, a, n, body="I am here.")),
    Action.NOTE: plainly(lambda s, c, a, n: notebook.note(s, c, a, n, kind="note", body="Hm.")),
    Action.TASK: plainly(lambda s, c, a, n: notebook.task(s, c, a, n, title="Call", due_on="")),
    Action.CLAIM: plainly(
        lambda s, c, a, n: ledger.claim(s, c, a, n, row=MoneyRow("wages", Decimal(1), "THB"))
    ),
    Action.EMBASSY_CONTACT: plainly(
        lambda s, c, a, n: notebook.embassy_contact(s, c, a, n, contact=Contact("refused"))
    ),
    Action.CONSENT: Walk.consent,
    Action.RECLASSIFY: Walk.reclassify,
    Action.OFFICE_NUMBER: plainly(
        lambda s, c, a, n: referrals.set_office_number(s, c, a, n, number="A 7")
    ),
}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_done_a_case_stays_whole(world: World, data: st.DataObject) -> None:
    savepoint, beginning = world.session.begin_nested(), world.now
    try:
        walk = Walk(world, data)
        for _ in range(data.draw(st.integers(1, 10))):
            walk.step()
            assert_whole(walk)
    finally:
        world.now = beginning
        savepoint.rollback()


def assert_whole(walk: Walk) -> None:
    """Check what must hold after every step, whoever took it."""
    session, case = walk.session, walk.case
    facts = case_facts(session, case)
    offices = directory.offices(session)
    live = [referral for referral in case.referrals if referral.state in LIVE]
    assert (case.closed_at is not None) is (facts.status in ENDED)
    assert sum(referral.lead for referral in live) <= 1
    for referral in live:
        assert permissions.office_may_see(
            offices[referral.office_id], facts, ReferralState(referral.state)
        )
    assert facts.desk not in facts.conflicted or facts.desk == directory.COORDINATOR
    assert not offices[facts.desk].government
    assert_clocks(walk, facts.status)
    levels = session.scalars(select(Escalation.level).where(Escalation.case_id == case.id)).all()
    assert sorted(levels) == list(range(1, case.level + 1))
    for actor in walk.everyone:
        listed = case.id in set(session.scalars(visible(actor)))
        assert listed is permissions.may_see(actor, facts), actor


def assert_clocks(walk: Walk, status: Status) -> None:
    """No open case is without a clock below the top, and no clock is with a stranger."""
    running = clocks.running(clocks.of_case(walk.session, walk.case))
    if status in ENDED:
        assert running == []
        return
    assert running or walk.case.level == TOP_LEVEL
    holders = {referral.id: referral.office_id for referral in walk.case.referrals}
    for clock in running:
        desks = {walk.case.desk_office_id, directory.COORDINATOR}
        own = {holders[clock.referral_id]} if clock.referral_id else desks
        assert clock.office_id in own
        assert (clock.next_at is None) is (clock.remaining is not None)
    ticking = [clock.due_at for clock in running if clock.remaining is None]
    assert walk.case.next_due_at == min(ticking, default=None)
    keys = [(clock.referral_id, clock.kind) for clock in running]
    assert len(keys) == len(set(keys))


def test_the_clock_moves_a_case_only_as_the_system(world: World) -> None:
    case = world.file()
    casefile.check(world.session, case, SYSTEM, Action.ESCALATE, world.now)
    with pytest.raises(NotAllowed):
        casefile.check(world.session, case, SYSTEM, NOTE, world.now)
    assert world.session.scalar(select(func.count(Clock.id))) == 3
