"""What a desk and its supervisor decide about a case, and what they write down."""

from __future__ import annotations

import re
from datetime import timedelta

from casework.domain.facts import Role, Said
from casework.models import Note, Staff
from casework.services import facts
from casework.services.facts import case_facts
from tests import factories
from tests.desk import (
    CASES,
    NOT_FOUND,
    WRONG,
    accepted,
    at_desk,
    checked,
    do,
    fresh,
    text,
)
from tests.factories import World
from tests.pages import CheckedClient


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
        world.session.rollback()
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
        world.session.rollback()
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


def test_an_extension_is_counted_on_the_calendar_of_the_desk(
    client: CheckedClient, world: World, malee: Staff, dara: Staff
) -> None:
    case = at_desk(world, malee)
    client.enter(world.session, dara)
    until = (world.now + timedelta(days=60)).date()
    do(client, case, "extend", until=until.isoformat(), reason="Holidays.")
    page = text(client.get(f"{CASES}/{case.reference}").text)
    assert "Dara moved the clocks to Fri" in page
