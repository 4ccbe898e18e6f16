"""A conflict that cannot be dodged: it comes by itself, and goes by a second person's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from casework.domain import conflict, permissions
from casework.domain.complaint import Contact
from casework.domain.facts import Actor, Role, Said
from casework.domain.routing import Assignment
from casework.domain.workflow import Action
from casework.models import Case, CaseConflict, CaseParty, Event, Notice, Office
from casework.services import (
    casefile,
    conflicts,
    directory,
    escalation,
    messages,
    next_steps,
    notebook,
    notices,
    outcome,
    referrals,
    second_person,
    triage,
)
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.settings import offices
from casework.services.triage import Classification
from casework.services.visibility import visible
from tests import factories
from tests.factories import World, agrees
from tests.services.settings.test_offices import change as change_office

EMBASSY = {"embassy", "consulate", "attache"}
NOBODY_NAMED = Classification({"wages": []}, Said.NO)


@dataclass
class Desk:
    """A case about the embassy, kept by the CSO, and the people round it."""

    world: World
    case: Case
    caseworker: Actor
    supervisor: Actor
    coordinator: Actor
    attache: Actor

    def reclassify(self, actor: Actor, *accused: str) -> None:
        found = Classification({"wages": []}, Said.YES if accused else Said.NO, accused)
        triage.reclassify(self.world.session, self.case, actor, self.world.now, found=found)

    def lift(self, actor: Actor, *office_ids: str, **given: Any) -> None:
        parties = [(office_id, None) for office_id in office_ids]
        second_person.lift(
            self.world.session, self.case, actor, self.world.now, parties=parties, **given
        )

    def sees(self, actor: Actor) -> bool:
        may = permissions.may_see(actor, case_facts(self.world.session, self.case))
        assert (self.case.id in set(self.world.session.scalars(visible(actor)))) is may
        return may


@pytest.fixture
def desk(world: World) -> Desk:
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker, decisions=agrees("KH", "TH"))
    people = Desk(
        world,
        case,
        caseworker,
        world.actor(Role.SUPERVISOR, "cso"),
        world.actor(Role.COORDINATOR, "coordinator"),
        world.actor(Role.OFFICER, "attache"),
    )
    people.reclassify(caseworker, "embassy")
    return people


def held(world: World, case: Case) -> dict[str | int | None, int | None]:
    """Return who is held in conflict, and who made the change."""
    return {
        row.office_id or row.staff_id: row.changed_by
        for row in conflicts.of_case(world.session, case)
        if row.held_since is not None
    }


def notices_of(world: World, kind: str) -> set[str]:
    return set(world.session.scalars(select(Notice.office_id).where(Notice.kind == kind)))


def test_what_rules_no_longer_derive_is_held(desk: Desk) -> None:
    assert held(desk.world, desk.case) == {}
    desk.reclassify(desk.caseworker)
    assert held(desk.world, desk.case) == dict.fromkeys(EMBASSY, desk.caseworker.staff_id)
    facts = case_facts(desk.world.session, desk.case)
    assert facts.conflicted >= EMBASSY
    assert facts.complained_offices == frozenset()
    assert not desk.sees(desk.attache)
    # It goes to the authority of the other country: the rules pass the attaché over.
    assert [r.office_id for r in desk.case.referrals if r.state == "offered"] == ["authority"]


def test_the_desk_is_told_once_that_a_second_person_is_wanted(desk: Desk) -> None:
    assert notices_of(desk.world, conflicts.SECOND_PERSON) == set()
    desk.reclassify(desk.caseworker)
    desk.reclassify(desk.caseworker)
    told = select(Notice).where(Notice.kind == conflicts.SECOND_PERSON)
    assert sorted(n.office_id for n in desk.world.session.scalars(told)) == ["coordinator", "cso"]
    events = desk.world.session.scalars(select(Event).where(Event.action == conflicts.HELD)).all()
    assert [event.data["offices"] for event in events] == [sorted(EMBASSY)]


def test_the_next_step_of_a_desk_is_the_second_person(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    session, now = desk.world.session, desk.world.now
    known = case_facts(session, desk.case)
    for actor, told in ((desk.supervisor, True), (desk.attache, False)):
        may = permissions.available(actor, known, now)
        steps = next_steps.of(session, actor, known, may, running=[], unanswered=False)
        assert ("second_person" in {step.code for step in steps}) is told
        assert (Action.LIFT_CONFLICT in {step.action for step in steps}) is told


def test_a_second_person_lifts_it_and_the_office_may_get_the_case_again(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    desk.lift(desk.supervisor, "attache", "consulate")
    assert set(held(desk.world, desk.case)) == {"embassy"}
    lifted = desk.world.session.scalars(select(Event).where(Event.action == "lift_conflict")).one()
    assert (lifted.staff_id, lifted.data["offices"]) == (
        desk.supervisor.staff_id,
        ["attache", "consulate"],
    )
    to = Assignment("attache", referrals.BY_HAND)
    referrals.recall(desk.world.session, desk.case, desk.supervisor, desk.world.now)
    referrals.offer(desk.world.session, desk.case, desk.supervisor, desk.world.now, assignment=to)
    assert desk.sees(desk.attache)


def test_who_made_the_change_does_not_lift_what_it_opened(desk: Desk) -> None:
    desk.reclassify(desk.supervisor)
    with pytest.raises(NotAllowed):
        desk.lift(desk.supervisor, "attache")
    with pytest.raises(NotAllowed):
        desk.lift(desk.caseworker, "attache")
    desk.lift(desk.coordinator, "attache")
    assert set(held(desk.world, desk.case)) == EMBASSY - {"attache"}


def test_each_held_conflict_waits_for_whoever_did_not_make_its_own_change(desk: Desk) -> None:
    desk.reclassify(desk.caseworker, "authority")
    desk.reclassify(desk.supervisor)
    assert held(desk.world, desk.case)["authority"] == desk.supervisor.staff_id
    with pytest.raises(NotAllowed):
        desk.lift(desk.supervisor, "authority")
    desk.lift(desk.supervisor, "embassy", "authority")
    assert set(held(desk.world, desk.case)) == {"authority", "attache", "consulate"}


def test_nobody_in_conflict_lifts_and_no_officer(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    for actor in (desk.attache, desk.world.worker(desk.case)):
        with pytest.raises(NotAllowed):
            desk.lift(actor, "attache")


def test_an_older_page_does_not_lift(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    with pytest.raises(StaleCase):
        desk.lift(desk.supervisor, "attache", version=1)


def test_a_conflict_that_comes_back_is_no_longer_held(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    desk.reclassify(desk.caseworker, "embassy")
    assert held(desk.world, desk.case) == {}
    desk.reclassify(desk.coordinator)
    assert set(held(desk.world, desk.case).values()) == {desk.coordinator.staff_id}


def test_a_person_complained_about_stays_out_too(desk: Desk) -> None:
    world, officer = desk.world, desk.world.actor(Role.OFFICER, "authority")
    found = Classification({"wages": []}, Said.YES, [], [officer.staff_id or 0])
    triage.reclassify(world.session, desk.case, desk.caseworker, world.now, found=found)
    desk.reclassify(desk.caseworker)
    assert held(world, desk.case)[officer.staff_id] == desk.caseworker.staff_id
    assert not desk.sees(officer)
    parties = [(None, officer.staff_id)]
    second_person.lift(world.session, desk.case, desk.supervisor, world.now, parties=parties)
    assert officer.staff_id not in held(world, desk.case)
    assert desk.sees(officer)


def test_triage_itself_ends_the_presumption_against_unnamed_posts(world: World) -> None:
    case = world.file(categories={"embassy": ["no_answer"]}, about_official=Said.YES)
    facts = case_facts(world.session, case)
    assert facts.conflicted == EMBASSY
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.reclassify(world.session, case, desk, world.now, found=NOBODY_NAMED)
    assert conflicts.of_case(world.session, case) == []
    assert [r.office_id for r in case.referrals] == ["attache"]


def test_a_category_dropped_before_triage_ends_no_presumption(world: World) -> None:
    case = world.file(categories={"embassy": ["no_answer"]}, about_official=Said.YES)
    case.categories[0].code = "wages"
    case.about_official = Said.NO.value
    world.settle(case)
    assert set(held(world, case)) == EMBASSY
    assert not permissions.may_see(
        world.actor(Role.OFFICER, "attache"), case_facts(world.session, case)
    )
    desk = world.actor(Role.CASEWORKER, "cso")
    triage.reclassify(world.session, case, desk, world.now, found=NOBODY_NAMED)
    assert conflicts.of_case(world.session, case) == []


def test_a_post_named_before_triage_ends_no_presumption_against_the_others(world: World) -> None:
    case = world.file(categories={"embassy": ["no_answer"]}, about_official=Said.YES)
    factories.case_party(world.session, case, role="post", office_id="consulate")
    world.settle(case)
    assert set(held(world, case)) == {"embassy", "attache"}
    desk = world.actor(Role.CASEWORKER, "cso")
    found = Classification({"embassy": []}, Said.YES, ["consulate"])
    triage.reclassify(world.session, case, desk, world.now, found=found)
    left = conflicts.of_case(world.session, case)
    assert [(row.office_id, row.presumed, row.held_since) for row in left] == [
        ("consulate", False, None)
    ]


def test_a_change_of_nobody_may_be_lifted_by_anybody_who_may(world: World) -> None:
    case = world.file(complained_offices=["embassy"], about_official=Said.YES)
    for row in world.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id)):
        world.session.delete(row)
    world.settle(case)
    assert set(held(world, case).values()) == {None}
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    assert len(conflict.liftable(coordinator, case_facts(world.session, case))) == len(EMBASSY)


Change = Callable[[Desk], object]


def _embassy_contact(desk: Desk) -> None:
    contact = Contact(result="no_answer", office_id="consulate")
    notebook.embassy_contact(
        desk.world.session, desk.case, desk.caseworker, desk.world.now, contact=contact
    )


def _add_party(desk: Desk) -> None:
    factories.case_party(desk.world.session, desk.case, role="agency")
    desk.world.settle(desk.case)


def _remove_party(desk: Desk) -> None:
    query = select(CaseParty).where(CaseParty.case_id == desk.case.id)
    for row in desk.world.session.scalars(query):
        desk.world.session.delete(row)
    desk.world.settle(desk.case)


def _hand_over(desk: Desk) -> None:
    new = desk.world.actor(Role.CASEWORKER, "other-cso")
    triage.reassign(
        desk.world.session,
        desk.case,
        desk.coordinator,
        desk.world.now,
        caseworker_id=new.staff_id or 0,
    )


def _reopen(desk: Desk) -> None:
    outcome.withdraw(
        desk.world.session,
        desk.case,
        desk.world.worker(desk.case),
        desk.world.now,
        under_pressure=False,
    )
    outcome.reopen(desk.world.session, desk.case, desk.caseworker, desk.world.now)


def _refer_also(desk: Desk) -> None:
    for office_id in ("authority", "ombudsman"):
        to = Assignment(office_id, referrals.BY_HAND)
        referrals.offer(
            desk.world.session, desk.case, desk.coordinator, desk.world.now, assignment=to
        )


def _escalate(desk: Desk) -> None:
    escalation.push(desk.world.session, desk.case, desk.caseworker, desk.world.now)


def _close_office(desk: Desk) -> None:
    change_office(desk.world, "consulate", active=False)


def _move_office(desk: Desk) -> None:
    for office_id in ("consulate", "attache"):
        change_office(desk.world, office_id, parent_id=None, escalates_to_id=None, country="TH")


def _take_over(desk: Desk) -> None:
    escalation.take_over(desk.world.session, desk.case, desk.coordinator, desk.world.now)


CHANGES: dict[str, Change] = {
    "classified anew, naming nobody": lambda desk: desk.reclassify(desk.caseworker),
    "classified anew, naming another": lambda d: d.reclassify(d.caseworker, "ombudsman"),
    "a party added": _add_party,
    "a party removed": _remove_party,
    "a contact with the embassy": _embassy_contact,
    "handed over to another desk": _hand_over,
    "withdrawn and opened again": _reopen,
    "escalated": _escalate,
    "referred, and referred also": _refer_also,
    "taken over": _take_over,
    "an office closed": _close_office,
    "offices moved": _move_office,
    "settled": lambda desk: desk.world.settle(desk.case),
}


@pytest.mark.parametrize("first", CHANGES)
def test_no_change_narrows_a_conflict(desk: Desk, first: str) -> None:
    messages.write(desk.world.session, desk.case, desk.caseworker, desk.world.now, "Good day.")
    before = case_facts(desk.world.session, desk.case).conflicted
    CHANGES[first](desk)
    after = case_facts(desk.world.session, desk.case)
    assert after.conflicted >= before >= EMBASSY
    for role in (Role.OFFICER, Role.SUPERVISOR):
        for office in EMBASSY:
            actor = desk.world.actor(role, office)
            assert not desk.sees(actor)
            assert permissions.available(actor, after, desk.world.now) == frozenset()
    assert not {r.office_id for r in desk.case.referrals if r.may_see} & EMBASSY


@pytest.mark.parametrize("first", CHANGES)
def test_a_conflict_that_comes_with_any_change_acts_at_once(world: World, first: str) -> None:
    desk = _sent_to_the_attache(world)
    assert desk.sees(desk.attache)
    factories.case_party(world.session, desk.case, role="post", office_id="embassy")
    if first in {"classified anew, naming another", "a party removed", "offices moved"}:
        return  # These take the reason away again in the same breath.
    if first == "classified anew, naming nobody":
        desk.reclassify(desk.caseworker, "embassy")
    elif first == "an office closed":
        change_office(world, "consulate", active=False)
    else:
        CHANGES[first](desk)
    assert not desk.sees(desk.attache)


def _sent_to_the_attache(world: World) -> Desk:
    caseworker = world.actor(Role.CASEWORKER, "cso")
    case = world.file(caseworker, decisions=agrees("KH", "TH"))
    attache = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, attache, world.now)
    supervisor = world.actor(Role.SUPERVISOR, "cso")
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    return Desk(world, case, caseworker, supervisor, coordinator, attache)


def test_notices_of_before_are_gone_with_the_sight(world: World) -> None:
    desk = _sent_to_the_attache(world)
    notices.tell(world.session, desk.case, "attache", "reply", world.now)
    assert [n.kind for n in notices.unseen(world.session, desk.attache)] == ["reply", "referred"]
    desk.reclassify(desk.caseworker, "embassy")
    assert notices.unseen(world.session, desk.attache) == []
    desk.reclassify(desk.caseworker)
    assert notices.unseen(world.session, desk.attache) == []


def test_an_import_is_in_conflict_from_its_first_moment(world: World) -> None:
    case = world.file(channel="import", complained_offices=["ministry"], about_official=Said.YES)
    rows = select(CaseConflict.office_id).where(CaseConflict.case_id == case.id)
    assert set(world.session.scalars(rows)) == {"ministry", "attache"}


def test_a_new_office_below_widens_a_case_that_is_looked_at(desk: Desk) -> None:
    data = offices.OfficeData("Annex", "consulate", "KH", "TH", parent_id="embassy")
    administrator = desk.world.actor(Role.ADMINISTRATOR)
    annex = offices.add(desk.world.session, administrator, desk.world.now, data)
    assert isinstance(annex, Office)
    assert annex.id in case_facts(desk.world.session, desk.case).conflicted
    assert directory.offices(desk.world.session)[annex.id].parent == "embassy"


@pytest.mark.parametrize("said", [Said.YES, Said.UNSURE])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
@pytest.mark.parametrize("office", ["attache", "embassy", "ministry", "authority", "agencies"])
def test_no_office_of_a_state_sees_a_case_about_an_official_before_triage(
    world: World, office: str, role: Role, said: Said
) -> None:
    case = world.file(decisions=agrees("KH", "TH", office), about_official=said)
    assert case.referrals == []
    # A referral that stood there before the doubt came up does not help either.
    factories.referral(world.session, case, office, state="accepted")
    world.settle(case)
    actor = world.actor(role, office)
    facts = case_facts(world.session, case)
    assert not permissions.may_see(actor, facts)
    assert permissions.available(actor, facts, world.now) == frozenset()
    assert case.id not in set(world.session.scalars(visible(actor)))


def test_settling_twice_changes_nothing(desk: Desk) -> None:
    desk.reclassify(desk.caseworker)
    rows = {row.id: row.held_since for row in conflicts.of_case(desk.world.session, desk.case)}
    desk.world.after(days=1)
    casefile.settle(desk.world.session, desk.case, desk.world.now)
    again = {row.id: row.held_since for row in conflicts.of_case(desk.world.session, desk.case)}
    assert again == rows
