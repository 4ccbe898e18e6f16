"""What is done to a case from its page: who is offered what, and what a stale form does."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.domain import permissions
from casework.domain.facts import Actor, RecipientKind, Role, Said
from casework.domain.workflow import Action
from casework.models import Case, Note, Staff
from casework.services import (
    consents,
    facts,
    messages,
    outcome,
    referrals,
    triage,
)
from casework.services.facts import case_facts
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from casework.web.staff import deeds
from tests import conftest, factories
from tests.factories import World, agrees
from tests.pages import CheckedClient

NOT_FOUND, CONFLICT, WRONG = 404, 409, 422
CASES = "/staff/cases"


@pytest.fixture
def world(session: Session, clock: conftest.Clock) -> World:
    factories.small_directory(session)
    return World(session, clock.now)


@pytest.fixture
def malee(world: World) -> Staff:
    return factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def vuthy(world: World) -> Staff:
    return factories.staff(world.session, Role.OFFICER, "attache", name="Vuthy")


@pytest.fixture
def dara(world: World) -> Staff:
    return factories.staff(world.session, Role.SUPERVISOR, "cso", name="Dara")


def text(page: str) -> str:
    """Return the words of a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def checked(world: World, case: Case, actor: Actor) -> Case:
    """Let triage have looked at a case."""
    found = Classification({"wages": []}, Said.NO)
    triage.reclassify(world.session, case, actor, world.now, found=found)
    return case


def fresh(world: World, case: Case) -> Case:
    """Return a case as the request has left it."""
    world.session.rollback()
    world.session.refresh(case)
    return case


def do(client: CheckedClient, case: Case, slug: str, **data: Any) -> Any:
    """Post a deed from the page that stands open."""
    path = f"{CASES}/{case.reference}/{slug}"
    return client.submit(path, {"version": case.version, **data})


def at_desk(world: World, malee: Staff, **values: Any) -> Case:
    """Return a checked case that its desk works on."""
    actor = facts.staff_actor(malee)
    case = checked(world, world.file(actor, decisions=[], **values), actor)
    triage.take_on(world.session, case, actor, world.now)
    return case


def accepted(world: World, malee: Staff, vuthy: Staff) -> Case:
    """Return a case that the attaché has taken."""
    case = world.file(facts.staff_actor(malee))
    referrals.accept(world.session, case, facts.staff_actor(vuthy), world.now)
    return case


def proposed(world: World, malee: Staff, vuthy: Staff) -> Case:
    """Return a case with a result that the worker may look at."""
    case = accepted(world, malee, vuthy)
    said = Outcome("settled", "full", "You get all of it.")
    outcome.propose(world.session, case, facts.staff_actor(vuthy), world.now, outcome=said)
    return case


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


class TestOffices:
    def test_accept_with_a_number(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, vuthy)
        page = text(client.get(f"{CASES}/{case.reference}/accept").text)
        assert "Give the worker a first answer by" in page
        answer = do(client, case, "accept", office_number="LA-207")
        assert answer.location == f"{CASES}/{case.reference}"
        assert "Your office has taken the case." in text(client.get(answer.location).text)
        assert fresh(world, case).referrals[0].office_number == "LA-207"
        do(client, case, "number", office_number="LA-208")
        assert fresh(world, case).referrals[0].office_number == "LA-208"

    def test_decline_gives_it_back_and_out_of_sight(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, vuthy)
        assert do(client, case, "decline").status_code == WRONG
        answer = do(client, case, "decline", code="not_ours", reason="It is for the ministry.")
        assert answer.location == CASES
        assert client.get(f"{CASES}/{case.reference}").status_code == NOT_FOUND
        assert fresh(world, case).status == "triage"
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "It is for the ministry." in page
        assert "attache said no: This is not for our office" in page

    def test_refer_by_the_rules_or_by_hand_and_a_second_track(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = checked(world, world.file(actor, decisions=[]), actor)
        yes = agrees("KH", "TH", "ministry")
        consents.change(world.session, case, actor, world.now, decisions=yes, how="spoken")
        client.enter(world.session, malee)
        path = f"{CASES}/{case.reference}/refer"
        page = text(client.get(f"{path}?to=ministry").text)
        assert "Send to ministry" in page
        assert "The rules choose it." in page
        assert "Never leaves with a case" in page
        assert do(client, case, "refer", office="embassy").status_code == WRONG
        do(client, case, "refer", office="ministry", note="Please hurry.")
        sent = fresh(world, case).referrals[0]
        assert (sent.office_id, sent.rule, sent.note) == ("ministry", "by-hand", "Please hurry.")
        page = text(client.get(path).text)
        assert "a second track" in page
        do(client, case, "refer", office="attache")
        second = fresh(world, case).referrals[1]
        assert (second.office_id, second.rule, second.lead) == ("attache", "labour", False)

    def test_refer_shows_conflicts_and_missing_consent(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = world.file(actor, decisions=[], complained_offices=["embassy"])
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}/refer").text)
        assert "attache conflict It is complained about" in page
        assert "authority The worker has not agreed." in page
        assert "Send to" not in page

    def test_refer_waits_for_triage(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee), about_official=Said.UNSURE)
        client.enter(world.session, malee)
        assert "Check it first" in text(client.get(f"{CASES}/{case.reference}/refer").text)

    def test_nobody_fits(self, client: CheckedClient, world: World, malee: Staff) -> None:
        case = world.file(facts.staff_actor(malee), categories={"retaliation": []})
        client.enter(world.session, malee)
        page = client.get(f"{CASES}/{case.reference}/refer").text
        assert "The worker agrees." in text(page)

    def test_recall(self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff) -> None:
        case = accepted(world, malee, vuthy)
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}/recall").text)
        assert "attache loses sight of the case at once." in page
        do(client, case, "recall", reason="The worker asked for it.")
        assert fresh(world, case).status == "triage"
        client.enter(world.session, vuthy)
        assert client.get(f"{CASES}/{case.reference}").status_code == NOT_FOUND


class TestTheWorker:
    def test_answer_and_ask(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case = accepted(world, malee, vuthy)
        client.enter(world.session, vuthy)
        assert do(client, case, "answer", body=" ").status_code == WRONG
        do(client, case, "answer", body="We called the shop.")
        do(client, fresh(world, case), "ask", body="Which day was it?")
        assert fresh(world, case).status == "waiting_complainant"
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "We called the shop." in page
        assert "Which day was it?" in page
        do(client, case, "resume")
        assert fresh(world, case).status == "in_progress"

    def test_confirm_and_dispute_for_the_worker(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        case, other = proposed(world, malee, vuthy), proposed(world, malee, vuthy)
        client.enter(world.session, malee)
        do(client, case, "confirm", reason="She said so on the telephone.")
        assert fresh(world, case).close_reason == "confirmed"
        page = text(client.get(f"{CASES}/{other.reference}/dispute").text)
        assert "It climbs to level 1 and goes to" in page
        do(client, other, "dispute")
        assert (fresh(world, other).level, other.status) == (1, "referred")

    def test_withdraw_and_open_again(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, malee)
        assert do(client, case, "withdraw").status_code == WRONG
        do(client, case, "withdraw", under_pressure="yes", reason="The broker came.")
        assert (fresh(world, case).status, case.under_pressure) == ("withdrawn", True)
        do(client, case, "reopen")
        assert fresh(world, case).status == "in_progress"

    def test_consent_given_refused_and_taken_back(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = checked(world, world.file(actor, decisions=agrees("KH", send=False)), actor)
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}/consent").text)
        for expected in ("attache", "Every labour attaché of Cambodia", "Every office of Cambodia"):
            assert expected in page
        given = {"recipient": "office attache", "answer": "yes", "how": "spoken"}
        do(client, case, "consent", **given, scopes=["narrative"])
        rows = {row.scope: row.given for row in fresh(world, case).consents[-5:]}
        assert rows == {
            "referral": True,
            "narrative": True,
            "identity": False,
            "documents": False,
            "statistics": False,
        }
        do(client, case, "consent", **given | {"answer": "back"})
        assert fresh(world, case).consents[-5].withdrawn_at is not None
        no = {"recipient": "role KH:labour_attache", "answer": "no", "how": "signed"}
        do(client, case, "consent", **no)
        newest = fresh(world, case).consents[-1]
        assert (newest.recipient_kind, newest.given) == (RecipientKind.ROLE, False)
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "Taken back" in page
        assert "Said no" in page


class TestTheDesk:
    def test_take_on_wait_and_result(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = checked(world, world.file(actor, decisions=[]), actor)
        client.enter(world.session, malee)
        do(client, case, "take-on")
        do(client, fresh(world, case), "wait", reason="The shop owner is away.")
        assert fresh(world, case).status == "waiting_third"
        assert "The shop owner is away." in text(client.get(f"{CASES}/{case.reference}").text)
        said = {"code": "settled", "remedy_status": "part", "words": "You get half."}
        do(client, case, "result", **said)
        assert fresh(world, case).status == "outcome_proposed"

    def test_check_names_offices_and_officials(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        case = world.file(actor, categories={"embassy": []}, complained_offices=["consulate"])
        client.enter(world.session, malee)
        page = client.get(f"{CASES}/{case.reference}/check").text
        assert re.search(r'name="posts" value="consulate" checked', page)
        told = {"about_official": "no", "severity": "high"}
        assert do(client, case, "check", **told).status_code == WRONG
        assert do(client, case, "check", **told, categories=["embassy"]).status_code == WRONG
        do(
            client,
            case,
            "check",
            **told,
            kinds=["wages:unpaid"],
            posts=["embassy"],
            others=["ministry"],
            officials=[str(vuthy.id)],
        )
        found = case_facts(world.session, fresh(world, case))
        assert found.categories == ("wages",)
        assert found.complained_offices == {"embassy", "ministry"}
        assert found.complained_staff == {vuthy.id}
        assert found.about_official is Said.YES
        assert case.severity == "high"
        page = client.get(f"{CASES}/{case.reference}/check").text
        assert "<details open>" in page

    def test_a_desk_without_posts_and_accounts(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee), origin="VN", destination="JP", decisions=[])
        client.enter(world.session, malee)
        page = client.get(f"{CASES}/{case.reference}/check").text
        assert 'name="posts"' not in page
        assert 'name="officials"' not in page

    def test_a_push_says_where_it_goes(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}/escalate").text)
        goes_to = re.search(r"It climbs to level 1 and goes to (\w+)\.", page)
        assert goes_to
        assert do(client, case, "escalate").status_code == WRONG
        do(client, case, "escalate", reason="They promised twice.")
        assert fresh(world, case).referrals[-1].office_id == goes_to[1]
        kept = world.session.query(Note).filter_by(case_id=case.id).one()
        assert kept.body == "They promised twice."

    def test_a_push_without_an_office_goes_to_the_coordinator(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, malee)
        page = text(client.get(f"{CASES}/{case.reference}/escalate").text)
        assert "No higher office may have it" in page
        case.level = 5
        world.session.commit()
        page = text(client.get(f"{CASES}/{case.reference}/escalate").text)
        assert "It is on the highest level." in page

    def test_a_supervisor_takes_over_gives_on_extends_and_closes(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff, dara: Staff
    ) -> None:
        case = accepted(world, malee, vuthy)
        client.enter(world.session, dara)
        do(client, case, "take-over")
        assert (fresh(world, case).caseworker_id, case.status) == (dara.id, "in_progress")
        do(client, case, "reassign", caseworker=str(malee.id))
        assert fresh(world, case).caseworker_id == malee.id
        assert do(client, case, "extend", until="1-1-2027").status_code == WRONG
        do(client, case, "extend", until="1-2-2027", reason="The court is shut.")
        ends = {clock.due_at for clock in world.running(fresh(world, case)).values()}
        assert {end.isoformat() for end in ends} == {"2027-02-01T10:00:00+00:00"}
        said = {"code": "not_settled", "remedy_status": "none", "words": "We could not help."}
        assert do(client, case, "close", **said, close_reason="confirmed").status_code == WRONG
        do(client, case, "close", **said, close_reason="unreachable")
        assert fresh(world, case).close_reason == "unreachable"

    def test_the_network_gives_a_case_to_any_desk(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = at_desk(world, malee)
        far = factories.staff(world.session, Role.CASEWORKER, "other-cso", name="Thiri")
        client.enter(world.session, factories.staff(world.session, Role.COORDINATOR, "coordinator"))
        assert "Thiri, other-cso" in text(client.get(f"{CASES}/{case.reference}/reassign").text)
        do(client, case, "reassign", caseworker=str(far.id))
        assert fresh(world, case).desk_office_id == "other-cso"
        client.enter(world.session, malee)
        assert client.get(f"{CASES}/{case.reference}").status_code == NOT_FOUND

    def test_a_person_who_left_while_the_form_stood_open(
        self, client: CheckedClient, world: World, malee: Staff, dara: Staff
    ) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, dara)
        page = f"{CASES}/{case.reference}/reassign"
        assert client.get(page).status_code == 200
        malee.active = False
        world.session.commit()
        assert do(client, case, "reassign", caseworker=str(malee.id)).status_code == WRONG


class TestTheBooks:
    def test_note_and_task(self, client: CheckedClient, world: World, malee: Staff) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, malee)
        do(client, case, "note", kind="visit", body="The gate was shut.", version="")
        do(client, case, "task", what="Go again", due_on="30-11-2026")
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "Visit, noted by Malee The gate was shut." in page
        assert "Go again by 30 November 2026" in page
        empty = do(client, case, "note", kind="note", body="")
        assert empty.status_code == WRONG

    def test_claims_and_remedies(self, client: CheckedClient, world: World, malee: Staff) -> None:
        case = at_desk(world, malee, headcount=3)
        client.enter(world.session, malee)
        claim = {"kind": "wages", "amount": "9,000", "currency": "THB", "workers": "3"}
        late = {"from_on": "2-5-2026", "to_on": "1-5-2026"}
        assert do(client, case, "claim", **claim, **late).status_code == WRONG
        do(client, case, "claim", **claim, what="April", from_on="1-4-2026", to_on="30-4-2026")
        page = client.get(f"{CASES}/{fresh(world, case).reference}/remedy").text
        claim_id = re.search(r'<option value="(\d{5,})">amount owed, 9000 THB', page)
        assert claim_id
        paid = {"kind": "wages", "state": "paid", "on": "20-11-2026", "currency": "THB"}
        assert do(client, case, "remedy", **paid).status_code == WRONG
        given = {"kind": "apology", "state": "paid", "on": "20-11-2026", "amount": "5"}
        assert do(client, case, "remedy", **given).status_code == WRONG
        do(client, case, "remedy", **paid, amount="5000", claim=claim_id[1], proof="3 receipts")
        do(client, fresh(world, case), "remedy", **given | {"amount": ""})
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "Total, Thai Baht 9,000 – – 5,000 4,000" in page
        assert "apology: paid" in page

    def test_a_contact_with_the_embassy(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = at_desk(world, malee)
        client.enter(world.session, malee)
        told = {"result": "no_answer", "post": "embassy", "how": "telephone", "on": "9-11-2026"}
        do(client, case, "embassy", **told, asked="Help", answered="")
        page = text(client.get(f"{CASES}/{case.reference}").text)
        assert "No answer, embassy, 9 November 2026, by telephone" in page


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


def test_an_extension_is_counted_on_the_calendar_of_the_desk(
    client: CheckedClient, world: World, malee: Staff, dara: Staff
) -> None:
    case = at_desk(world, malee)
    client.enter(world.session, dara)
    until = (world.now + timedelta(days=60)).date()
    do(client, case, "extend", until=until.isoformat(), reason="Holidays.")
    page = text(client.get(f"{CASES}/{case.reference}").text)
    assert "Dara moved the clocks to Fri" in page
