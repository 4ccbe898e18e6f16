"""What waits in the outbox goes, and what does not go waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.channels.patience import Patience
from casework.cli import delivering
from casework.config import MailServer, Outgoing, SmsGateway
from casework.db import transaction
from casework.domain.facts import Role
from casework.models import Letter, Staff
from casework.services import news, notices, ways_out, webhooks
from tests import factories, receivers
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient
from tests.receivers import BUSY, DROP, NEVER, Seen

SHORT = Patience(step=0.4, whole=1.0)


@pytest.fixture
def ready(app: Flask, post: Seen, http: Seen) -> Iterator[Flask]:
    """The application with a mail server and a gateway."""
    before = app.config["SETTINGS"]
    mail = MailServer("localhost", post.port, "none", "a@help.example", "news@mail.example")
    sms = SmsGateway(f"http://127.0.0.1:{http.port}/", "to={to}&text={text}")
    app.config["SETTINGS"] = replace(before, outgoing=Outgoing(mail, sms))
    yield app
    app.config["SETTINGS"] = before


@pytest.fixture
def world(session: Session, clock: Clock) -> World:
    factories.small_directory(session)
    factories.opened_ways(session, "email", "sms", ways_out.NEUTRAL_EMAIL)
    return World(session, clock.now)


@pytest.fixture
def vuthy(world: World) -> Staff:
    return factories.staff(world.session, Role.OFFICER, "attache", email="vuthy@office.example")


def turn(app: Flask, world: World) -> dict[str, int]:
    world.session.commit()
    with app.app_context():
        return dict(delivering.deliver_all(world.now, SHORT))


def states(world: World) -> list[tuple[str, str]]:
    query = select(Letter.state, Letter.last_error).order_by(Letter.id)
    return [(state, error) for state, error in world.session.execute(query)]


def asked(world: World, **contact: str) -> None:
    case = world.file(telephone="081 234 5678", contact=contact, decisions=[])
    world.session.commit()
    news.tell(world.session, case, world.now)


def test_an_office_gets_a_mail_once(ready: Flask, world: World, vuthy: Staff, post: Seen) -> None:
    case = world.file()
    assert turn(ready, world) == {"sent": 1}
    assert turn(ready, world) == {}
    (mail,) = post.mails
    assert mail["To"] == "vuthy@office.example"
    assert case.reference in str(mail.get_content())
    assert states(world) == [("sent", "")]


def test_forty_cases_are_one_mail(ready: Flask, world: World, vuthy: Staff, post: Seen) -> None:
    references = {world.file().reference for _ in range(40)}
    assert turn(ready, world) == {"sent": 1}
    (mail,) = post.mails
    assert all(reference in str(mail.get_content()) for reference in references)
    assert "40" in str(mail["Subject"])


def test_who_asked_for_news_gets_a_short_message(ready: Flask, world: World, http: Seen) -> None:
    asked(world, news="sms")
    assert turn(ready, world) == {"sent": 1}
    (body,) = http.bodies
    assert b"%2B66812345678" in body


def test_who_asked_for_news_by_mail_hears_from_a_neutral_sender(
    ready: Flask, world: World, post: Seen
) -> None:
    asked(world, news="email", news_email="sokha@mail.example")
    assert turn(ready, world) == {"sent": 1}
    assert post.senders == ["news@mail.example"]
    assert str(post.mails[0]["From"]) == "news@mail.example"
    assert "List-Unsubscribe" not in post.mails[0]


def test_at_night_a_complainant_is_left_in_peace(ready: Flask, world: World, http: Seen) -> None:
    asked(world, news="sms")
    world.after(hours=6)
    assert turn(ready, world) == {"postponed": 1}
    assert http.bodies == []


def test_a_system_of_an_office_is_told(ready: Flask, world: World, http: Seen) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    webhooks.join(world.session, admin, world.now, "attache", f"http://127.0.0.1:{http.port}/")
    world.file()
    assert turn(ready, world) == {"sent": 1}
    hook = webhooks.of(world.session, "attache")
    assert hook is not None
    world.file()
    hook.active = False
    assert turn(ready, world) == {"dropped": 1}


def test_a_server_that_is_away_is_left_alone_and_costs_no_attempts(
    ready: Flask, world: World, http: Seen
) -> None:
    for _ in range(3):
        asked(world, news="sms")
    http.usual = DROP
    assert turn(ready, world) == {"failed": 1}
    world.session.rollback()
    assert sorted(states(world)) == [("waiting", ""), ("waiting", ""), ("waiting", "down")]
    http.usual = "ok"
    world.after(minutes=2)
    assert turn(ready, world) == {"sent": 3}


def test_a_system_that_is_away_keeps_no_other_waiting(
    ready: Flask, world: World, http: Seen
) -> None:
    admin = world.actor(Role.ADMINISTRATOR)
    away = f"http://127.0.0.1:{receivers.free_port()}/"
    webhooks.join(world.session, admin, world.now, "attache", away)
    webhooks.join(world.session, admin, world.now, "cso", f"http://127.0.0.1:{http.port}/")
    for _ in range(3):
        case = world.file()
        notices.tell(world.session, case, "cso", "reply", world.now)
    assert turn(ready, world) == {"failed": 1, "sent": 3}


def test_one_that_is_busy_or_refuses_does_not_stop_the_rest(
    ready: Flask, world: World, http: Seen
) -> None:
    for _ in range(3):
        asked(world, news="sms")
    http.plan = [BUSY, NEVER]
    assert turn(ready, world) == {"failed": 1, "given up": 1, "sent": 1}
    world.session.rollback()
    assert sorted(states(world)) == [("dead", "refused"), ("sent", ""), ("waiting", "busy")]


def test_a_letter_that_cannot_be_made_does_not_stop_the_rest(
    ready: Flask, world: World, http: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    asked(world, news="sms")
    asked(world, news="sms")
    letter = world.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter is not None
    letter.language = "xx-no-such"
    assert turn(ready, world) == {"failed": 1, "sent": 1}
    assert "A letter could not be sent: " in caplog.text
    assert "812345678" not in caplog.text
    world.session.rollback()
    assert sorted(states(world)) == [("sent", ""), ("waiting", "fault")]


def test_without_its_settings_nothing_goes_and_nothing_is_lost(app: Flask, world: World) -> None:
    asked(world, news="sms")
    assert turn(app, world) == {}
    world.session.rollback()
    assert states(world) == [("waiting", "")]


def test_who_delivers_says_by_which_ways(ready: Flask, session: Session, clock: Clock) -> None:
    factories.small_directory(session)
    assert turn(ready, World(session, clock.now)) == {}
    session.rollback()
    assert ways_out.open_now(session, clock.now) == {"email", "sms", ways_out.NEUTRAL_EMAIL}


def test_a_link_in_a_mail_stops_the_mails(
    ready: Flask, world: World, vuthy: Staff, post: Seen, client: CheckedClient
) -> None:
    world.file()
    turn(ready, world)
    (mail,) = post.mails
    path = urlsplit(link(mail)).path
    assert "Stop the e-mails" in client.get(path).text
    stopped = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert stopped.status_code == 200
    world.session.rollback()
    world.after(minutes=11)
    world.file()
    assert turn(ready, world) == {}
    assert client.get(f"{path}x").status_code == 404
    assert client.post("/staff/no-more-mail/nothing").status_code == 404


def link(mail: EmailMessage) -> str:
    return str(mail["List-Unsubscribe"]).strip("<>")


def test_the_command_says_what_it_did(installation: Flask, run: Run) -> None:
    assert run("deliver").output == "Letters: nothing was due.\n"
    before = installation.config["SETTINGS"]
    gateway = SmsGateway("http://127.0.0.1:9/", "{to}{text}")
    installation.config["SETTINGS"] = replace(before, outgoing=Outgoing(sms=gateway))
    with installation.app_context(), transaction() as session:
        # It is for nobody, so that nothing can be made of it.
        factories.letter(session)
    result = run("deliver")
    assert (result.stdout, result.exit_code) == ("Letters: 1 failed.\n", 1)
