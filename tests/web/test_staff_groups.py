"""The pages of a group and of a merge: what a desk sees, and what nobody else ever does."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from casework.domain import tracking_code
from casework.domain.facts import Role, Said
from casework.models import Case, Staff
from casework.services import facts, groups, merging, referrals
from casework.services.groups import MemberData
from tests import factories
from tests.desk import CASES, CONFLICT, NOT_FOUND, WRONG, fresh, text
from tests.factories import World, agrees
from tests.pages import CheckedClient

NEW: Final = "/staff/new"
NEEDED: Final[dict[str, Any]] = {"language": "km", "safe_now": "yes", "channel": "visit"}
CALLS: Final = {"telephone": "081 234 5678", "telephone_e164": "+66812345678"}
# Every page that a worker can open with their code.
OWN_PAGES: Final = (
    "/en/case/status",
    "/en/case/share",
    "/en/case/code",
    "/en/case/stop",
    "/en/case/higher",
)


@pytest.fixture
def first(world: World, malee: Staff) -> Case:
    return world.file(
        facts.staff_actor(malee),
        name="Sokha",
        story="Sokha tells it.",
        place="Mahachai",
        sector="fishing",
        began_on="2026-09-01",
        **CALLS,
    )


def member(world: World, malee: Staff, of: Case, name: str, **values: Any) -> Case:
    data = MemberData(**{"language": "km", "safe_now": Said.YES, "name": name} | values)
    actor = facts.staff_actor(malee)
    return groups.add_member(
        world.session, actor, world.now, of, member=data, submission_key=f"member {name}"
    ).case


def add_page(case: Case) -> str:
    return f"{CASES}/{case.reference}/members/add"


class TestAddingAWorker:
    def test_an_answer_that_nobody_could_choose_is_asked_again(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        for page in (add_page(first), NEW):
            assert client.submit(page, NEEDED | {"safe_now": "perhaps"}).status_code == WRONG

    def test_the_page_asks_only_what_is_theirs(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        page = client.get(add_page(first)).text
        assert "Mahachai" in page
        assert "1 September 2026" in page
        for private in ("Sokha", "tells it", "081 234"):
            assert private not in page
        assert add_page(first) in client.get(f"{CASES}/{first.reference}").text

    def test_a_worker_gets_a_case_a_code_and_a_say_of_their_own(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        told = NEEDED | {
            "name": "Vanna",
            "telephone": "089 765 4321",
            "way": "message",
            "story": "I was there too.",
            "money-0-kind": "wages",
            "money-0-each": "4500",
            "money-0-what": "two months",
            "consent-attache": "named",
            "consent-authority": "no",
        }
        answer = client.submit(add_page(first), told)
        blocks = re.findall(r"<span>(\d{4})</span>", answer.text)
        assert tracking_code.parse("".join(blocks))
        world.session.rollback()
        other = world.session.query(Case).order_by(Case.id.desc()).first()
        assert other is not None
        assert other.reference in answer.text
        assert first.reference not in text(answer.text)
        assert other.group_id == fresh(world, first).group_id == first.id
        assert (other.channel, other.story) == ("visit", "I was there too.")
        assert [(p.name, p.telephone) for p in other.people] == [("Vanna", "089 765 4321")]
        assert [r.office_id for r in other.referrals] == ["attache"]
        assert {c.recipient for c in other.consents} == {"attache", "authority"}
        shown = client.get(f"{CASES}/{first.reference}").text
        assert f"{CASES}/{other.reference}" in shown
        assert "Other workers of the same complaint" in shown

    def test_several_are_added_in_one_go(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        for pressed, leads in (("another", "/members/add"), ("save", f"{CASES}/")):
            page = client.submit(add_page(first), NEEDED | {pressed: "1"}).text
            button = re.search(r'<a class="btn" href="([^"]+)"', page)
            assert button is not None
            assert leads in button[1]

    def test_the_same_page_sent_twice_shows_the_case_and_no_code(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        told = NEEDED | {"key": "of one page"}
        client.submit(add_page(first), told)
        again = client.submit(add_page(first), told)
        assert again.status_code == 302
        world.session.rollback()
        assert world.session.query(Case).count() == 2

    def test_what_is_missing_or_wrong_is_said(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        page = client.submit(add_page(first), {"language": "", "telephone": "12"})
        assert page.status_code == WRONG
        assert "There are 3 things to correct" in text(page.text)
        assert world.session.query(Case).count() == 1

    def test_nobody_else_finds_the_page(
        self, client: CheckedClient, world: World, first: Case, vuthy: Staff
    ) -> None:
        head = factories.staff(world.session, Role.SUPERVISOR, "coordinator")
        for row in (vuthy, head, factories.staff(world.session, Role.CASEWORKER, "other-cso")):
            client.enter(world.session, row)
            assert client.get(add_page(first)).status_code == NOT_FOUND
            assert client.get(f"{CASES}/{first.reference}/merge").status_code == NOT_FOUND
            world.session.rollback()

    def test_a_case_that_ended_meanwhile_takes_nobody(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        client.enter(world.session, malee)
        token = re.search(r'csrf_token"[^>]*value="([^"]+)', client.get(add_page(first)).text)
        assert token
        world.session.rollback()
        first.desk_office_id = "other-cso"
        world.session.commit()
        answer = client.post(add_page(first), data=NEEDED | {"csrf_token": token[1]})
        assert answer.status_code == NOT_FOUND


class TestNobodySeesAnother:
    def test_no_page_of_a_worker_says_that_there_are_others(
        self, client: CheckedClient, world: World, malee: Staff, first: Case
    ) -> None:
        alone = world.file(facts.staff_actor(malee), decisions=agrees("KH"))
        one = member(world, malee, first, "Vanna", decisions=agrees("KH"))
        two = member(world, malee, first, "Bopha", story="Bopha tells it.")
        secrets = {
            first: ("Sokha", "tells it", "Mahachai", first.reference, str(first.id)),
            one: ("Vanna", one.reference, str(one.id)),
            two: ("Bopha", two.reference, str(two.id)),
        }
        pages: dict[Case, list[bytes]] = {}
        for case in (alone, *secrets):
            # Each has chosen a code of their own by now, which is asked of them first.
            case.code_is_shared = False
            client.open_case(world.session, case)
            answers = [client.get(path) for path in OWN_PAGES]
            assert [answer.status_code for answer in answers] == [200] * len(OWN_PAGES)
            pages[case] = [answer.data for answer in answers]
        for case, bodies in pages.items():
            for other in secrets.keys() - {case}:
                for secret in secrets[other]:
                    assert all(secret.encode() not in body for body in bodies), secret
        # To the byte the pages of somebody who complains alone, but for what is of one case.
        assert [plain(body, one) for body in pages[one]] == [
            plain(body, alone) for body in pages[alone]
        ]

    def test_an_office_reads_no_hint_of_a_group(
        self, client: CheckedClient, world: World, malee: Staff, vuthy: Staff, first: Case
    ) -> None:
        other = member(world, malee, first, "Vanna", decisions=agrees("KH"))
        alone = world.file(
            facts.staff_actor(malee),
            name="Vanna",
            decisions=agrees("KH"),
            place="Mahachai",
            sector="fishing",
            began_on="2026-09-01",
            safe_now=Said.YES,
            consent_how="spoken",
        )
        for case in (other, alone):
            referrals.accept(world.session, case, facts.staff_actor(vuthy), world.now)
        client.enter(world.session, vuthy)
        read = [client.get(f"{CASES}/{case.reference}").data for case in (other, alone)]
        for secret in ("Sokha", first.reference, "together", "Other workers", "members/add"):
            assert secret.encode() not in read[0]
        assert plain(read[0], other) == plain(read[1], alone)


def plain(body: bytes, case: Case) -> str:
    """Return a page without what is of its one case: number, token, version."""
    found = body.decode().replace(case.reference, "REFERENCE")
    found = re.sub(r'name="[\w-]*csrf_token"[^>]*>', "TOKEN", found)
    found = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "TOKEN", found)
    return re.sub(r'name="version"[^>]*>', "VERSION", found)


class TestMerging:
    @pytest.fixture
    def second(self, world: World, malee: Staff) -> Case:
        return world.file(facts.staff_actor(malee), name="Sokha", story="Again.", **CALLS)

    def test_both_stand_side_by_side_before_one_is_closed(
        self, client: CheckedClient, world: World, malee: Staff, first: Case, second: Case
    ) -> None:
        client.enter(world.session, malee)
        start = f"{CASES}/{second.reference}/merge"
        page = client.get(start).text
        assert f"with={first.reference}" in page
        assert 'type="radio"' not in page
        page = client.get(f"{start}?with={first.reference}").text
        assert "Sokha tells it." in page
        assert "Again." in page
        assert "the same telephone number" in page
        done = client.submit(
            start,
            {"into": first.reference, "how": "telephone", "version": second.version},
            page=f"{start}?with={first.reference}",
        )
        assert done.headers["Location"] == f"{CASES}/{first.reference}"
        assert fresh(world, second).merged_into_id == first.id
        shown = client.get(f"{CASES}/{first.reference}").text
        assert "Goes on in this case" in shown
        assert second.reference in shown
        assert f"{second.reference} goes on in this case: Both cases have" in text(shown)
        shown = text(client.get(f"{CASES}/{second.reference}").text)
        assert "This case goes on in" in shown
        assert f"Malee let the case go on in {first.reference}" in shown
        assert "It goes on in another case of the same person" in shown

    def test_the_worker_reads_it_and_is_still_heard(
        self, client: CheckedClient, world: World, malee: Staff, first: Case, second: Case
    ) -> None:
        merging.merge(
            world.session, second, facts.staff_actor(malee), world.now, into=first, how="told"
        )
        first.code_is_shared = second.code_is_shared = False
        client.open_case(world.session, second)
        page = client.get("/en/case/status").text
        assert "Your case is handled together with another one you filed" in text(page)
        assert first.reference not in page
        sent = client.submit("/en/case/reply", {"body": "Hello?"}, page="/en/case/status")
        assert sent.status_code == 302
        assert "Hello?" in client.get("/en/case/status").text
        world.session.rollback()
        client.enter(world.session, malee)
        assert "The worker has written." in client.get(CASES).text
        assert "Hello?" in client.get(f"{CASES}/{second.reference}").text
        world.session.rollback()
        client.open_case(world.session, first)
        assert "Hello?" not in client.get("/en/case/status").text

    def test_what_cannot_be_one_is_said(
        self, client: CheckedClient, world: World, malee: Staff, first: Case, second: Case
    ) -> None:
        fellow = member(world, malee, first, "Vanna")
        client.enter(world.session, malee)
        start = f"{CASES}/{second.reference}/merge"
        wrong = {
            "KH-26-999999-9": "Your desk has no open case",
            second.reference: "This is the number of this same case",
        }
        for typed, why in wrong.items():
            assert why in text(client.get(f"{start}?with={typed}").text)
        page = client.get(f"{CASES}/{fellow.reference}/merge?with={first.reference}").text
        assert "They are two workers of one group" in text(page)
        assert 'type="radio"' not in page

    def test_nothing_is_merged_from_an_old_page_or_without_a_word(
        self, client: CheckedClient, world: World, malee: Staff, first: Case, second: Case
    ) -> None:
        client.enter(world.session, malee)
        start = f"{CASES}/{second.reference}/merge"
        beside = f"{start}?with={first.reference}"
        told: dict[str, Any] = {"into": first.reference, "version": second.version}
        assert client.submit(start, told, page=beside).status_code == WRONG
        told["how"] = "told"
        old = client.submit(start, told | {"version": "x"}, page=beside)
        assert old.status_code == CONFLICT
        nobody = client.submit(start, told | {"into": "KH-26-999999-9"}, page=beside)
        assert nobody.status_code == CONFLICT
        assert fresh(world, second).merged_into_id is None
        token = re.search(r'csrf_token"[^>]*value="([^"]+)', client.get(beside).text)
        assert token
        first.desk_office_id = second.desk_office_id = "other-cso"
        world.session.commit()
        gone = client.post(start, data=told | {"csrf_token": token[1]})
        assert gone.status_code == NOT_FOUND
