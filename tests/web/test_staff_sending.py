"""Sending a case to an office, and what passes between office, desk and worker."""

from __future__ import annotations

from casework.domain.facts import RecipientKind, Said
from casework.models import Staff
from casework.services import consents, facts
from tests.desk import (
    CASES,
    NOT_FOUND,
    WRONG,
    accepted,
    at_desk,
    checked,
    do,
    fresh,
    proposed,
    text,
)
from tests.factories import World, agrees
from tests.pages import CheckedClient


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
