"""Ladder, time limits, working time and the history of changes in the browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models import (
    CountrySetting,
    Event,
    Holiday,
    LadderStepRow,
    Staff,
    TermRow,
)
from casework.services import directory
from casework.services.settings.refused import Refused
from casework.web.admin import words
from casework.web.admin.terms import TermForm
from casework.web.fields import form_errors
from tests import factories
from tests.factories import World
from tests.forms import edit, text
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302
NEW = {"name": "Malee", "email": "Malee@CSO.example", "role": "caseworker", "office_id": "cso"}


def fresh(world: World, row: Any) -> Any:
    world.session.rollback()
    world.session.expire_all()
    return row


def test_a_level_of_the_ladder_is_changed(client: CheckedClient, world: World, lin: Staff) -> None:
    step = world.session.scalars(select(LadderStepRow).where(LadderStepRow.level == 2)).one()
    before = [{"role": "embassy", "where": "post"}, {"role": "embassy", "where": "origin"}]
    step.targets = before
    world.session.commit()
    assert edit(client, "/admin/ladder/2").status_code == FOUND
    assert fresh(world, step).targets == before
    page = edit(client, "/admin/ladder/2", **{f"roles-{n}": "" for n in range(8)})
    assert (page.status_code, "Choose at least one kind of office." in page.text) == (WRONG, True)
    edit(client, "/admin/ladder/2", **{"roles-0": "ombudsman", "title": "The ombudsman"})
    assert fresh(world, step).targets[0]["role"] == "ombudsman"
    assert step.title == "The ombudsman"


def test_limits_are_changed_added_and_removed(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    row = world.session.scalars(select(TermRow).where(TermRow.country == "KH")).one()
    path = f"/admin/terms/{row.id}"
    assert edit(client, path, amount="២០").status_code == FOUND
    assert fresh(world, row).amount == 20
    assert edit(client, path, amount="5000").status_code == WRONG
    new = {"kind": "resolve", "country": "KH", "amount": "9", "unit": "days", "source": "A law"} | {
        "severity": ""
    }
    page = client.submit("/admin/terms/new", new)
    assert (page.status_code, "There is a time limit for this already." in page.text) == (
        WRONG,
        True,
    )
    assert client.submit("/admin/terms/new", {**new, "country": "TH"}).status_code == FOUND
    client.submit(f"{path}/remove", page=path)
    assert client.get(path).status_code == NOT_FOUND
    general = world.session.scalars(select(TermRow).where(TermRow.kind == "silence")).one()
    path = f"/admin/terms/{general.id}"
    kept = client.submit(f"{path}/remove", page=path, data={})
    assert kept.location.endswith(path)


@pytest.mark.parametrize(
    ("typed", "status"), [("25, ៧៥ 100%", FOUND), ("soon", WRONG), ("0", WRONG), ("", WRONG)]
)
def test_reminders_are_read_in_any_script(
    client: CheckedClient, world: World, lin: Staff, typed: str, status: int
) -> None:
    assert client.submit("/admin/terms", {"percents": typed}).status_code == status
    world.session.rollback()
    wanted = [25, 75, 100] if status == FOUND else [50, 75, 100]
    assert directory.reminder_percents(world.session) == wanted


def test_working_time_is_changed(client: CheckedClient, world: World, lin: Staff) -> None:
    week = {"timezone": "Asia/Bangkok", "weekend": ["7"], "opens": "08:30", "closes": "17:00"}
    assert client.submit("/admin/countries/TH", week).status_code == FOUND
    row = world.session.get_one(CountrySetting, "TH")
    assert (fresh(world, row).weekend, row.opens) == ([7], "08:30")
    page = client.submit("/admin/countries/TH", {**week, "closes": "late"})
    assert (page.status_code, "Write a time like 09:00." in page.text) == (WRONG, True)


def test_holidays_are_added_taken_out_and_put_back(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    path = "/admin/countries/TH"
    new = {"new-day": "25-11-2026", "new-name": "Flood"}
    saved = client.submit(f"{path}/holidays", new, page=path)
    assert "year=2026" in saved.location
    page = client.submit(f"{path}/holidays", new, page=path)
    assert (page.status_code, "closed on this day already" in page.text) == (WRONG, True)
    assert client.submit(f"{path}/holidays", {}, page=path).status_code == WRONG
    for day, turn in (("2026-01-01", "work"), ("2026-11-25", "back")):
        assert client.submit(f"{path}/holidays/{day}/{turn}", page=path).status_code == FOUND
    world.session.rollback()
    rows = world.session.scalars(select(Holiday)).all()
    assert [(row.day, row.works) for row in rows] == [("2026-01-01", True)]
    assert "offices work all the same" in client.get(f"{path}?year=2026").text
    for day, turn in (("never", "work"), ("2026-11-24", "work"), ("2026-11-24", "back")):
        assert client.submit(f"{path}/holidays/{day}/{turn}", page=path).status_code == NOT_FOUND
    assert client.get(f"{path}?year=1066").status_code == 200


def test_changes_are_told_with_before_and_after(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    assert "Nothing has been changed yet." in client.get("/admin/changes").text
    edit(client, "/admin/offices/embassy", rank="7")
    client.submit("/admin/terms", {"percents": "30"})
    client.submit("/admin/rules/labour/off")
    edit(client, "/admin/ladder/2", **{"roles-0": "ombudsman"})
    client.submit("/admin/accounts/new", {**NEW, "language": "km"})
    client.submit("/admin/countries/TH/holidays/2026-01-01/work", page="/admin/countries/TH")
    page = text(client.get("/admin/changes").text)
    assert "Lin Htet changed the office embassy. rank : 50 → now 7" in page
    assert "Lin Htet changed when offices are reminded. 50, 75, 100 → now 30, 100" in page
    assert "Lin Htet changed the rule “labour”. active : True → now False" in page
    assert "Lin Htet made an account for Malee." in page
    assert "Lin Htet changed the holidays of Thailand." in page
    world.session.rollback()
    newest = world.session.scalars(select(Event.id).order_by(Event.id.desc())).first()
    older = text(client.get(f"/admin/changes?before={newest}").text)
    assert "holidays of Thailand" not in older
    assert client.get("/admin/changes?before=x").status_code == 200


def test_a_long_history_is_read_page_by_page(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    for _ in range(51):
        factories.event(world.session, action="settings:reminders", data={})
    world.session.commit()
    page = client.get("/admin/changes").text
    more = re.search(r'href="(/admin/changes\?before=\d+)"', page)
    assert more
    assert client.get(more[1]).text.count("Casework changed when offices are reminded.") == 1


def test_a_refusal_without_a_field_of_its_own_is_told_of_the_whole_form(app: Flask) -> None:
    with app.test_request_context():
        form = TermForm()
        words.mark(form, Refused("kind", "there"))
        assert form_errors(form) == [
            ("main", "There is a time limit for this already. Change that one.")
        ]
