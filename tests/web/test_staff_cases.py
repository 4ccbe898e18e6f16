"""My cases, search and the registry, as each role sees them in the browser."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from casework.domain.facts import Role
from casework.models import Notice, Staff
from casework.services import directory, facts, messages, outcome, referrals
from tests import conftest, factories
from tests.desk import CASES, NOT_FOUND, references, text
from tests.factories import World, agrees
from tests.pages import CheckedClient

SEARCH, REGISTRY = "/staff/search", "/staff/registry"


ENTERS = {
    (Role.CASEWORKER, "cso"): (200, 200),
    (Role.SUPERVISOR, "cso"): (200, 200),
    (Role.COORDINATOR, "coordinator"): (200, 200),
    (Role.SUPERVISOR, "coordinator"): (200, 200),
    (Role.OFFICER, "attache"): (200, NOT_FOUND),
    (Role.SUPERVISOR, "attache"): (200, NOT_FOUND),
    (Role.ADMINISTRATOR, None): (NOT_FOUND, NOT_FOUND),
    (Role.ANALYST, None): (NOT_FOUND, NOT_FOUND),
}


@pytest.mark.parametrize(("who", "statuses"), ENTERS.items())
def test_who_enters(
    client: CheckedClient, world: World, who: tuple[Role, str | None], statuses: tuple[int, int]
) -> None:
    party = factories.party(world.session, "Ocean")
    client.enter(world.session, factories.staff(world.session, *who))
    lists, desk_only = statuses
    for path in (CASES, f"{CASES}?view=ended&sort=quiet", SEARCH, f"{SEARCH}?q=ocean"):
        assert client.get(path).status_code == lists, path
    for path in (REGISTRY, f"{REGISTRY}?q=oc", f"{REGISTRY}/{party.id}", "/staff/new"):
        assert client.get(path).status_code == desk_only, path


def test_strangers_are_asked_to_sign_in(client: CheckedClient, world: World) -> None:
    world.session.commit()
    for path in (CASES, SEARCH, REGISTRY, f"{REGISTRY}/1", "/staff/new", f"{CASES}/KH-26-000001-5"):
        assert client.get(path).location.startswith("/staff/sign-in"), path


class TestMyCases:
    def test_rows_say_what_counts(self, client: CheckedClient, world: World, malee: Staff) -> None:
        actor = facts.staff_actor(malee)
        sent = world.file(actor, place="Mahachai", sector="fishing", headcount=50)
        kept = world.file(actor, decisions=[], categories={"abuse": ["physical"]})
        client.enter(world.session, malee)
        page = client.get(CASES).text
        assert references(page) == [kept.reference, sent.reference]
        words = text(page)
        for expected in (
            "2 are open.",
            "1 waits for you.",
            "24 hours left",
            "Wages",
            "50 workers, Fishing, Mahachai",
            "2 working days left",
            "attache",
            "Casework sent it to attache.",
            "urgent",
            "You",
        ):
            assert expected in words, expected

    def test_late_and_due_today(
        self, client: CheckedClient, world: World, malee: Staff, clock: conftest.Clock
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        clock.move(days=2)
        client.enter(world.session, malee)
        assert "Due today, 17:00" in text(client.get(CASES).text)
        world.after(days=3)
        world.sweep()
        clock.move(days=1)
        client.enter(world.session, malee)
        page = client.get(f"{CASES}?view=late").text
        assert references(page) == [case.reference]
        assert "1 working day late" in text(page)

    def test_results_waits_and_ends(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        attache = world.actor(Role.OFFICER, "attache")
        first, second = world.file(actor), world.file(actor)
        for case in (first, second):
            referrals.accept(world.session, case, attache, world.now)
        settled = outcome.Outcome("settled", "full", "Paid.")
        outcome.propose(world.session, first, attache, world.now, outcome=settled)
        messages.write(world.session, second, attache, world.now, "Which day?", ask=True)
        ended = world.file(actor)
        outcome.withdraw(world.session, ended, actor, world.now, under_pressure=None)
        client.enter(world.session, malee)
        words = text(client.get(CASES).text)
        assert "Result offered Answer until" in words
        assert "Clock stopped, the worker's turn" in words
        assert "Withdrawn" in text(client.get(f"{CASES}?view=ended").text)

    def test_filters_and_their_addresses(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        wages = world.file(actor, decisions=[])
        world.file(actor, decisions=[], categories={"documents": []}, origin="MM")
        client.enter(world.session, malee)
        page = client.get(
            f"{CASES}?category=wages&origin=KH&with=desk&level=0&severity=normal"
        ).text
        assert references(page) == [wages.reference]
        assert "category=wages" in page.split('class="tabs"')[1].split("</nav>")[0]
        nothing = client.get(f"{CASES}?destination=MY").text
        assert "No case fits these filters." in text(nothing)

    @pytest.mark.parametrize(
        "query",
        [
            "view=never&sort=x&whose=y&status=z&with=q&severity=1&level=9",
            "from=a",
            "from=a1.i3.i4",
            "from=a1.i3.t999999999999999999.i5",
            "sort=newest&from=a1.i3.t1.i5",
            "view=all",
        ],
    )
    def test_an_address_that_says_nonsense_is_the_first_page(
        self, client: CheckedClient, world: World, malee: Staff, query: str
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, malee)
        assert references(client.get(f"{CASES}?{query}").text) == [case.reference]

    @pytest.mark.parametrize("sort", ["clock", "newest", "moved"])
    def test_next_and_previous(
        self, client: CheckedClient, world: World, malee: Staff, sort: str
    ) -> None:
        made = [
            factories.case(world.session, desk_office_id="cso", caseworker_id=malee.id).reference
            for _ in range(60)
        ]
        client.enter(world.session, malee)
        seen, path = [], f"{CASES}?sort={sort}"
        while path:
            page = client.get(path).text
            seen.append(references(page))
            path = _link(page, "next")
        assert sorted(each for rows in seen for each in rows) == sorted(made)
        path = _link(page, "prev")
        assert references(client.get(path).text) == seen[-2]
        assert _link(client.get(_link(client.get(path).text, "prev")).text, "prev") == ""

    def test_an_empty_list_helps_on(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        client.enter(world.session, malee)
        assert "Write a new one down" in text(client.get(CASES).text)
        for view in ("late", "today", "waits-for-me", "with-others", "ended"):
            assert 'class="note"' in client.get(f"{CASES}?view={view}").text
        client.enter(world.session, factories.staff(world.session, Role.OFFICER, "attache"))
        assert "No case has been sent to your office." in text(client.get(CASES).text)

    def test_at_most_twelve_queries(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        actor = facts.staff_actor(malee)
        for _ in range(4):
            world.file(actor, decisions=agrees("KH", "TH"))
        # As in an installation: what the directory holds is kept from page to page.
        directory.forget(world.session)
        client.enter(world.session, malee)
        client.get(CASES)
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        bind = world.session.get_bind()
        event.listen(bind, "before_cursor_execute", note)
        try:
            client.get(CASES)
        finally:
            event.remove(bind, "before_cursor_execute", note)
        assert len([each for each in asked if not each.startswith("BEGIN")]) <= 12

    @pytest.mark.parametrize("language", ["km", "my"])
    def test_in_each_language(
        self, client: CheckedClient, world: World, malee: Staff, language: str
    ) -> None:
        malee.language = language
        case = world.file(facts.staff_actor(malee))
        client.enter(world.session, malee)
        for path in (CASES, f"{CASES}/{case.reference}", SEARCH, REGISTRY, "/staff/new"):
            page = client.get(path).text
            assert f'<html lang="{language}">' in page


def _link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', page) or re.search(
        rf'href="([^"]*)"[^>]*rel="{rel}"', page
    )
    return found[1].replace("&amp;", "&") if found else ""


class TestNews:
    def test_it_can_be_put_away_by_whom_it_is_for(
        self, client: CheckedClient, world: World, malee: Staff
    ) -> None:
        case = world.file(facts.staff_actor(malee))
        row = factories.notice(world.session, case, "cso", kind="reply")
        other = factories.notice(world.session, case, "other-cso", kind="reply")
        client.enter(world.session, malee)
        assert "The worker has written." in text(client.get(CASES).text)
        for notice in (row, other):
            client.submit(f"/staff/notices/{notice.id}", page=CASES)
        world.session.rollback()
        assert world.session.get_one(Notice, row.id).seen_at is not None
        assert world.session.get_one(Notice, other.id).seen_at is None
        assert "The worker has written." not in text(client.get(CASES).text)

    def test_many_are_folded(self, client: CheckedClient, world: World, malee: Staff) -> None:
        case = world.file(facts.staff_actor(malee))
        for _ in range(5):
            factories.notice(world.session, case, "cso", kind="reply")
        client.enter(world.session, malee)
        assert "2 more" in text(client.get(CASES).text)
