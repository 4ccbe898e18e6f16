"""Receivers that refuse, hang, answer 500 or drop the line, and deliverers that are killed.

Nothing is lost, and a receiver that counts each mark once sees nothing twice: the Message-ID of a
mail, the Idempotency-Key of a short message, the Casework-Id of what a system is told.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.config import Settings
from casework.db import db
from casework.domain.facts import Role
from casework.models import Letter
from casework.services import news, outbox, ways_out, webhooks
from tests import factories, receivers
from tests.conftest import BOTH
from tests.factories import World
from tests.faults.sizes import size
from tests.receivers import FAULTS, OK, Seen

pytestmark = pytest.mark.faults

ROOT: Final = Path(__file__).parents[2]
# How many people, systems of offices' cases and members of staff are written to.
EACH: Final = size(short=6, long=120)
# So many of the answers of a receiver are one of its faults, at first.
SHARE: Final = 0.5
KILLS: Final = size(short=2, long=40)
DELIVERERS: Final = size(short=2, long=4)
WITHIN: Final = size(short=240, long=900)  # seconds
# Everything is due, and it is day for as long as the run takes.
MORNING: Final = factories.BEGINNING + timedelta(hours=17)
# One deliverer in a process of its own. Its time runs fast, so that waits are over in a moment;
# it stops when nothing waits any more.
PROGRAM: Final = """
import os, sys, time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from casework import app, config
from casework.channels.patience import Patience
from casework.cli import delivering
from casework.db import db
from sqlalchemy import select
from casework.models import Letter

delivering.LONGEST_RUN = 5.0
began = datetime.fromisoformat(sys.argv[2])
def now():
    return began + (datetime.now(UTC) - began_here) * 300
began_here = datetime.fromisoformat(sys.argv[3])
made = app.create_app(config.from_environment(os.environ, Path(sys.argv[1])))
print("ready", flush=True)
with made.app_context():
    while db.session.scalar(select(Letter.id).where(Letter.state == "waiting").limit(1)):
        db.session.rollback()
        delivering.deliver_all(now(), Patience(step=0.3, whole=1.0))
        time.sleep(0.05)
"""


@dataclass
class Receivers:
    """A mail server, a gateway, and the system of an office."""

    mail: Seen
    sms: Seen
    system: Seen

    @property
    def all(self) -> tuple[Seen, Seen, Seen]:
        return self.mail, self.sms, self.system


@pytest.fixture
def them() -> Iterator[Receivers]:
    with ExitStack() as stack:
        found = Receivers(
            stack.enter_context(receivers.mail_receiver()),
            stack.enter_context(receivers.http_receiver()),
            stack.enter_context(receivers.http_receiver()),
        )
        chance = random.Random(20)
        for seen in found.all:
            faults = int(EACH * SHARE) or 1
            plan = [chance.choice(FAULTS) for _ in range(faults)] + [OK] * faults
            chance.shuffle(plan)
            seen.plan = plan
        yield found


def write(session: Session, them: Receivers) -> Counter[str]:
    """Write the letters; return how many there are by each way."""
    factories.small_directory(session)
    factories.opened_ways(session, "email", "sms", ways_out.NEUTRAL_EMAIL)
    world = World(session, factories.BEGINNING)
    admin = world.actor(Role.ADMINISTRATOR)
    url = f"http://127.0.0.1:{them.system.port}/hook"
    webhooks.join(session, admin, world.now, "attache", url)
    for number in range(EACH):
        factories.staff(session, Role.OFFICER, "attache", email=f"{number}@office.example")
    case = world.file(decisions=factories.agrees("KH"))
    for _ in range(EACH - 1):
        world.file(decisions=factories.agrees("KH"))
    for number in range(EACH):
        way = {"news": "sms"}
        if number % 2:
            way = {"news": "email", "news_email": f"worker{number}@mail.example"}
        asking = world.file(telephone="081 234 5678", contact=way, decisions=[])
        news.tell(session, asking, world.now)
    assert case.reference
    session.commit()
    return Counter(session.scalars(select(Letter.channel)))


class Deliverers:
    """Deliverers in processes of their own, one of which is killed now and then."""

    def __init__(self, app: Flask, keys: str, them: Receivers) -> None:
        settings: Settings = app.config["SETTINGS"]
        self.arguments = [
            sys.executable,
            "-c",
            PROGRAM,
            str(settings.instance),
            MORNING.isoformat(),
            time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        ]
        self.environment = os.environ | {
            "CASEWORK_KEYS": keys,
            "SECRET_KEY": "k" * 64,
            "DATABASE_URL": settings.database_url,
            "CASEWORK_ADDRESS": "https://help.example",
            "CASEWORK_SMTP": f"127.0.0.1:{them.mail.port}",
            "CASEWORK_SMTP_TLS": "none",
            "CASEWORK_SMTP_FROM": "casework@help.example",
            "CASEWORK_SMTP_FROM_NEUTRAL": "news@mail.example",
            "CASEWORK_SMS_URL": f"http://127.0.0.1:{them.sms.port}/",
            "CASEWORK_SMS_BODY": "to={to}&text={text}",
        }
        self.running = [self.start() for _ in range(DELIVERERS)]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.arguments,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def kill_one(self, number: int) -> None:
        """Kill one in the middle of its work, and start another in its place."""
        place = number % len(self.running)
        gone = self.running[place]
        assert gone.stdout is not None
        gone.stdout.readline()
        time.sleep(0.3)
        gone.send_signal(signal.SIGKILL)
        gone.communicate()
        self.running[place] = self.start()

    def end(self) -> None:
        for each in self.running:
            each.kill()
            each.communicate()


def waiting(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(
            select(func.count()).select_from(Letter).where(Letter.state == "waiting")
        )
        db.session.rollback()
        return int(found or 0)


@pytest.mark.parametrize("database", BOTH)
def test_nothing_is_lost_and_nothing_is_seen_twice(
    app: Flask, session: Session, keys: str, them: Receivers
) -> None:
    written = write(session, them)
    deliverers, begun = Deliverers(app, keys, them), time.monotonic()
    try:
        for number in range(KILLS):
            deliverers.kill_one(number)
        while waiting(app) and time.monotonic() - begun < WITHIN:
            time.sleep(0.2)
    finally:
        deliverers.end()
    session.rollback()
    states = Counter(session.scalars(select(Letter.state)))
    assert states == {"sent": sum(written.values())}, states
    batches = Counter(session.execute(select(Letter.channel, Letter.batch).distinct()).scalars())
    expected: dict[str, Any] = {"email": them.mail, "sms": them.sms, "webhook": them.system}
    for channel, seen in expected.items():
        assert len(seen.once) == batches[channel], channel
    said = Counter[str]()
    for seen in them.all:
        said += Counter({turn: n for turn, n in seen.met.items() if turn != OK})
    again = sum(len(seen.keys) - len(seen.once) for seen in them.all)
    print(
        f"\ndeliveries on {app.config['SETTINGS'].database_url.partition(':')[0]}: "
        f"{sum(written.values())} letters, {sum(batches.values())} deliveries, {KILLS} deliverers "
        f"killed, faults met {dict(sorted(said.items()))}: 0 lost, {again} sent again and known "
        f"by their mark, 0 seen twice, {time.monotonic() - begun:.0f} s"
    )
    assert outbox.oldest_waiting(session, MORNING + timedelta(days=9)) is None
