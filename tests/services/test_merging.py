"""Two cases of one person: one goes on in the other, nothing is lost, no conflict is dodged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain import permissions
from casework.domain.complaint import PartyNamed
from casework.domain.facts import Actor, Role, Said, Severity
from casework.domain.workflow import Action, Status
from casework.models import Case, CaseParty, Notice
from casework.services import (
    casefile,
    casepage,
    companions,
    groups,
    history,
    merging,
    messages,
    outcome,
    tracking,
    triage,
)
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.groups import MemberData
from casework.services.merging import NotMergeable, Why
from casework.services.tracking import Stage
from casework.services.triage import Classification
from tests import factories
from tests.factories import World

CALLS = {"telephone": "081 234 5678", "telephone_e164": "+66812345678"}


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


@pytest.fixture
def lives(world: World, malee: Actor) -> Case:
    """The case that goes on."""
    parties = [PartyNamed("agency", "Ocean")]
    return world.file(malee, name="Sokha", parties=parties, **CALLS)


@pytest.fixture
def duplicate(world: World, malee: Actor) -> Case:
    """The second one of the same person, sent to an office."""
    parties = [PartyNamed("agency", "Ocean"), PartyNamed("employer", "A boat")]
    return world.file(malee, name="Sokha", parties=parties, categories={"documents": []}, **CALLS)


def merge(world: World, malee: Actor, case: Case, into: Case, **values: Any) -> None:
    how = values.pop("how", "told")
    merging.merge(world.session, case, malee, world.now, into=into, how=how, **values)


def accused(session: Session, case: Case) -> set[tuple[str, Any]]:
    rows = session.scalars(select(CaseParty).where(CaseParty.case_id == case.id))
    return {(row.role, row.party_id or row.office_id or row.staff_id) for row in rows}


class TestWhatBecomesOfThem:
    def test_the_duplicate_ends_and_the_other_goes_on(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        names = {name for name, _ in accused(session, lives)}
        assert names == {"agency"}
        merge(world, malee, duplicate, lives)
        assert (duplicate.status, duplicate.close_reason) == (Status.CLOSED, "merged")
        assert duplicate.merged_into_id == lives.id
        assert duplicate.confirmed is None
        assert lives.status == Status.REFERRED
        assert {name for name, _ in accused(session, lives)} == {"agency", "employer"}
        assert len(accused(session, lives)) == 2
        assert [r.state for r in duplicate.referrals] == ["ended"]
        assert [r.state for r in lives.referrals] == ["offered"]
        assert world.running(duplicate) == {}
        assert merging.pointing_to(session, lives)[0].reference == duplicate.reference
        into = companions.of(session, duplicate, malee).goes_on_in
        assert into is not None
        assert into.reference == lives.reference
        assert companions.of(session, lives, malee).goes_on_in is None

    def test_both_histories_tell_it(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives, how="codes")
        told = history.of_case(session, duplicate)[0]
        assert (told.action, told.data["into"], told.data["how"]) == (
            Action.MERGE,
            lives.reference,
            "codes",
        )
        assert any(
            event.action == "merged" and event.data["duplicate"] == duplicate.reference
            for event in history.of_case(session, lives)
        )

    def test_the_graver_of_both_stands(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        duplicate.severity = Severity.URGENT.value
        found = Classification({"documents": []}, Said.UNSURE, severity="urgent")
        triage.reclassify(session, duplicate, malee, world.now, found=found)
        merge(world, malee, duplicate, lives)
        assert (lives.severity, lives.about_official) == ("urgent", "unsure")
        # Nobody has looked at the other one yet: it comes back from the office.
        assert lives.referrals[0].state == "recalled"

    def test_opening_it_again_undoes_it(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        outcome.reopen(session, duplicate, world.worker(duplicate), world.now)
        assert (duplicate.merged_into_id, duplicate.close_reason) == (None, "")
        assert duplicate.status == Status.IN_PROGRESS
        assert merging.pointing_to(session, lives) == []

    def test_a_case_that_was_destroyed_leaves_no_way_to_it(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        session.flush()
        session.delete(lives)
        session.flush()
        assert companions.of(session, duplicate, malee).goes_on_in is None


class TestTheWorkerIsNotStranded:
    def test_what_is_written_to_the_duplicate_is_read_and_answered(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        worker = world.worker(duplicate)
        closed = duplicate.closed_at
        messages.reply(session, duplicate, worker, world.after(days=1), body="Are you there?")
        notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert notice is not None
        assert (notice.case_id, notice.office_id, notice.kind) == (duplicate.id, "cso", "reply")
        messages.write(session, duplicate, malee, world.now, "Yes.")
        assert [m.body for m in messages.readable(session, duplicate, worker)] == [
            "Yes.",
            "Are you there?",
        ]
        assert (duplicate.status, duplicate.closed_at) == (Status.CLOSED, closed)
        assert messages.readable(session, lives, world.worker(lives)) == []

    def test_it_lies_where_the_other_lies(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        head = world.actor(Role.SUPERVISOR, "coordinator")
        somebody = world.actor(Role.CASEWORKER, "other-cso")
        triage.reassign(session, lives, head, world.now, caseworker_id=somebody.staff_id or 0)
        assert (duplicate.desk_office_id, duplicate.caseworker_id) == (
            "other-cso",
            somebody.staff_id,
        )
        assert permissions.may_see(somebody, case_facts(session, duplicate))
        messages.reply(session, duplicate, world.worker(duplicate), world.now, body="Who are you?")
        notice = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert notice is not None
        assert (notice.office_id, notice.staff_id) == ("other-cso", somebody.staff_id)

    def test_its_page_says_so_and_any_other_ended_case_stays_silent(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        assert tracking.line(session, duplicate)[-1].stage is Stage.TOGETHER
        other = world.file(malee)
        outcome.withdraw(session, other, malee, world.now, under_pressure=None)
        for case in (other, world.file(malee)):
            case.status = Status.CLOSED.value
            with pytest.raises(NotAllowed):
                messages.reply(session, case, world.worker(case), world.now, body="Hello?")


class TestNoConflictIsDodged:
    def test_whom_one_complains_about_is_out_of_both(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        official = factories.staff(session, Role.OFFICER, "authority")
        found = Classification({"documents": []}, Said.YES, ["embassy"], [official.id])
        triage.reclassify(session, duplicate, malee, world.now, found=found)
        triage.reclassify(
            session, lives, malee, world.now, found=Classification({"wages": []}, Said.NO)
        )
        attache = world.actor(Role.OFFICER, "attache")
        assert permissions.may_see(attache, case_facts(session, lives))
        merge(world, malee, duplicate, lives)
        for case in (lives, duplicate):
            facts = case_facts(session, case)
            assert {"embassy", "consulate", "attache"} <= facts.conflicted
            assert official.id in facts.complained_staff
            assert not permissions.may_see(attache, facts)
        assert lives.status == Status.TRIAGE

    def test_the_accused_of_the_other_loses_sight_of_the_duplicate(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        found = Classification({"wages": []}, Said.YES, ["embassy"])
        triage.reclassify(session, lives, malee, world.now, found=found)
        attache = world.actor(Role.OFFICER, "attache")
        assert permissions.may_see(attache, case_facts(session, duplicate))
        merge(world, malee, duplicate, lives)
        assert not permissions.may_see(attache, case_facts(session, duplicate))

    def test_a_held_conflict_goes_with_it(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        for found in (
            Classification({"documents": []}, Said.YES, ["embassy"]),
            Classification({"documents": []}, Said.NO),
        ):
            triage.reclassify(session, duplicate, malee, world.now, found=found)
        assert "attache" in case_facts(session, duplicate).conflicted
        merge(world, malee, duplicate, lives)
        assert "attache" in case_facts(session, lives).conflicted

    def test_an_office_is_not_told_that_there_is_another_case(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        attache = world.actor(Role.OFFICER, "attache")
        page = casepage.of(session, duplicate, attache, world.now)
        assert page.outcome is None
        assert lives.reference not in repr(page)
        assert {entry.action for entry in page.entries} <= {"filed", "refer", "routed"}
        desk = casepage.of(session, duplicate, malee, world.now)
        assert desk.outcome is not None
        assert desk.outcome.close_reason == "merged"
        assert duplicate.reference not in repr(
            casepage.of(session, lives, world.actor(Role.OFFICER, "attache"), world.now)
        )


# A function of its own: hypothesis takes one method on two databases for two tests of one name.
@given(
    one=st.sets(st.sampled_from(["embassy", "authority", "foreign", "agencies"])),
    two=st.sets(st.sampled_from(["embassy", "authority", "foreign", "agencies"])),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_merge_narrows_a_conflict(
    world: World, malee: Actor, one: set[str], two: set[str]
) -> None:
    session = world.session
    cases = []
    for offices in (one, two):
        case = world.file(malee)
        said = Said.YES if offices else Said.NO
        found = Classification({"wages": []}, said, sorted(offices))
        triage.reclassify(session, case, malee, world.now, found=found)
        cases.append(case)
    before = [case_facts(session, case).conflicted for case in cases]
    merge(world, malee, cases[0], cases[1])
    for case in cases:
        assert case_facts(session, case).conflicted >= before[0] | before[1]


class TestWhatCannotBeOne:
    def refused(self, world: World, malee: Actor, case: Case, into: Case, **values: Any) -> Why:
        stood = case.status, into.status, case.version, into.version
        with pytest.raises(NotMergeable) as refusal:
            merge(world, malee, case, into, **values)
        assert (case.status, into.status, case.version, into.version) == stood
        return refusal.value.why

    def test_a_case_and_itself(self, world: World, malee: Actor, lives: Case) -> None:
        assert self.refused(world, malee, lives, lives) is Why.SAME_CASE

    def test_two_workers_of_one_group(self, world: World, malee: Actor, lives: Case) -> None:
        member = MemberData(language="km", safe_now=Said.YES)
        other = groups.add_member(
            world.session, malee, world.now, lives, member=member, submission_key="m"
        ).case
        assert self.refused(world, malee, other, lives) is Why.GROUP

    def test_a_case_that_nobody_has_checked(self, world: World, malee: Actor, lives: Case) -> None:
        unsure = world.file(malee, about_official=Said.UNSURE)
        assert self.refused(world, malee, unsure, lives) is Why.UNCHECKED
        assert self.refused(world, malee, lives, unsure) is Why.UNCHECKED

    def test_a_case_that_climbed_and_one_that_did_not(
        self, world: World, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        casefile.raise_level(duplicate, 2)
        assert self.refused(world, malee, duplicate, lives) is Why.HIGHER
        merge(world, malee, lives, duplicate)

    def test_a_case_in_which_others_go_on(
        self, world: World, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        merge(world, malee, duplicate, lives)
        third = world.file(malee)
        assert self.refused(world, malee, lives, third) is Why.HOLDS_OTHERS
        merge(world, malee, third, lives)

    def test_the_same_telephone_is_looked_up_and_not_believed(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        stranger = world.file(malee)
        assert self.refused(world, malee, stranger, lives, how="telephone") is Why.TELEPHONE
        found = merging.likely(session, duplicate, malee)
        assert [each.reference for each in found] == [lives.reference]
        assert merging.likely(session, stranger, malee) == []
        merge(world, malee, duplicate, lives, how="telephone")

    def test_a_case_of_another_desk_or_one_that_has_ended(
        self, world: World, session: Session, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        head = world.actor(Role.SUPERVISOR, "coordinator")
        somebody = world.actor(Role.CASEWORKER, "other-cso")
        elsewhere = world.file(malee)
        triage.reassign(session, elsewhere, head, world.now, caseworker_id=somebody.staff_id or 0)
        assert self.refused(world, malee, duplicate, elsewhere) is Why.UNKNOWN
        assert merging.find(session, malee, elsewhere.reference) is None
        outcome.withdraw(session, lives, malee, world.now, under_pressure=None)
        assert self.refused(world, malee, duplicate, lives) is Why.UNKNOWN

    @pytest.mark.parametrize(
        ("role", "office"),
        [
            (Role.OFFICER, "attache"),
            (Role.CASEWORKER, "other-cso"),
            (Role.SUPERVISOR, "coordinator"),
        ],
    )
    def test_nobody_but_the_desk(
        self, world: World, lives: Case, duplicate: Case, role: Role, office: str
    ) -> None:
        with pytest.raises(NotAllowed):
            merge(world, world.actor(role, office), duplicate, lives)

    def test_not_from_an_old_page(
        self, world: World, malee: Actor, lives: Case, duplicate: Case
    ) -> None:
        with pytest.raises(StaleCase):
            merge(world, malee, duplicate, lives, version=0)

    def test_a_number_that_is_none_or_nobody_s(
        self, session: Session, malee: Actor, lives: Case
    ) -> None:
        assert merging.find(session, malee, "?") is None
        assert merging.find(session, malee, "KH-26-999999-9") is None
        assert merging.find(session, malee, lives.reference) is lives
