"""A person's own data: the copy, the deletion, and its undoing, each for the code."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy.orm import Session

from casework import crypto
from casework.domain.facts import Role
from casework.domain.retention import Ground
from casework.models import Case
from casework.services import holds, intake, messages
from tests import factories
from tests.conftest import Clock
from tests.factories import World, agrees
from tests.pages import CheckedClient
from tests.public_way import only_case

PAGE: Final = "/en/case/my-data"


@pytest.fixture
def world(session: Session, clock: Clock) -> World:
    factories.small_directory(session)
    return World(session, clock.now)


@pytest.fixture
def code() -> str:
    return intake.new_code()


@pytest.fixture
def case(world: World, code: str, client: CheckedClient) -> Case:
    """A case that its own person has opened."""
    case = world.file(
        decisions=agrees("KH"), name="Sokha", story="They took\nmy passport", telephone="+66812345"
    )
    case.code_hash = crypto.code_lookup(code)
    factories.answer(world.session, case)
    factories.claim(world.session, case, what="overtime")
    client.open_case(world.session, case)
    return case


def test_the_copy_holds_all_that_was_told(
    client: CheckedClient, case: Case, code: str, world: World
) -> None:
    desk = world.actor(Role.CASEWORKER, "cso")
    messages.reply(world.session, case, world.worker(case), world.now, body="Are you there?")
    messages.write(world.session, case, desk, world.now, "Yes, we are")
    world.session.commit()
    assert "Sokha" not in client.get(PAGE).text
    copy = client.submit(f"{PAGE}/copy", {"code": code})
    assert copy.headers["Content-Disposition"] == "attachment; filename=page.html"
    for told in ("Sokha", "They took", "my passport", "overtime", "Are you there?", "Yes, we are"):
        assert told in copy.text, told
    assert case.reference in copy.text
    for elsewhere in ("src=", "href=", "url("):
        assert elsewhere not in copy.text


@pytest.mark.parametrize("do", ["copy", "delete"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write the 20 digits"), ("123", "The code has 20 digits"), (None, "We do not know")],
)
def test_without_the_code_nothing_is_given_or_deleted(
    client: CheckedClient, case: Case, do: str, typed: str | None, said: str
) -> None:
    other = intake.new_code() if typed is None else typed
    page = client.submit(f"{PAGE}/{do}", {"code": other, "version": case.version})
    assert page.status_code == 422
    assert said in page.text
    assert "Sokha" not in page.text
    assert "You can still change your mind" not in client.get("/en/case/status").text


def test_a_person_has_everything_deleted_and_changes_their_mind(
    client: CheckedClient, case: Case, code: str, session: Session, world: World
) -> None:
    asked = client.get(f"{PAGE}/delete").text
    assert "Your complaint is withdrawn" in asked
    assert "You have 7 days" in asked
    done = client.submit(f"{PAGE}/delete", {"code": code, "version": case.version})
    assert done.location == PAGE
    assert only_case(session).status == "withdrawn"
    assert only_case(session).delete_after == world.now + timedelta(days=7)
    assert "Until then you can change your mind" in client.get(PAGE).text
    assert "You can still change your mind" in client.get("/en/case/status").text
    assert "Nobody works on it" not in client.get(f"{PAGE}/delete").text
    client.submit(f"{PAGE}/keep", {"version": case.version}, page=PAGE)
    assert only_case(session).delete_after is None
    assert "Nothing is deleted" in client.get(PAGE).text


def test_an_older_page_changes_nothing(
    client: CheckedClient, case: Case, code: str, session: Session
) -> None:
    client.submit(f"{PAGE}/delete", {"code": code, "version": case.version + 1})
    client.submit(f"{PAGE}/keep", {"version": case.version + 1}, page=f"{PAGE}/delete")
    assert "moved on in the meantime" in client.get(PAGE).text
    client.submit(f"{PAGE}/keep", {"version": "x"}, page=f"{PAGE}/delete")
    stored = only_case(session)
    assert (stored.delete_after, stored.status) == (None, "referred")


def test_a_held_case_is_kept_and_the_person_is_told_why(
    client: CheckedClient, case: Case, code: str, session: Session, world: World
) -> None:
    actor = world.actor(Role.SUPERVISOR, "cso")
    holds.put(session, case, actor, world.now, ground=Ground.COURT, reason="12/2569")
    session.commit()
    asked = client.get(f"{PAGE}/delete").text
    assert "A court or tribunal works on it." in asked
    assert "12/2569" not in asked
    client.submit(f"{PAGE}/delete", {"code": code, "version": case.version})
    assert "For now we have to keep your case." in client.get(PAGE).text


def test_who_is_not_safe_reads_no_names_of_offices(
    client: CheckedClient, case: Case, session: Session
) -> None:
    named = client.get(f"{PAGE}/delete").text
    case.safe_now = "no"
    session.commit()
    hidden = client.get(f"{PAGE}/delete").text
    assert "These offices may have read it" in named
    assert "What somebody has already read." in hidden


def test_strangers_are_asked_for_the_code(client: CheckedClient, world: World) -> None:
    del world
    for path in ("", "/copy", "/delete"):
        assert client.get(PAGE + path).location == "/en/case"
