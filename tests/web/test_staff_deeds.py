"""What may be done to a case from its page, and what a form does that has grown old."""

from __future__ import annotations

import re

import pytest

from casework.domain import permissions
from casework.domain.facts import Role
from casework.domain.workflow import Action
from casework.models import Staff
from casework.services import consents, facts, messages, outcome, referrals
from casework.services.facts import case_facts
from casework.web.staff import deeds
from tests import factories
from tests.desk import (
    CASES,
    CONFLICT,
    NOT_FOUND,
    WRONG,
    accepted,
    at_desk,
    checked,
    fresh,
    proposed,
    text,
)
from tests.factories import World, agrees
from tests.pages import CheckedClient


class TestWhatIsOffered:
    WHO = (
        (Role.CASEWORKER, "cso"),
        (Role.SUPERVISOR, "cso"),
        (Role.COORDINATOR, "coordinator"),
        (Role.OFFICER, "attache"),
        (Role.OFFICER, "authority"),
        (Role.CASEWORKER, "other-cso"),
    )

    @pytest.mark.parametrize("who", WHO)
    def test_each_form_opens_exactly_for_whom_the_rules_allow(
        self,
        client: CheckedClient,
        world: World,
        malee: Staff,
        vuthy: Staff,
        who: tuple[Role, str],
    ) -> None:
        actor = facts.staff_actor(malee)
        cases = [
            world.file(actor),
            accepted(world, malee, vuthy),
            proposed(world, malee, vuthy),
            at_desk(world, malee),
            world.file(actor, decisions=[]),
        ]
        outcome.withdraw(world.session, cases[4], actor, world.now, under_pressure=None)
        staff = factories.staff(world.session, *who)
        client.enter(world.session, staff)
        looks = facts.staff_actor(staff)
        for case in cases:
            known = case_facts(world.session, case)
            offered = permissions.available(looks, known, world.now)
            for deed in deeds.TABLE:
                found = client.get(f"{CASES}/{case.reference}/{deed.slug}")
                wanted = NOT_FOUND if offered.isdisjoint(deed.actions) else 200
                assert found.status_code == wanted, (case.status, deed.slug)

    def test_every_action_of_staff_has_its_deed(self) -> None:
        by_others = {
            # Rules and the worker's own pages do these.
            Action.TRIAGE,
            Action.CLOSE_UNCONFIRMED,
            Action.ESCALATE_TO_DESK,
            Action.ASK_ESCALATION,
            Action.REPLY,
            Action.CHANGE_CODE,
            Action.REMOVE_EVIDENCE,
            # The page of a case has a form of its own for files.
            Action.EVIDENCE,
            Action.OPEN_ORIGINAL,
            # Two cases, or a new one: they have pages of their own.
            Action.ADD_MEMBER,
            Action.MERGE,
            # A paper that is handed out is no form that is saved.
            Action.PACKET,
        }
        assert {action for deed in deeds.TABLE for action in deed.actions} == (
            set(Action) - by_others
        )

    def test_what_is_not_a_deed_is_not_there(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, malee)
        assert client.get(f"{CASES}/{case.reference}/fly").status_code == NOT_FOUND

    def test_posting_what_is_not_offered_does_nothing(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = accepted(world, malee, vuthy)
        client.enter(world.session, vuthy)
        forms: dict[str, dict[str, str]] = {
            "close": {"code": "settled", "remedy_status": "full", "words": "x"},
            "take-over": {},
            "recall": {},
            "escalate": {"reason": "x"},
        }
        forms["close"]["close_reason"] = "no_more_to_do"
        for slug, data in forms.items():
            answer = client.submit(
                f"{CASES}/{case.reference}/{slug}",
                {"version": case.version, **data},
                page=f"{CASES}/{case.reference}",
            )
            assert answer.status_code == NOT_FOUND, slug
        assert fresh(world, case).status == "accepted"


class TestStaleForms:
    def test_the_page_says_what_changed_and_keeps_the_text(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = accepted(world, malee, vuthy)
        version, since = case.version, world.now.isoformat()
        client.enter(world.session, vuthy)
        colleague = factories.staff(world.session, Role.OFFICER, "attache", name="Sophea")
        later = world.after(minutes=5)
        messages.write(world.session, case, facts.staff_actor(colleague), later, "I wrote first.")
        world.session.commit()
        old = {"version": version, "since": since, "body": "My own words"}
        answer = client.submit(f"{CASES}/{case.reference}/answer", old)
        assert answer.status_code == CONFLICT
        page = text(answer.text)
        assert "This has changed in the meantime" in page
        assert "Sophea wrote to the worker I wrote first." in page
        assert "My own words" in answer.text
        hidden = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
        assert hidden
        again = client.submit(
            f"{CASES}/{case.reference}/answer", {"version": hidden[1], "body": "My own words"}
        )
        assert again.status_code == 302

    @pytest.mark.parametrize("since", ["", "never", "2026-11-23T00:00:00"])
    def test_it_shows_all_when_it_cannot_tell_since_when(
        self, client: CheckedClient, world: World, malee: Staff, since: str
    ) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, malee)
        answer = client.submit(
            f"{CASES}/{case.reference}/answer", {"version": "x", "since": since, "body": "Hi"}
        )
        assert answer.status_code == CONFLICT
        assert "Malee wrote the case down." in text(answer.text)

    def test_what_can_no_longer_be_done_has_no_button(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, vuthy)
        form = client.get(f"{CASES}/{case.reference}/accept")
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', form.text)
        assert token
        data = {"version": case.version, "csrf_token": token[1], "office_number": "LA-1"}
        first = client.post(f"{CASES}/{case.reference}/accept", data=data)
        twice = client.post(f"{CASES}/{case.reference}/accept", data=data)
        assert (first.status_code, twice.status_code) == (302, CONFLICT)
        assert "can no longer be done" in text(twice.text)
        assert "LA-1" in twice.text
        assert '<button class="btn">' not in twice.text.split("<main")[1]

    def test_a_consent_that_went_meanwhile_sends_nothing(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = checked(world, world.file(actor, decisions=[]), actor)
        yes = agrees("KH")
        consents.change(world.session, case, actor, world.now, decisions=yes, how="spoken")
        client.enter(world.session, malee)
        version = case.version
        assert client.get(f"{CASES}/{case.reference}/refer").status_code == 200
        world.session.rollback()
        consents.withdraw(world.session, case, actor, world.after(minutes=1), recipient="KH")
        world.session.commit()
        answer = client.submit(
            f"{CASES}/{case.reference}/refer", {"version": version, "office": "attache"}
        )
        assert answer.status_code == WRONG
        assert fresh(world, case).referrals == []

    def test_whoever_lost_sight_of_the_case_is_told_nothing(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = accepted(world, malee, vuthy)
        client.enter(world.session, vuthy)
        page = f"{CASES}/{case.reference}/answer"
        version = case.version
        referrals.recall(world.session, case, facts.staff_actor(malee), world.now)
        world.session.commit()
        answer = client.submit(page, {"version": version, "body": "Hello"}, page=CASES)
        assert answer.status_code == NOT_FOUND
