"""Administration in the browser: who enters, what is refused in words, what counts at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import (
    CountrySetting,
    Event,
    Holiday,
    LadderStepRow,
    Office,
    Referral,
    RoutingRule,
    Staff,
    TermRow,
)
from casework.services import directory
from casework.web.admin import words
from casework.web.context import STAFF_BASE
from tests import conftest, factories
from tests.factories import World
from tests.pages import CheckedClient

NOT_FOUND, WRONG, FOUND = 404, 422, 302
DESK = {"role": "coordinator", "where": "network"}


@pytest.fixture
def world(session: Session, clock: conftest.Clock) -> World:
    factories.small_directory(session)
    factories.routing_rule(session, "last", "office", DESK, position=90_000)
    factories.routing_rule(session, "desk-last", "desk", DESK, position=90_010)
    return World(session, clock.now)


@pytest.fixture
def lin(world: World, client: CheckedClient) -> Staff:
    """The administrator, who has signed in."""
    staff = factories.staff(world.session, Role.ADMINISTRATOR, name="Lin Htet")
    client.enter(world.session, staff)
    return staff


def fresh(world: World, row: Any) -> Any:
    world.session.rollback()
    world.session.expire_all()
    return row


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def paths(world: World) -> list[str]:
    """Every page of administration, with rows that are there."""
    somebody = factories.staff(world.session, Role.CASEWORKER, "cso")
    term = world.session.scalars(select(TermRow.id)).first()
    world.session.commit()
    return [
        "/admin/accounts",
        "/admin/accounts/new",
        f"/admin/accounts/{somebody.id}",
        "/admin/offices",
        "/admin/offices/new",
        "/admin/offices/embassy",
        "/admin/rules",
        "/admin/rules/new/office",
        "/admin/rules/new/desk",
        "/admin/rules/labour",
        "/admin/rules/last",
        "/admin/rules/labour/up",
        "/admin/rules/labour/off",
        "/admin/coverage",
        "/admin/coverage?origin=KH",
        "/admin/coverage?origin=KH&destination=TH",
        "/admin/ladder",
        "/admin/ladder/2",
        "/admin/terms",
        "/admin/terms/new",
        f"/admin/terms/{term}",
        "/admin/countries",
        "/admin/countries/TH",
        "/admin/changes",
    ]


@pytest.mark.parametrize(
    "who",
    [
        (Role.CASEWORKER, "cso"),
        (Role.OFFICER, "attache"),
        (Role.SUPERVISOR, "coordinator"),
        (Role.COORDINATOR, "coordinator"),
        (Role.ANALYST, None),
    ],
)
def test_nobody_else_knows_of_it(
    client: CheckedClient, world: World, who: tuple[Role, str | None]
) -> None:
    client.enter(world.session, factories.staff(world.session, *who))
    for path in ["/admin/", *paths(world)]:
        assert client.get(path).status_code == NOT_FOUND, path
    assert "/admin/" not in client.get("/staff/account").text


def test_strangers_sign_in_first(client: CheckedClient, world: World) -> None:
    for path in paths(world):
        assert client.get(path).status_code == FOUND
    assert STAFF_BASE == "base/staff.html"


def test_an_administrator_reads_every_page_and_no_case(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    case = world.file(story="My name is Sophal and they beat us.")
    world.file(categories={"other": []})
    world.session.commit()
    for path in paths(world):
        page = client.get(path)
        assert page.status_code == 200, path
        assert case.reference not in page.text
        assert "Sophal" not in page.text
    assert client.get("/admin/").location.endswith("/admin/accounts")
    assert client.get("/staff/sign-in").location.endswith("/admin/accounts")
    assert client.get("/staff/cases").status_code == NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/admin/accounts/1",
        "/admin/offices/nowhere",
        "/admin/rules/none",
        "/admin/rules/labour/sideways",
        "/admin/rules/new/nowhere",
        "/admin/ladder/0",
        "/admin/ladder/5",
        "/admin/ladder/9",
        "/admin/terms/1",
        "/admin/countries/XX",
    ],
)
def test_what_is_not_there(client: CheckedClient, lin: Staff, path: str) -> None:
    assert client.get(path).status_code == NOT_FOUND


# ----------------------------------------------------------------------------------- accounts

NEW = {"name": "Malee", "email": "Malee@CSO.example", "role": "caseworker", "office_id": "cso"}


def test_an_invitation_is_shown_once_and_works(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    page = client.submit("/admin/accounts/new", {**NEW, "language": "km"})
    link = re.search(r"http://localhost(/staff/invitation/[\w-]+)", page.text)
    assert link
    staff = world.session.scalars(select(Staff).where(Staff.email == "malee@cso.example")).one()
    assert (staff.name, staff.office_id, staff.language) == ("Malee", "cso", "km")
    listed = client.get("/admin/accounts")
    assert "invited, no password yet" in listed.text
    assert link[1] not in listed.text
    client.delete_cookie("desk")
    assert client.get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words_"),
    [
        ({"email": "nobody"}, "Write an e-mail address"),
        ({"email": "taken@cso.example"}, "There is an account with this e-mail address already."),
        ({"office_id": ""}, "Choose the office where the person works."),
        ({"name": ""}, "Write the name."),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_a_wrong_account_is_explained_and_nothing_typed_is_lost(
    client: CheckedClient, world: World, lin: Staff, changed: dict[str, str], words_: str
) -> None:
    factories.staff(world.session, Role.ANALYST, email="taken@cso.example")
    world.session.commit()
    page = client.submit("/admin/accounts/new", {**NEW, "language": "km", **changed})
    assert page.status_code == WRONG
    assert words_ in page.text
    kept = {**NEW, **changed}
    assert f'value="{kept["email"]}"' in page.text


def test_another_role_and_office_end_the_sessions(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    staff = factories.staff(world.session, Role.CASEWORKER, "cso", name="Malee")
    world.session.commit()
    path = f"/admin/accounts/{staff.id}"
    same = {"name": "Sok Malee", "role": "caseworker", "office_id": "cso", "language": "my"}
    assert client.submit(path, same).status_code == FOUND
    assert fresh(world, staff).name == "Sok Malee"
    assert not world.session.scalars(select(Event).where(Event.action == "account:role")).all()
    client.submit(path, same | {"role": "officer", "office_id": "attache"})
    assert (fresh(world, staff).role, staff.office_id) == ("officer", "attache")
    wrong = client.submit(path, same | {"role": "supervisor", "office_id": ""})
    assert (wrong.status_code, "Choose the office" in wrong.text) == (WRONG, True)


def test_nobody_changes_their_own_role_or_ends_their_own_account(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    path = f"/admin/accounts/{lin.id}"
    page = client.submit(path, {"name": "Lin", "role": "analyst", "language": "en"})
    assert (page.status_code, "Nobody changes their own role" in page.text) == (WRONG, True)
    assert client.submit(f"{path}/end", page=path).location.endswith(path)
    assert client.submit(f"{path}/invitation", page=path).status_code == NOT_FOUND
    assert (fresh(world, lin).active, lin.role) == (True, "administrator")


def test_an_account_ends_and_lives_again_by_invitation(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    staff = factories.staff(world.session, Role.CASEWORKER, "cso", password_hash="x" * 20)
    world.session.commit()
    path = f"/admin/accounts/{staff.id}"
    assert client.submit(f"{path}/end", page=path).status_code == FOUND
    assert not fresh(world, staff).active
    assert "ended" in client.get("/admin/accounts").text
    page = client.submit(f"{path}/invitation", page=path)
    assert "/staff/invitation/" in page.text
    assert fresh(world, staff).active


def test_an_invitation_that_is_too_old_is_told(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    factories.staff(world.session, Role.CASEWORKER, "cso")
    world.session.commit()
    assert "the invitation is too old" in client.get("/admin/accounts").text


# ------------------------------------------------------------------------------------ offices


def form_of(page: str) -> dict[str, Any]:
    """Return what a form would send if nobody changed it."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found.setdefault(name[1], []).append(value[1])
    for name, body in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        found[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = [chosen[1] if chosen else ""]
    found.pop("csrf_token", None)
    return found


def edit(client: CheckedClient, path: str, **changed: Any) -> Any:
    return client.submit(path, {**form_of(client.get(path).text), **changed})


def test_an_office_is_saved_as_it_stands(client: CheckedClient, world: World, lin: Staff) -> None:
    office = world.session.get_one(Office, "attache")
    before = {c.key: getattr(office, c.key) for c in Office.__table__.columns}
    assert edit(client, "/admin/offices/attache").status_code == FOUND
    fresh(world, office)
    assert {c.key: getattr(office, c.key) for c in Office.__table__.columns} == before


def test_an_edit_that_makes_a_conflict_takes_the_case_away_at_once(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    case = world.file(decisions=factories.agrees("KH", "TH"))
    factories.case_party(world.session, case, role="post", office_id="ombudsman")
    world.settle(case)
    officer = factories.staff(world.session, Role.OFFICER, "attache")
    other = client.application.test_client()
    assert isinstance(other, CheckedClient)
    other.enter(world.session, officer)
    assert case.reference in other.get("/staff/cases").text
    saved = edit(client, "/admin/offices/attache", escalates_to_id="ombudsman")
    assert "in 1 case." in client.get(saved.location).text
    assert case.reference not in other.get("/staff/cases").text
    assert other.get(f"/staff/cases/{case.reference}").status_code == NOT_FOUND
    rows = select(Referral.state).where(Referral.office_id == "attache")
    world.session.rollback()
    assert world.session.scalars(rows).all() == ["recalled"]


@pytest.mark.parametrize(
    ("changed", "words_"),
    [
        ({"name": ""}, "Write the name."),
        ({"escalates_to_id": "consulate"}, "That office answers to this one."),
        ({"source_url": "ftp://x"}, "Write a web address that begins with https://."),
        ({"rank": "first"}, "Write a number with digits only."),
        ({"country": ""}, "Choose the state that the office belongs to."),
    ],
)
def test_a_wrong_office_is_explained_at_its_field(
    client: CheckedClient, world: World, lin: Staff, changed: dict[str, str], words_: str
) -> None:
    page = edit(client, "/admin/offices/embassy", note="Kept as typed.", **changed)
    assert page.status_code == WRONG
    assert page.text.count(words_) >= 2
    assert "Kept as typed." in page.text


def test_an_office_is_added_and_found(client: CheckedClient, world: World, lin: Staff) -> None:
    new = {"name": "A new consulate", "role": "consulate", "country": "KH", "host": "TH"}
    data = {**form_of(client.get("/admin/offices/new").text), **new}
    assert client.submit("/admin/offices/new", data).status_code == FOUND
    found = client.get("/admin/offices?q=NEW+cons&country=TH&role=consulate").text
    assert "kh-consulate-1" in found
    assert client.submit("/admin/offices/new", {**data, "name": ""}).status_code == WRONG
    assert "No office is like this." in client.get("/admin/offices?q=zzz").text


# -------------------------------------------------------------------------------------- rules


def test_a_rule_is_tried_before_it_is_saved(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file()
    world.file(decisions=())
    world.session.commit()
    new = {"title": "Wages: the embassy.", "categories": "wages", "targets-0": "embassy@post"}
    page = client.submit("/admin/rules/new/office", {**new, "deed": "try"})
    # Behind the rule for everything it decides nothing.
    assert "it would move 0 of 2 past cases" in page.text
    assert 'value="Wages: the embassy."' in page.text
    page = edit(client, "/admin/rules/labour", **{"targets-0": "embassy@post", "deed": "try"})
    assert "it would move 1 of 2 past cases; 0 to an office that is overdue." in page.text
    assert "1 would go to embassy" in text(page.text)
    assert edit(client, "/admin/rules/labour", **{"targets-0": "embassy@post"}).status_code == FOUND
    world.session.rollback()
    directory.forget(world.session)
    assert world.file().referrals[0].office_id == "embassy"


def test_a_rule_is_saved_as_it_stands(client: CheckedClient, world: World, lin: Staff) -> None:
    rule = world.session.scalars(select(RoutingRule).where(RoutingRule.code == "desk-kh")).one()
    before = {c.key: getattr(rule, c.key) for c in RoutingRule.__table__.columns}
    assert edit(client, "/admin/rules/desk-kh").status_code == FOUND
    fresh(world, rule)
    assert {c.key: getattr(rule, c.key) for c in RoutingRule.__table__.columns} == before


@pytest.mark.parametrize(
    ("data", "words_"),
    [
        ({"title": ""}, "Write one sentence that says what the rule does."),
        ({"targets-0": ""}, "Name at least one office"),
    ],
)
def test_a_wrong_rule_is_explained(
    client: CheckedClient, lin: Staff, data: dict[str, str], words_: str
) -> None:
    page = client.submit(
        "/admin/rules/new/office", {"title": "A rule", "targets-0": "embassy@post", **data}
    )
    assert page.status_code == WRONG
    assert words_ in page.text


def test_a_rule_moves_and_is_switched_after_its_trial_was_shown(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file()
    world.session.commit()
    page = client.get("/admin/rules/labour/off").text
    assert "it would move 1 of 1 past cases" in page
    assert client.submit("/admin/rules/labour/off").status_code == FOUND
    assert "Switch on" in client.get("/admin/rules").text
    assert "it would move 1 of 1 past cases" in client.get("/admin/rules/labour/on").text
    client.submit("/admin/rules/labour/on")
    client.submit("/admin/rules/labour/up")
    client.submit("/admin/rules/retaliation/down")
    codes = select(RoutingRule.code).where(RoutingRule.track == "office")
    world.session.rollback()
    assert world.session.scalars(codes.order_by(RoutingRule.position)).all() == [
        "labour",
        "retaliation",
        "embassy",
        "last",
    ]


def test_the_last_rule_stays(client: CheckedClient, world: World, lin: Staff) -> None:
    for turn in ("off", "up", "down"):
        page = client.get(f"/admin/rules/last/{turn}", follow_redirects=True)
        assert "The last rule takes what no other rule takes." in page.text
    wrong = edit(client, "/admin/rules/last", **{"targets-0": "embassy@post"})
    assert wrong.status_code == WRONG
    assert edit(client, "/admin/rules/last", title="All others.").status_code == FOUND
    first = client.get("/admin/rules/retaliation/up", follow_redirects=True)
    assert "It is the first rule already." in first.text


def test_rules_are_read_in_plain_words(client: CheckedClient, world: World, lin: Staff) -> None:
    factories.routing_rule(
        world.session,
        "full",
        "office",
        {"role": "labour_authority", "where": "destination"},
        position=1,
        origins=["MM", "KH"],
        destinations=["TH"],
        categories=["wages"],
        severities=["urgent"],
        documented="no",
        place="Ranong",
    )
    world.session.commit()
    page = text(client.get("/admin/rules").text)
    assert (
        "From Cambodia, Myanmar. Working in Thailand. About: Wages. Severity: urgent. "
        "Has papers: No. Place with “Ranong” in it" in page
    )
    assert "labour office of the country of work" in page
    assert "Every case" in page


def test_the_map_marks_holes_and_names_what_was_asked_for(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    world.file(categories={"other": []})
    for rule in world.session.scalars(select(RoutingRule).where(RoutingRule.code == "labour")):
        rule.active = False
    world.session.commit()
    page = client.get("/admin/coverage").text
    assert "Coverage: 12 holes in 14 fields" in page
    assert "1 of the holes was asked for" in page
    assert page.count('<td class="hole">hole</td>') == 12
    detail = text(client.get("/admin/coverage?origin=KH&destination=TH").text)
    assert "foreign" in detail
    assert client.get("/admin/coverage?origin=XX").status_code == 200


# ------------------------------------------------------------------- ladder, limits, calendars


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


def test_a_refusal_without_a_field_of_its_own_is_told_of_the_whole_form() -> None:
    known = {key.rpartition(".")[2] for key in words.REFUSED}
    assert {"empty", "unknown", "last", "fixed", "circle", "range"} <= known
