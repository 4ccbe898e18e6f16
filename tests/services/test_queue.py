"""Lists of cases: what they show to whom, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from casework.domain.facts import Actor, ActorKind, Role, Said
from casework.services import (
    escalation,
    messages,
    notebook,
    outcome,
    queue,
    referrals,
    triage,
)
from casework.services.outcome import Outcome
from casework.services.paging import Mark
from casework.services.queue import Sort, View, Whose, Wish
from tests import factories
from tests.factories import World
from tests.queued import busy


def references(world: World, actor: Actor, **wishes: Any) -> list[str]:
    """Return what one long page shows, in its order."""
    wish = Wish(**wishes)
    page = queue.page(world.session, actor, world.now, wish=wish, size=1000)
    return [row.reference for row in page.rows]


def walk(world: World, actor: Actor, wish: Wish, size: int) -> list[list[str]]:
    """Return all pages read on from the first, then those read back from the last."""
    pages, mark = [], None
    while True:
        page = queue.page(world.session, actor, world.now, wish=wish, mark=mark, size=size)
        pages.append([row.reference for row in page.rows])
        if page.after is None:
            break
        mark = page.after
    back, mark = [pages[-1]], page.before
    while mark is not None:
        page = queue.page(world.session, actor, world.now, wish=wish, mark=mark, size=size)
        back.insert(0, [row.reference for row in page.rows])
        mark = page.before
    assert back == pages
    return pages


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def attache(world: World) -> Actor:
    return world.actor(Role.OFFICER, "attache")


class TestViews:
    def test_each_case_stands_in_its_view_and_is_counted_there(
        self, world: World, malee: Actor
    ) -> None:
        cases = busy(world, malee)
        counts = queue.counts(world.session, malee, world.now, Whose.MINE)
        expected = {
            View.LATE: ["late"],
            View.TODAY: ["today"],
            View.MINE: ["free", "mine"],
            View.OTHERS: ["others", "worker"],
            View.ENDED: ["ended"],
        }
        for view, names in expected.items():
            found = references(world, malee, view=view)
            assert sorted(found) == sorted(cases[name].reference for name in names), view
            assert counts[view] == len(names)
        assert counts[View.OPEN] == 6
        assert len(references(world, malee)) == 6
        assert len(references(world, malee, view=View.ALL)) == 7

    def test_groups_follow_one_another(self, world: World, malee: Actor) -> None:
        busy(world, malee)
        page = queue.page(world.session, malee, world.now, wish=Wish())
        assert [row.rank for row in page.rows] == sorted(row.rank for row in page.rows)

    def test_nobody_is_late_while_the_worker_has_the_word(self, world: World, malee: Actor) -> None:
        case = busy(world, malee)["worker"]
        case.next_due_at = world.now
        assert case.reference in references(world, malee, view=View.OTHERS)

    def test_a_worker_who_wrote_waits_for_the_desk(self, world: World, malee: Actor) -> None:
        case = world.file(malee)
        assert case.reference in references(world, malee, view=View.OTHERS)
        messages.reply(world.session, case, world.worker(case), world.after(hours=1), body="Hello?")
        assert case.reference in references(world, malee, view=View.MINE)
        messages.write(world.session, case, malee, world.after(hours=1), "We ask again.")
        assert case.reference in references(world, malee, view=View.OTHERS)

    def test_a_case_that_climbed_stays_late_until_somebody_takes_it(
        self, world: World, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee)
        world.after(days=3)
        assert "climbed" in world.sweep()
        assert references(world, malee, view=View.LATE) == [case.reference]
        holder = world.actor(Role.OFFICER, case.referrals[-1].office_id)
        assert case.reference not in references(world, holder, view=View.LATE)
        assert references(world, attache, view=View.OTHERS) == [case.reference]
        referrals.accept(world.session, case, holder, world.after(hours=1))
        assert references(world, malee, view=View.LATE) == []

    def test_a_lapsed_first_answer_is_late_until_somebody_answers(
        self, world: World, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee)
        referrals.accept(world.session, case, attache, world.now)
        world.after(days=11)
        world.sweep()
        holder = world.actor(Role.OFFICER, case.referrals[-1].office_id)
        referrals.accept(world.session, case, holder, world.now)
        assert references(world, malee, view=View.LATE) == [case.reference]
        world.after(days=4)
        world.sweep()
        messages.write(world.session, case, holder, world.now, "We look into it.")
        outcome.propose(
            world.session,
            case,
            holder,
            world.now,
            outcome=Outcome("settled", "full", "All was paid."),
        )
        assert references(world, malee, view=View.LATE) == []


class TestWhose:
    def test_a_caseworker_first_sees_the_own_and_the_free_ones(
        self, world: World, malee: Actor
    ) -> None:
        other = world.actor(Role.CASEWORKER, "cso")
        own, free, colleague = world.file(malee), world.file(), world.file(other)
        far = world.file(world.actor(Role.CASEWORKER, "other-cso"))
        assert queue.usual(malee) is Whose.MINE
        mine = references(world, malee, whose=Whose.MINE)
        assert sorted(mine) == sorted([own.reference, free.reference])
        for whose in (Whose.DESK, Whose.ALL):
            found = references(world, malee, whose=whose)
            assert colleague.reference in found
            assert far.reference not in found

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COORDINATOR])
    def test_the_network_sees_all(self, world: World, malee: Actor, role: Role) -> None:
        cases = [world.file(malee), world.file(world.actor(Role.CASEWORKER, "other-cso"))]
        actor = world.actor(role, "coordinator")
        assert queue.usual(actor) is Whose.ALL
        assert sorted(references(world, actor)) == sorted(case.reference for case in cases)
        assert queue.counts(world.session, actor, world.now, Whose.ALL)[View.OPEN] == 2

    def test_the_coordinator_answers_for_what_climbed_and_nobody_holds(
        self, world: World, malee: Actor
    ) -> None:
        case = world.file(malee, decisions=[])
        triage.reclassify(
            world.session,
            case,
            malee,
            world.now,
            found=triage.Classification({"wages": []}, Said.NO),
        )
        escalation.push(world.session, case, malee, world.now)
        coordinator = world.actor(Role.COORDINATOR, "coordinator")
        assert references(world, coordinator, view=View.MINE) == [case.reference]


class TestWhatIsNotShown:
    def test_a_case_in_conflict_is_in_no_list_and_no_count(
        self, world: World, malee: Actor
    ) -> None:
        case = world.file(malee, complained_offices=["embassy"], categories={"embassy": []})
        accused = [world.actor(Role.OFFICER, place) for place in ("embassy", "attache")]
        for row in case.referrals:
            assert row.office_id not in {"embassy", "attache"}
        for actor in accused:
            assert references(world, actor, view=View.ALL) == []
            assert sum(queue.counts(world.session, actor, world.now, Whose.ALL).values()) == 0

    def test_without_consent_no_office_lists_or_counts_it(self, world: World, malee: Actor) -> None:
        world.file(malee, decisions=[])
        for place in ("attache", "authority", "ministry"):
            actor = world.actor(Role.OFFICER, place)
            assert references(world, actor, view=View.ALL) == []
            assert sum(queue.counts(world.session, actor, world.now, Whose.ALL).values()) == 0

    def test_whoever_works_nowhere_sees_nothing(self, world: World, malee: Actor) -> None:
        world.file(malee)
        nobody = Actor(ActorKind.STAFF, Role.CASEWORKER, 1)
        assert references(world, nobody, view=View.ALL) == []
        assert sum(queue.counts(world.session, nobody, world.now, Whose.MINE).values()) == 0


class TestAnOffice:
    def test_sees_what_waits_for_it(self, world: World, malee: Actor, attache: Actor) -> None:
        case = world.file(malee)
        assert references(world, attache, view=View.MINE) == [case.reference]
        referrals.accept(world.session, case, attache, world.now)
        assert references(world, attache, view=View.MINE) == [case.reference]
        triage.wait_for_third(world.session, case, attache, world.now)
        messages.write(world.session, case, attache, world.now, "What?")
        messages.write(world.session, case, attache, world.now, "Which one?", ask=True)
        assert references(world, attache, view=View.OTHERS) == [case.reference]

    def test_is_late_by_its_own_clock_only(
        self, world: World, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee)
        clock = world.running(case)["attache", "acknowledge"]
        clock.due_at = world.now
        world.session.flush()
        assert references(world, attache, view=View.LATE) == [case.reference]


class TestFilters:
    def test_each_filter_leaves_the_others_out(self, world: World, malee: Actor) -> None:
        wages = world.file(malee, decisions=[])
        abuse = world.file(
            malee, origin="MM", destination="MY", categories={"abuse": ["physical"]}, decisions=[]
        )
        wages.level = 2
        world.session.flush()
        only_wages: list[dict[str, Any]] = [
            {"origin": "KH"},
            {"destination": "TH"},
            {"category": "wages"},
            {"severity": "normal"},
            {"level": 2},
            {"status": wages.status, "origin": "KH"},
        ]
        for wishes in only_wages:
            assert references(world, malee, **wishes) == [wages.reference], wishes
        assert references(world, malee, severity="urgent") == [abuse.reference]
        assert references(world, malee, waits_for="office") == []
        assert len(references(world, malee, waits_for="desk")) == 2


class TestPages:
    def test_pages_are_complete_and_repeat_nothing(self, world: World, malee: Actor) -> None:
        busy(world, malee)
        for number in range(8):
            # Equal keys are what a page boundary could stumble over.
            factories.case(
                world.session,
                desk_office_id="cso",
                caseworker_id=malee.staff_id,
                next_due_at=None if number % 2 else world.now + timedelta(days=1),
                status="closed" if number > 4 else "received",
                closed_at=world.now if number > 5 else None,
                waits_for="" if number > 4 else "desk",
            )
        for sort, view in product(Sort, (View.OPEN, View.ALL, View.ENDED)):
            whole = references(world, malee, view=view, sort=sort)
            assert len(set(whole)) == len(whole) >= 4
            for size in (1, 2, 3, len(whole)):
                pages = walk(world, malee, Wish(view=view, sort=sort), size)
                assert [each for page in pages for each in page] == whole

    def test_orders(self, world: World, malee: Actor) -> None:
        first = world.file(malee, decisions=[])
        world.after(days=1)
        second = world.file(malee, decisions=[])
        notebook.note(world.session, first, malee, world.after(hours=1), kind="note", body="Call.")
        world.session.flush()
        both = [first.reference, second.reference]
        assert references(world, malee, sort=Sort.OLDEST) == both
        assert references(world, malee, sort=Sort.NEWEST) == both[::-1]
        assert references(world, malee, sort=Sort.MOVED) == both
        assert references(world, malee, sort=Sort.QUIET) == both[::-1]

    def test_time_that_passes_moves_no_case_between_pages(self, world: World, malee: Actor) -> None:
        cases = [world.file(malee, decisions=[]) for _ in range(4)]
        for hours, case in enumerate(cases):
            case.next_due_at = world.now + timedelta(hours=hours + 1)
        world.session.flush()
        first = queue.page(world.session, malee, world.now, wish=Wish(), size=2)
        world.after(days=1)
        second = queue.page(world.session, malee, world.now, wish=Wish(), mark=first.after, size=2)
        seen = [row.reference for row in (*first.rows, *second.rows)]
        assert sorted(seen) == sorted(case.reference for case in cases)

    def test_reading_past_the_end_shows_an_empty_page(self, world: World, malee: Actor) -> None:
        world.file(malee)
        end = Mark((3, world.now + timedelta(days=9999), 2**62), back=False, as_of=world.now)
        page = queue.page(world.session, malee, world.now, wish=Wish(), mark=end)
        assert (list(page.rows), page.before, page.after) == ([], None, None)


def test_what_an_office_was_sent_and_has_ended_the_last_first(world: World, attache: Actor) -> None:
    cases = [
        factories.case(world.session, status="closed", closed_at=world.now - timedelta(days=days))
        for days in (3, 1, 2)
    ]
    for case in cases:
        factories.referral(world.session, case, "attache", state="ended", may_see=True)
    expected = [cases[place].reference for place in (1, 2, 0)]
    assert references(world, attache, view=View.ENDED) == expected
    assert walk(world, attache, Wish(view=View.ENDED), 1) == [[each] for each in expected]
    # Whoever works there in another role is shown none.
    nobody = world.actor(Role.CASEWORKER, "attache")
    assert references(world, nobody, view=View.ENDED) == []
    assert queue.counts(world.session, nobody, world.now, Whose.ALL)[View.ENDED] == 0
