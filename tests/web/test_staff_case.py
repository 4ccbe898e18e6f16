"""The page of a case in the browser: what stands on it for whom."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.domain.complaint import Contact
from casework.domain.consent import Decision, Item
from casework.domain.facts import RecipientKind, Role, Said, Scope
from casework.models import Case, Event, Staff, Task
from casework.services import facts, messages, notebook, outcome, referrals, triage
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from tests import factories
from tests.desk import CASES, NOT_FOUND, text
from tests.factories import World, agrees
from tests.pages import CheckedClient

# What must not be on a page, by the item that it belongs to.
TOLD = {
    Item.STORY: "Elephants were there",
    Item.ANSWERS: "9,100 Thai baht",
    Item.PARTIES: "Ocean Agency",
    Item.EMBASSY_CONTACT: "They asked for a fee",
    Item.IDENTITY: "Sokha",
    Item.CONTACT: "081 234 5678",
    Item.STATUS_OF_PAPERS: "Whether the worker has papers",
}


def whole(world: World, malee: Staff, decisions: list[Decision]) -> Case:
    """Return a case with something in every item."""
    return world.file(
        facts.staff_actor(malee),
        categories={"recruitment": ["overcharged"], "wages": []},
        story=TOLD[Item.STORY],
        story_english="In English: elephants.",
        place="Mahachai",
        began_on="2026-09-01",
        headcount=3,
        women=1,
        **factories.SOMEBODY,
        embassy=[
            Contact(
                "no_answer",
                "consulate",
                "2026-10-01",
                "telephone",
                "Help",
                TOLD[Item.EMBASSY_CONTACT],
            )
        ],
        wants=["refund", "apology"],
        documented=Said.NO,
        decisions=decisions,
    )


def decided(*scopes: Scope) -> list[Decision]:
    return [Decision(RecipientKind.OFFICE, "attache", s, s in scopes) for s in Scope]


SEES = {
    (Role.CASEWORKER, "cso"): 200,
    (Role.SUPERVISOR, "cso"): 200,
    (Role.COORDINATOR, "coordinator"): 200,
    (Role.SUPERVISOR, "coordinator"): 200,
    (Role.OFFICER, "attache"): 200,
    (Role.SUPERVISOR, "attache"): 200,
    (Role.OFFICER, "authority"): NOT_FOUND,
    (Role.OFFICER, "embassy"): NOT_FOUND,
    (Role.CASEWORKER, "other-cso"): NOT_FOUND,
    (Role.SUPERVISOR, "other-cso"): NOT_FOUND,
    (Role.ADMINISTRATOR, None): NOT_FOUND,
    (Role.ANALYST, None): NOT_FOUND,
}


@pytest.mark.parametrize(("who", "status"), SEES.items())
def test_who_may_open_it(
    client: CheckedClient, world: World, malee: Staff, who: tuple[Role, str | None], status: int
) -> None:
    case = whole(world, malee, agrees("attache"))
    client.enter(world.session, factories.staff(world.session, *who))
    path, case_id = f"{CASES}/{case.reference}", case.id
    world.session.rollback()
    assert client.get(path).status_code == status
    assert client.get(f"{CASES}/KH-26-999999-9").status_code == NOT_FOUND
    reads = select(Event).where(Event.case_id == case_id, Event.action == "read")
    assert len(world.session.scalars(reads).all()) == (1 if status == 200 else 0)


def test_a_case_in_conflict_has_no_address(
    client: CheckedClient, world: World, malee: Staff
) -> None:
    case = world.file(
        facts.staff_actor(malee), categories={"embassy": []}, complained_offices=["embassy"]
    )
    for place in ("embassy", "consulate", "attache"):
        client.enter(world.session, factories.staff(world.session, Role.OFFICER, place))
        for path in ("", "/answer", "/refer", "/note"):
            found = client.get(f"{CASES}/{case.reference}{path}")
            assert found.status_code == NOT_FOUND
        assert case.reference not in client.get(CASES).text
        world.session.rollback()


class TestWhatStandsOnIt:
    def test_a_desk_reads_everything(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = whole(world, malee, agrees("KH", identity=True))
        client.enter(world.session, malee)
        words = text(client.get(f"{CASES}/{case.reference}").text)
        for expected in (
            *TOLD.values(),
            "In English: elephants.",
            "for the man at the gate",
            "Charged too much",
            "licence L-1",
            "For a month",
            "rice",
            "Began: 1 September 2026",
            "That they say sorry",
            "worker concerned",
            "by telephone",
            "Every office of Cambodia",
            "the case without names",
        ):
            assert expected in words, expected

    @pytest.mark.parametrize(
        "scopes",
        [
            (Scope.REFERRAL,),
            (Scope.REFERRAL, Scope.NARRATIVE),
            (Scope.REFERRAL, Scope.IDENTITY),
            (Scope.REFERRAL, Scope.NARRATIVE, Scope.IDENTITY),
        ],
    )
    def test_an_office_reads_what_was_previewed_and_no_more(
        self, client: CheckedClient, world: World, malee: Staff, scopes: tuple[Scope, ...]
    ) -> None:
        case = whole(world, malee, [])
        actor = facts.staff_actor(malee)
        found = Classification({"recruitment": ["overcharged"], "wages": []}, Said.NO)
        triage.reclassify(world.session, case, actor, world.now, found=found)
        factories.consent(
            world.session, case, RecipientKind.OFFICE, "attache", scope="referral", given=False
        )
        for scope in scopes:
            factories.consent(
                world.session,
                case,
                RecipientKind.OFFICE,
                "attache",
                scope=scope.value,
                at=world.now,
            )
        client.enter(world.session, malee)
        preview = client.get(f"{CASES}/{case.reference}/refer?to=attache").text
        leaves = preview.split('class="group go"')[1].split('class="group no"')[0]
        told = {item: words for item, words in TOLD.items() if words in text(leaves)}
        client.submit(
            f"{CASES}/{case.reference}/refer",
            {"office": "attache", "version": case.version},
            page=f"{CASES}/{case.reference}/refer",
        )
        world.session.rollback()
        client.enter(world.session, factories.staff(world.session, Role.OFFICER, "attache"))
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert {item for item, words in TOLD.items() if words in page} == set(told)
        assert ("Elephants" in page) == (Scope.NARRATIVE in scopes)
        assert ("Sokha" in page) == (Scope.IDENTITY in scopes)
        assert "for the man at the gate" not in page or Scope.NARRATIVE in scopes
        assert TOLD[Item.STATUS_OF_PAPERS] not in page

    def test_the_story_keeps_its_language_and_what_was_typed(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        typed = "ကၽြန္ေတာ္တို႔ကို လုပ္ခမေပးပါ ကူညီပါ"
        case = world.file(facts.staff_actor(malee), language="my", story=typed, decisions=[])
        client.enter(world.session, malee)
        page = client.get(f"{CASES}/{case.reference}").text
        assert '<blockquote lang="my">' in page
        assert "<details><summary>As typed (Zawgyi)</summary>" in page
        assert typed in page

    def test_money_has_totals_for_each_currency(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = whole(world, malee, [])
        factories.claim(world.session, case, currency="USD", amount=Decimal("70.5"))
        factories.remedy(world.session, case, amount=Decimal(2000), claim_id=None)
        factories.remedy(world.session, case, kind="apology", amount=None, currency="")
        client.enter(world.session, malee)
        words = text(client.get(f"{CASES}/{case.reference}").text)
        assert "Total, Thai baht 9,000 – – 2,000 7,000" in words.replace("Baht", "baht")
        assert "Total, US Dollar 70.50" in words
        assert "Without a claim" in words
        assert "apology: paid" in words

    def test_the_result_and_how_it_ended(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        attache = world.actor(Role.OFFICER, "attache")
        referrals.accept(world.session, case, attache, world.now)
        said = Outcome("partly_settled", "part", "You get half.")
        outcome.propose(world.session, case, attache, world.now, outcome=said)
        outcome.confirm(world.session, case, world.worker(case), world.now)
        client.enter(world.session, malee)
        words = text(client.get(f"{CASES}/{case.reference}").text)
        for expected in ("Settled in part", "Received in part", "You get half.", "Closed"):
            assert expected in words
        assert "The worker confirmed the outcome" in words

    def test_only_messages(self, client: CheckedClient, world: World, malee: Staff) -> None:
        case = world.file(facts.staff_actor(malee))
        messages.reply(world.session, case, world.worker(case), world.now, body="Hello there")
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}?show=messages").text)
        assert "Hello there" in page
        assert "Casework sent it to attache." not in page

    def test_who_was_passed_over_and_why(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(
            facts.staff_actor(malee), decisions=agrees("TH"), complained_offices=["embassy"]
        )
        client.enter(world.session, malee)
        words = text(client.get(f"{CASES}/{case.reference}").text)
        assert "Conflict of interest." in words
        assert "attache: conflict of interest" in words
        assert "Who has read it" in words

    def test_an_old_case_shows_codes_that_its_taxonomy_does_not_know(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = whole(world, malee, [])
        factories.case_category(world.session, case, code="fishing-rights", subcategory="nets")
        factories.answer(world.session, case, category="gone", question="why", value="Because")
        factories.answer(world.session, case, question="gone", value="Nobody knows")
        factories.answer(world.session, case, question="last_paid", value="in spring")
        factories.answer(world.session, case, question="payslips", value="yes")
        case.began_on = "2026"
        client.enter(world.session, malee)
        words = text(client.get(f"{CASES}/{case.reference}").text)
        for expected in ("fishing-rights", "Because", "Nobody knows", "in spring", "Began: 2026"):
            assert expected in words


class TestTasks:
    def test_a_task_is_done_once_by_its_office(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee), decisions=[])
        actor = facts.staff_actor(malee)
        row = notebook.task(
            world.session, case, actor, world.now, title="Call the shop", due_on="2026-12-01"
        )
        client.enter(world.session, malee)
        path = f"{CASES}/{case.reference}"
        assert "Call the shop by 1 December 2026" in text(client.get(path).text)
        client.submit(f"{path}/tasks/{row.id}", page=path)
        assert "Done Mon 23 Nov" in text(client.get(path).text)
        world.session.rollback()
        assert world.session.get_one(Task, row.id).done_at == world.now
        client.enter(world.session, factories.staff(world.session, Role.CASEWORKER, "other-cso"))
        assert client.submit(f"{path}/tasks/{row.id}", page=CASES).status_code == NOT_FOUND
