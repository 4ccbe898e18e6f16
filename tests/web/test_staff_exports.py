"""The pages of exports: asking, agreeing, taking; what the file holds and who gets none."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from casework.domain.complaint import MoneyRow, PartyNamed
from casework.domain.facts import Role
from casework.domain.spreadsheet import invisible, starts_formula
from casework.models import Case, Event, Export, Staff
from casework.services import facts, installation
from tests import conftest, factories
from tests.desk import CASES, CONFLICT, NOT_FOUND, WRONG, text
from tests.factories import World
from tests.pages import CheckedClient

EXPORT: Final = "/staff/export"
TOLD: Final = {"reason": "the yearly report", "kind": "csv", "identity": "no"}
HOSTILE: Final = '\u200b=HYPERLINK("http://x","y")'
CALLS: Final = {"telephone": "081 234 5678", "telephone_e164": "+66812345678"}


@pytest.fixture
def bopha(world: World) -> Staff:
    return factories.staff(world.session, Role.COORDINATOR, "coordinator", name="Bopha")


@pytest.fixture
def case(world: World, malee: Staff) -> Case:
    return world.file(
        facts.staff_actor(malee),
        name="Sokha",
        contact={"way": "call", "time": "=night"},
        story="We paid.",
        place=HOSTILE,
        sector="fishing",
        parties=[PartyNamed("agency", "+Ocean", "@1")],
        money=[MoneyRow("refund", Decimal(9000), "THB")],
        **CALLS,
    )


def newest(world: World) -> Export:
    world.session.rollback()
    row = world.session.query(Export).order_by(Export.id.desc()).first()
    assert row is not None
    return row


def ask(client: CheckedClient, world: World, **told: str) -> str:
    answer = client.submit(EXPORT, TOLD | told)
    assert answer.status_code == 302
    place = f"{EXPORT}/{newest(world).id}"
    assert answer.headers["Location"] == place
    return place


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


class TestWithoutNames:
    def test_a_caseworker_takes_the_list_once(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        assert f'href="{EXPORT}"' in client.get(CASES).text
        page = client.get(EXPORT).text
        assert "1 case" in text(page)
        assert 'name="identity"' not in page
        place = ask(client, world)
        assert "the yearly report" in client.get(place).text
        taken = client.submit(f"{place}/take", page=place)
        row = newest(world)
        assert taken.headers["Content-Type"] == "text/csv; charset=utf-8"
        name = f'attachment; filename="casework-{row.number}.csv"'
        assert taken.headers["Content-Disposition"] == name
        assert taken.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in taken.headers["Cache-Control"]
        (mark,), head, line = rows(taken.data)
        assert mark == f"{row.number}, Malee, cso, 2026-11-23 09:00 UTC"
        assert head[0] == "Case number"
        assert line[0] == case.reference
        assert line[-1] == head[-1] == mark
        assert "9000.00 THB" in line
        assert line[15] == "'+Ocean (recruitment agency, '@1)"
        whole = taken.data.decode()
        for secret in ("Sokha", "081 234", "We paid", "night"):
            assert secret not in whole
        again = client.post(f"{place}/take", data={"csrf_token": token(client)})
        assert again.status_code == NOT_FOUND
        assert "Was taken" in client.get(place).text
        events = world.session.query(Event).filter(Event.action == "export").all()
        assert [(e.case_id, e.staff_id, e.data["cases"]) for e in events] == [(None, malee.id, 1)]

    def test_a_spreadsheet_holds_the_same_and_nothing_alive(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        place = ask(client, world, kind="xlsx")
        taken = client.submit(f"{place}/take", page=place)
        assert taken.headers["Content-Type"].startswith("application/vnd.openxmlformats")
        with zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
            shared = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
        assert b"<f>" not in sheet
        texts = ["".join(each.itertext()) for each in shared]
        assert case.reference in texts
        for cell in texts:
            seen = next((sign for sign in cell if not invisible(sign)), "")
            assert not starts_formula(seen)

    def test_filters_of_the_list_are_those_of_the_export(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        assert "No case fits." in client.get(f"{EXPORT}?category=embassy").text
        query = "?category=wages&severity=normal&level=0&with=office"
        answer = client.submit(f"{EXPORT}{query}", TOLD)
        page = text(client.get(answer.headers["Location"]).text)
        for said in ("Category Wages", "Severity normal", "Level 0", "With An office"):
            assert said in page
        assert case.reference

    def test_a_reason_is_asked_for(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        page = client.submit(EXPORT, TOLD | {"reason": " "})
        assert page.status_code == WRONG
        assert "Write in a few words what it is for." in page.text
        assert world.session.query(Export).count() == 0
        assert case.reference

    def test_a_caseworker_cannot_slip_a_yes_to_names_in(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        ask(client, world, identity="yes")
        assert newest(world).identity is False
        assert case.reference


class TestWithNames:
    def test_a_second_person_agrees_and_the_first_takes_it_once(
        self, client: CheckedClient, world: World, dara: Staff, bopha: Staff, case: Case
    ) -> None:
        client.enter(world.session, dara)
        place = ask(client, world, identity="yes")
        page = client.get(place).text
        assert "must agree first" in page
        assert f"{place}/take" not in page
        cannot = client.post(f"{place}/decide", data={"csrf_token": token(client)})
        assert cannot.status_code == NOT_FOUND
        world.session.rollback()
        client.enter(world.session, bopha)
        assert "asks to take names out of the house" in client.get(CASES).text
        agreed = client.submit(f"{place}/decide", {"answer": "yes"}, page=place)
        assert agreed.headers["Location"] == place
        assert f"{place}/take" not in client.get(place).text
        taken = client.post(f"{place}/take", data={"csrf_token": token(client)})
        assert taken.status_code == NOT_FOUND
        world.session.rollback()
        client.enter(world.session, dara)
        assert "Decided by" in client.get(place).text
        _mark, head, line = rows(client.submit(f"{place}/take", page=place).data)
        assert head[-4:-1] == ["Names", "Phone number", "Safe contact"]
        assert line[-4:-1] == ["Sokha", "081 234 5678", "May be called, '=night"]
        assert "We paid" not in str(line)
        assert case.reference in line

    def test_a_no_is_told(
        self, client: CheckedClient, world: World, dara: Staff, bopha: Staff, case: Case
    ) -> None:
        client.enter(world.session, dara)
        place = ask(client, world, identity="yes")
        client.enter(world.session, bopha)
        client.submit(f"{place}/decide", {"answer": "no"}, page=place)
        world.session.rollback()
        client.enter(world.session, dara)
        assert "Refused" in client.get(place).text
        assert case.reference

    def test_the_time_for_it_ends(
        self,
        client: CheckedClient,
        world: World,
        dara: Staff,
        case: Case,
        clock: conftest.Clock,
    ) -> None:
        client.enter(world.session, dara)
        row = factories.export(world.session, dara, at=clock.now, reason="x", wanted=WANTED)
        row.expires_at = clock.now + timedelta(minutes=5)
        world.session.commit()
        clock.move(minutes=6)
        assert "The time for it is over" in client.get(f"{EXPORT}/{row.id}").text
        assert case.reference


WANTED: Final[dict[str, Any]] = {
    "view": "open",
    "whose": "all",
    "origin": "",
    "destination": "",
    "category": "",
    "status": "",
    "waits_for": "",
    "severity": "",
    "level": None,
    "sort": "clock",
}


class TestLimits:
    def test_more_than_the_limit_is_refused(
        self, client: CheckedClient, world: World, malee: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        place = ask(client, world)
        page = client.get(EXPORT)
        found = re.search(r'csrf_token"[^>]*value="([^"]+)', page.text)
        assert found
        factories.setting(world.session, installation.EXPORTED, 1)
        world.file(facts.staff_actor(malee))
        world.session.commit()
        refused = client.get(EXPORT).text
        assert "More than 1 cases fit" in text(refused)
        posted = client.post(EXPORT, data=TOLD | {"csrf_token": found[1]})
        assert posted.status_code == CONFLICT
        taken = client.submit(f"{place}/take", page=place)
        assert taken.headers["Location"] == place
        assert newest(world).state == "ready"
        assert case.reference

    def test_it_asks_again_who_it_is_after_ten_minutes(
        self,
        client: CheckedClient,
        world: World,
        malee: Staff,
        case: Case,
        clock: conftest.Clock,
    ) -> None:
        client.enter(world.session, malee)
        place = ask(client, world)
        clock.move(minutes=11)
        for path in (EXPORT, place):
            asked = client.get(path)
            assert "/staff/confirm" in asked.headers["Location"]
        posted = client.post(f"{place}/take", data={"csrf_token": token(client)})
        assert "/staff/confirm" in posted.headers["Location"]
        assert newest(world).state == "ready"
        assert case.reference

    @pytest.mark.parametrize(
        "who",
        [
            (Role.OFFICER, "attache"),
            (Role.SUPERVISOR, "attache"),
            (Role.ADMINISTRATOR, None),
            (Role.ANALYST, "cso"),
        ],
    )
    def test_there_is_no_such_page_for_others(
        self, client: CheckedClient, world: World, dara: Staff, who: tuple[Role, str | None]
    ) -> None:
        row = factories.export(world.session, dara, identity=True, state="waiting", wanted=WANTED)
        client.enter(world.session, factories.staff(world.session, *who))
        for path in (EXPORT, f"{EXPORT}/{row.id}"):
            assert client.get(path).status_code == NOT_FOUND
        for path in (f"{EXPORT}/{row.id}/take", f"{EXPORT}/{row.id}/decide"):
            answer = client.post(path, data={"csrf_token": token(client), "answer": "yes"})
            assert answer.status_code == NOT_FOUND

    def test_nobody_finds_the_export_of_another_desk(
        self, client: CheckedClient, world: World, dara: Staff
    ) -> None:
        row = factories.export(world.session, dara, reason="x", wanted=WANTED)
        stranger = factories.staff(world.session, Role.SUPERVISOR, "other-cso")
        client.enter(world.session, stranger)
        assert client.get(f"{EXPORT}/{row.id}").status_code == NOT_FOUND
        assert client.get(f"{EXPORT}/1").status_code == NOT_FOUND
        assert row.number not in client.get(EXPORT).text

    def test_the_head_of_the_desk_is_told_until_they_have_looked(
        self, client: CheckedClient, world: World, malee: Staff, dara: Staff, case: Case
    ) -> None:
        client.enter(world.session, malee)
        place = ask(client, world)
        client.submit(f"{place}/take", page=place)
        world.session.rollback()
        client.enter(world.session, dara)
        assert "Malee: took 1 case out of the house." in text(client.get(CASES).text)
        client.get(place)
        assert "out of the house" not in client.get(CASES).text
        assert case.reference


def token(client: CheckedClient) -> str:
    """Return a token from a page that everybody who is signed in has."""
    found = re.search(r'csrf_token"[^>]*value="([^"]+)', client.get("/staff/account").text)
    assert found
    return found[1]
