"""Messages that did not go, and systems of offices, as an administrator sees them."""

from __future__ import annotations

import re

import pytest

from casework.models import Letter, OfficeWebhook, Staff
from casework.services import webhooks
from tests import factories
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient

PAGE = "/admin/messages"
SYSTEM = "/admin/offices/attache/system"
URL = "https://system.attache.example/hook"
SECRET = re.compile(r'<code class="secret">([0-9a-f]{64})</code>')


@pytest.fixture
def dead(world: World, lin: Staff) -> list[Letter]:
    """A letter of each kind that did not go."""
    case = world.file(telephone="081 234 5678", contact={"news": "sms"})
    made = [
        factories.letter(
            world.session, state="dead", last_error=error, kind=kind, case_id=case.id, **values
        )
        for error, kind, values in (
            ("down", "news", {"channel": "sms", "person_id": case.people[0].id}),
            ("address", "reminder", {"channel": "email", "staff_id": lin.id}),
            ("fault", "account", {"channel": "email", "staff_id": lin.id}),
            ("late", "referred", {"channel": "webhook", "office_id": "attache"}),
        )
    ]
    world.session.commit()
    return made


def states(world: World) -> list[str]:
    world.session.rollback()
    return [state for (state,) in world.session.query(Letter.state).order_by(Letter.id)]


def test_what_did_not_go_is_shown_without_whom_or_what(
    client: CheckedClient, world: World, lin: Staff, dead: list[Letter]
) -> None:
    page = client.get(PAGE).text
    for words in ("short message", "There is no such address.", "attache", "A clock runs"):
        assert words in page
    reference = world.session.query(Letter).first()
    assert reference is not None
    assert "KH-26-" not in page.partition("<main")[2]
    assert lin.email not in page.partition("<main")[2]
    assert "could have gone since" not in page


def test_one_or_all_are_tried_again(
    client: CheckedClient, world: World, dead: list[Letter], clock: Clock
) -> None:
    client.submit(f"{PAGE}/{dead[1].id}/again", page=PAGE)
    assert states(world) == ["dead", "waiting", "dead", "dead"]
    clock.move(minutes=1)
    assert "could have gone since" in client.get(PAGE).text
    answer = client.submit(f"{PAGE}/again", page=PAGE)
    assert answer.location == PAGE
    assert states(world) == ["waiting"] * 4
    assert "There is none." in client.get(PAGE).text
    assert client.post(f"{PAGE}/again").status_code == 400


def hook(world: World) -> OfficeWebhook:
    world.session.rollback()
    found = webhooks.of(world.session, "attache")
    assert found is not None
    world.session.refresh(found)
    return found


def test_a_system_is_joined_and_its_secret_shown_once(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    assert SYSTEM in client.get("/admin/offices/attache").text
    shown = client.submit(SYSTEM, {"url": URL})
    (secret,) = SECRET.findall(shown.text)
    assert (hook(world).secret, hook(world).url) == (secret, URL)
    assert secret not in client.get(SYSTEM).text
    again = client.submit(SYSTEM, {"url": f"{URL}/2"})
    assert again.status_code == 302
    assert (hook(world).secret, hook(world).url) == (secret, f"{URL}/2")
    (other,) = SECRET.findall(client.submit(f"{SYSTEM}/secret", page=SYSTEM).text)
    assert hook(world).secret == other != secret
    assert client.submit(f"{SYSTEM}/off", page=SYSTEM).status_code == 302
    assert not hook(world).active
    assert "The system is not told." in client.get(SYSTEM).text
    assert secret not in client.get("/admin/changes").text


@pytest.mark.parametrize("url", ["", "http://attache.example/", "attache"])
def test_a_system_is_asked_encrypted(
    client: CheckedClient, world: World, lin: Staff, url: str
) -> None:
    answer = client.submit(SYSTEM, {"url": url})
    assert answer.status_code == 422
    assert "Write a web address that begins with https://." in answer.text
    assert webhooks.of(world.session, "attache") is None


def test_an_office_that_there_is_not_has_no_system(
    client: CheckedClient, world: World, lin: Staff
) -> None:
    assert client.get("/admin/offices/nowhere/system").status_code == 404
    assert client.submit(f"{SYSTEM}/off", page=SYSTEM).status_code == 302


def test_it_is_asked_anew_who_somebody_is(
    client: CheckedClient, world: World, lin: Staff, clock: Clock
) -> None:
    clock.move(minutes=11)
    assert "/confirm" in client.get(SYSTEM).location
