from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Case, Clock, Event, Note, Referral, Staff
from casework.services import directory
from casework.services.workload import Load
from casework.web.supervisor import bulk, chart
from tests import conftest, factories
from tests.factories import World
from tests.pages import CheckedClient

QUEUE, WORKLOAD = "/staff/escalations", "/staff/workload"
TAKE_OVER, PUSH = f"{QUEUE}/take-over", f"{QUEUE}/push"
NOT_FOUND, WRONG = 404, 422
MOST_QUERIES = 8


@pytest.fixture
def world(session: Session, clock: conftest.Clock) -> World:
    factories.small_directory(session)
    return World(session, clock.now)


@pytest.fixture
def kyaw(world: World) -> Staff:
    """The network's supervisor."""
    return factories.staff(world.session, Role.SUPERVISOR, "coordinator", name="Kyaw")


@pytest.fixture
def risen(world: World, kyaw: Staff, client: CheckedClient, clock: conftest.Clock) -> list[Case]:
    """Three cases whose office was silent, and a supervisor who has signed in."""
    cases = [world.file() for _ in range(3)]
    world.after(days=4)
    clock.move(days=4)
    world.sweep()
    client.enter(world.session, kyaw)
    return cases


def marks(cases: list[Case]) -> list[str]:
    return [f"{case.reference}.{case.version}" for case in cases]


def fresh(world: World, case: Case) -> Case:
    world.session.rollback()
    world.session.refresh(case)
    return case


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


ENTERS = {
    (Role.SUPERVISOR, "coordinator"): 200,
    (Role.SUPERVISOR, "cso"): 200,
    (Role.COORDINATOR, "coordinator"): 200,
    (Role.SUPERVISOR, "attache"): NOT_FOUND,
    (Role.CASEWORKER, "cso"): NOT_FOUND,
    (Role.OFFICER, "attache"): NOT_FOUND,
    (Role.ADMINISTRATOR, None): NOT_FOUND,
    (Role.ANALYST, None): NOT_FOUND,
}


@pytest.mark.parametrize(("who", "status"), ENTERS.items())
def test_who_enters(
    client: CheckedClient, world: World, who: tuple[Role, str | None], status: int
) -> None:
    malee = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    factories.case(world.session, desk_office_id="cso", caseworker_id=malee.id)
    client.enter(world.session, factories.staff(world.session, *who))
    for path in (QUEUE, f"{QUEUE}?view=climbs", WORKLOAD, f"{WORKLOAD}/{malee.id}/hand-over"):
        assert client.get(path).status_code == status
    navigation = client.get("/staff/account").text
    assert (QUEUE in navigation) == (status == 200)


@pytest.mark.parametrize("path", [QUEUE, WORKLOAD])
def test_strangers_sign_in_first(client: CheckedClient, world: World, path: str) -> None:
    assert client.get(path).status_code == 302


def test_the_queue_says_who_was_silent_and_why_it_climbed(
    client: CheckedClient, risen: list[Case]
) -> None:
    page = client.get(QUEUE).text
    said = text(page)
    assert all(case.reference in page for case in risen)
    assert "3 cases have climbed." in said
    assert "attache Silent for 4 days, 1 reminder." in said
    assert "Nobody said whether they take the case." in said
    assert "attache 3 of 3" in said
    assert "Nobody keeps a case yet" in said


def test_more_cases_make_no_more_queries(
    client: CheckedClient, world: World, risen: list[Case], kyaw: Staff, clock: conftest.Clock
) -> None:
    engine = world.session.get_bind()
    # As in an installation: what the directory holds is kept from page to page.
    directory.forget(world.session)
    world.session.commit()

    def queries() -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client.get(QUEUE)
        event.remove(engine, "before_cursor_execute", note)
        return len([each for each in seen if each.startswith("SELECT")])

    queries()
    few = queries()
    for _ in range(5):
        world.file()
    world.after(days=4)
    clock.move(days=4)
    world.sweep()
    client.enter(world.session, kyaw)
    queries()
    assert queries() == few == MOST_QUERIES


def test_an_empty_queue_says_so(client: CheckedClient, world: World, kyaw: Staff) -> None:
    client.enter(world.session, kyaw)
    assert "No case has climbed." in client.get(QUEUE).text
    assert "No clock runs out" in client.get(f"{QUEUE}?view=climbs").text
    assert "No worker says" in client.get(f"{QUEUE}?view=disputed").text
    assert "No case has climbed." in client.get(f"{QUEUE}?view=nonsense").text
    assert "No case is open." in client.get(WORKLOAD).text
    refused = client.submit(TAKE_OVER, {}, page="/staff/account")
    assert refused.status_code == WRONG


def test_a_case_that_has_not_climbed_stands_among_those_that_will(
    client: CheckedClient, world: World, kyaw: Staff
) -> None:
    malee = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    case = world.file(severity="high")
    case.caseworker_id = malee.id
    client.enter(world.session, kyaw)
    said = text(client.get(f"{QUEUE}?view=climbs").text)
    assert case.reference in said
    assert "No level yet" in said
    assert "It has not climbed yet." in said
    assert "Malee carries most, and nobody is late" in said


def test_long_lists_are_paged(client: CheckedClient, world: World, kyaw: Staff) -> None:
    session = world.session
    cases = [factories.case(session, level=1, status="in_progress") for _ in range(30)]
    references = {case.reference for case in cases}
    client.enter(session, kyaw)

    def listed(page: str) -> set[str]:
        return set(re.findall(r'id="pick-([^"]+)"', page))

    first = client.get(QUEUE).text
    onward = re.search(r'href="([^"]+)" rel="next"', first)
    assert onward
    second = client.get(onward[1].replace("&amp;", "&")).text
    assert not listed(first) & listed(second)
    assert listed(first) | listed(second) == references


@pytest.mark.parametrize("slug", bulk.DEEDS)
@pytest.mark.parametrize("view", ["", "?view=climbs"])
def test_nothing_marked_is_said_clearly(
    client: CheckedClient, risen: list[Case], slug: str, view: str
) -> None:
    page = client.submit(f"{QUEUE}/{slug}{view}", {"case": ["nonsense"]}, page=QUEUE)
    assert page.status_code == WRONG
    assert "Mark at least one case first." in page.text


def test_a_deed_that_is_none(client: CheckedClient, risen: list[Case]) -> None:
    page = client.submit(f"{QUEUE}/burn", {"case": marks(risen)}, page=QUEUE)
    assert page.status_code == NOT_FOUND


@pytest.mark.parametrize("slug", bulk.DEEDS)
def test_a_deed_is_asked_about_before_it_is_done(
    client: CheckedClient, world: World, risen: list[Case], slug: str
) -> None:
    page = client.submit(f"{QUEUE}/{slug}", {"case": marks(risen[:2])}, page=QUEUE)
    assert page.status_code == 200
    assert "There is" not in page.text
    assert "2 cases" in page.text
    assert marks(risen[:2]) == re.findall(r'name="case" value="([^"]+)"', page.text)
    versions = [case.version for case in risen]
    assert [fresh(world, case).version for case in risen] == versions


def do(
    client: CheckedClient, slug: str, cases: list[Case] | list[str], **form: Any
) -> tuple[int, str]:
    values = [each if isinstance(each, str) else marks([each])[0] for each in cases]
    data = {"case": values, "sure": "1", **form}
    page = client.submit(f"{QUEUE}/{slug}", data, page=QUEUE)
    return page.status_code, text(page.text)


def test_several_are_taken_over_and_each_that_cannot_be_says_why(
    client: CheckedClient, world: World, risen: list[Case], kyaw: Staff
) -> None:
    first, second, third = risen
    second.version += 1  # Somebody moved it after the list was made.
    third.status = "outcome_proposed"
    world.session.commit()
    stale = f"{second.reference}.{second.version - 1}"
    status, said = do(
        client, "take-over", [*marks([first]), *marks([first]), stale, *marks([third]), "KH-26-9.1"]
    )
    assert status == 200
    assert "Taken over: 1 of 4" in said
    assert f"{second.reference} It has changed since you opened the list." in said
    assert f"{third.reference} Not possible while the case stands at “Result offered”." in said
    assert "KH-26-9 This case is not with you any more." in said
    assert f"{first.reference} Taken over" in said
    taken = fresh(world, first)
    assert (taken.caseworker_id, taken.desk_office_id) == (kyaw.id, "coordinator")
    assert fresh(world, second).caseworker_id is None


def test_doing_it_twice_does_it_once(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    before = marks(risen[:1])
    assert "1 of 1" in do(client, "push", before, reason="It hurries.")[1]
    assert "0 of 1" in do(client, "push", before, reason="It hurries.")[1]
    assert fresh(world, risen[0]).level == 2


def test_a_push_keeps_its_reason_as_a_note(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    status, said = do(client, "push", risen[:2])
    assert status == WRONG
    assert "Write in a few words why." in said
    status, said = do(client, "push", risen[:2], reason="The worker is in danger.")
    assert "Pushed a step up: 2 of 2" in said
    assert [fresh(world, case).level for case in risen] == [2, 2, 1]
    notes = world.session.scalars(select(Note)).all()
    assert [note.body for note in notes] == ["The worker is in danger."] * 2
    told = [str(data) for data in world.session.scalars(select(Event.data))]
    assert not [data for data in told if "danger" in data]


def test_above_the_highest_level_there_is_none(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    top, below = risen[:2]
    top.level = 5
    world.session.commit()
    said = do(client, "push", [top, below], reason="It hurries.")[1]
    assert "Pushed a step up: 1 of 2" in said
    assert f"{top.reference} It stands at the highest level already." in said
    assert not world.session.scalars(select(Note).where(Note.case_id == top.id)).all()


def test_extending_moves_the_clocks(
    client: CheckedClient, world: World, risen: list[Case], clock: conftest.Clock
) -> None:
    day = (clock.now + timedelta(days=60)).date()
    typed = f"{day.day}-{day.month}-{day.year}"
    status, said = do(client, "extend", risen[:1], reason="", until=typed)
    assert status == WRONG
    status, said = do(
        client, "extend", risen[:1], reason="Papers are on the way.", until="1-1-2020"
    )
    assert status == WRONG
    assert "This day has passed." in said
    status, said = do(client, "extend", risen[:1], reason="Papers are on the way.", until=typed)
    assert "Extended: 1 of 1" in said
    query = select(Clock.due_at).where(Clock.case_id == risen[0].id, Clock.stopped_at.is_(None))
    world.session.rollback()
    assert all(due.date() == day for due in world.session.scalars(query))


def test_reassigning_to_a_person_of_a_desk(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    thiri = factories.staff(world.session, Role.CASEWORKER, "other-cso", name="Thiri")
    against = risen[1]
    factories.case_party(world.session, against, role="person", staff_id=thiri.id)
    world.settle(against)
    world.session.commit()
    status, said = do(client, "reassign", risen[:2])
    assert status == WRONG
    assert "Choose a person." in said
    status, said = do(client, "reassign", risen[:2], caseworker=str(thiri.id))
    assert "Reassigned: 1 of 2" in said
    assert f"{against.reference} The person cannot keep this case" in said
    assert fresh(world, risen[0]).caseworker_id == thiri.id
    assert fresh(world, risen[0]).desk_office_id == "other-cso"


def test_a_desk_decides_on_its_own_cases_only(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    moved = risen[0]
    moved.desk_office_id = "other-cso"
    client.enter(world.session, factories.staff(world.session, Role.SUPERVISOR, "cso"))
    listed = client.get(QUEUE).text
    assert moved.reference not in listed
    assert risen[1].reference in listed
    said = do(client, "take-over", risen[:2])[1]
    assert "Taken over: 1 of 2" in said
    assert f"{moved.reference} This case is not with you any more." in said


def test_handing_over_all_that_a_person_keeps(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    session = world.session
    malee = factories.staff(session, Role.CASEWORKER, "cso", name="Malee", active=False)
    dara = factories.staff(session, Role.SUPERVISOR, "cso", name="Dara")
    for case in risen[:2]:
        case.caseworker_id = malee.id
    factories.case_party(session, risen[1], role="person", staff_id=dara.id)
    session.commit()
    page = client.get(WORKLOAD).text
    path = f"{WORKLOAD}/{malee.id}/hand-over"
    assert path in page
    asked = client.get(path).text
    assert "Hand over all cases of Malee" in asked
    assert "Hand over 2 cases" in asked
    assert "Choose a person." in client.submit(path).text
    assert client.submit(path, {"caseworker": str(malee.id)}).status_code == WRONG
    said = text(client.submit(path, {"caseworker": str(dara.id)}).text)
    assert "Reassigned: 1 of 2" in said
    assert [fresh(world, case).caseworker_id for case in risen] == [dara.id, malee.id, None]


@pytest.mark.parametrize("keeper", [0, 7])
def test_whoever_keeps_nothing_has_nothing_to_hand_over(
    client: CheckedClient, risen: list[Case], keeper: int
) -> None:
    assert client.get(f"{WORKLOAD}/{keeper}/hand-over").status_code == NOT_FOUND


def test_workload_by_person_and_by_office(
    client: CheckedClient, world: World, risen: list[Case]
) -> None:
    malee = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    risen[0].caseworker_id = malee.id
    world.session.commit()
    leads = world.session.scalars(select(Referral.office_id).where(Referral.state == "offered"))
    said = text(client.get(WORKLOAD).text)
    assert "Nobody yet 2" in said
    assert "4 days" in said
    assert all(f"{office} " in said for office in leads)


def load(name: str, *, late: int, of: int) -> Load:
    return Load(name or None, name, of, late, 0, factories.BEGINNING)


def test_the_chart_says_what_it_shows(client: CheckedClient) -> None:
    with client.application.test_request_context("/staff/workload"):
        malee, thiri = load("Malee", late=1, of=2), load("Thiri", late=0, of=4)
        assert chart.finding([]) == "Nobody keeps a case yet"
        assert chart.finding([load("", late=1, of=9), malee]) == (
            "Malee carries most, and is most late"
        )
        assert chart.finding([thiri]) == "Thiri carries most, and nobody is late"
        assert chart.finding([malee, thiri]) == "Thiri carries most, Malee is most late"
        assert chart.bars([]) == []
        short, long = chart.bars([malee, thiri])
        assert (short.late, short.other) == (60.0, 60.0)
        assert (long.length, long.top, long.count) == (240.0, chart.STEP, 4)
