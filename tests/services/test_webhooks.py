"""An office's own system is told a reference and a code, as long as the office may know."""

from __future__ import annotations

import pytest

from casework.domain.facts import Actor, Role
from casework.domain.letters import Channel
from casework.models import Letter, OfficeWebhook
from casework.services import consents, outbox, webhooks
from casework.services.webhooks import NoAddress, ToSystem
from tests.factories import World

URL = "https://system.attache.example/casework"


@pytest.fixture
def lin(world: World) -> Actor:
    return world.actor(Role.ADMINISTRATOR)


def hook(world: World) -> OfficeWebhook:
    found = webhooks.of(world.session, "attache")
    assert found is not None
    return found


def told(world: World) -> ToSystem | None:
    world.session.flush()
    parcel = outbox.claim(world.session, world.now, "me", channels=[Channel.WEBHOOK])
    assert parcel is not None
    return webhooks.opened(world.session, parcel)


def test_an_office_without_a_system_is_told_on_the_page(world: World) -> None:
    world.file()
    assert world.session.query(Letter).count() == 0


def test_a_system_is_told_a_reference_and_a_code(world: World, lin: Actor) -> None:
    secret = webhooks.join(world.session, lin, world.now, "attache", URL)
    case = world.file()
    assert secret is not None
    assert told(world) == ToSystem(URL, secret, "referred", case.reference)


def test_the_secret_is_sealed_shown_once_and_can_be_renewed(world: World, lin: Actor) -> None:
    secret = webhooks.join(world.session, lin, world.now, "attache", URL)
    assert webhooks.join(world.session, lin, world.now, "attache", f"{URL}/2") is None
    assert hook(world).url == f"{URL}/2"
    assert (secret or "").encode() not in (hook(world).secret_sealed or b"")
    renewed = webhooks.renew(world.session, lin, world.now, hook(world))
    assert renewed == hook(world).secret != secret


def test_a_system_that_has_left_is_not_told(world: World, lin: Actor) -> None:
    webhooks.join(world.session, lin, world.now, "attache", URL)
    world.file()
    webhooks.leave(world.session, lin, world.now, hook(world))
    assert told(world) is None
    world.file()
    assert world.session.query(Letter).count() == 1


def test_a_system_that_is_gone_is_not_told(world: World, lin: Actor) -> None:
    webhooks.join(world.session, lin, world.now, "attache", URL)
    world.file()
    world.session.delete(hook(world))
    assert told(world) is None


def test_an_office_that_may_no_longer_know_is_not_told(world: World, lin: Actor) -> None:
    webhooks.join(world.session, lin, world.now, "attache", URL)
    case = world.file()
    consents.withdraw(world.session, case, world.worker(case), world.now, recipient="KH")
    assert told(world) is None


@pytest.mark.parametrize("url", ["", "http://attache.example/", "ftp://a", f"{URL}/{'x' * 500}"])
def test_a_system_is_asked_encrypted(world: World, lin: Actor, url: str) -> None:
    with pytest.raises(NoAddress):
        webhooks.join(world.session, lin, world.now, "attache", url)
