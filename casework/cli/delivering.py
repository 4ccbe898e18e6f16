"""Sending what stands in the outbox, for the command and for the worker.

Each letter is claimed in one short transaction, sent outside of any, and settled in another.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import click
from click import echo
from flask import current_app
from sqlalchemy.orm import Session

from casework.channels import email, sms, webhook
from casework.channels.patience import USUAL, Patience
from casework.channels.trouble import Never, NotDelivered
from casework.cli import wording
from casework.cli.sentences import Command, on_data
from casework.config import Outgoing, Settings
from casework.db import transaction
from casework.domain.letters import Channel, Trouble
from casework.logs import report
from casework.services import news, outbox, staff_letters, ways_out, webhooks
from casework.services.outbox import Parcel
from casework.web.clock import now as system_now

_LOG: Final = logging.getLogger(__name__)
# The worker's next turn goes on: other work waits behind this.
LONGEST_RUN: Final = 40.0
_CHANCES: Final = 1 << 20
Send = Callable[[], None]


@dataclass
class Run:
    """One turn of deliveries: when it began, what came of it, and who is left alone in it.

    A server that is away is left alone for the rest of the turn, so that it keeps nobody else
    waiting and what waits for it loses no attempts.
    """

    now: datetime
    outgoing: Outgoing
    patience: Patience = USUAL
    done: Counter[str] = field(default_factory=Counter)
    resting: set[Channel] = field(default_factory=set)
    systems: set[str] = field(default_factory=set)
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self.begun

    @property
    def moment(self) -> datetime:
        """What time it is, by the clock that the turn began with."""
        return self.now + timedelta(seconds=self.seconds)

    @property
    def channels(self) -> list[Channel]:
        """By which channels something can go now."""
        ready = {
            Channel.EMAIL: self.outgoing.mail is not None,
            Channel.SMS: self.outgoing.sms is not None,
            Channel.WEBHOOK: True,
        }
        return [each for each in Channel if ready[each] and each not in self.resting]

    def rest(self, parcel: Parcel) -> None:
        """Leave the server alone by which a parcel could not go."""
        if parcel.office_id:
            self.systems.add(parcel.office_id)
        else:
            self.resting.add(parcel.channel)


def deliver_all(now: datetime, patience: Patience = USUAL) -> Counter[str]:
    """Send what is due from `now` on; return how many were sent, dropped, postponed and so on.

    It ends when nothing is due any more, or after less than a minute.
    """
    settings: Settings = current_app.config["SETTINGS"]
    run = Run(now, settings.outgoing, patience)
    with transaction() as session:
        ways_out.say_open(session, now, _ways(run.outgoing))
    while run.seconds < LONGEST_RUN and (parcel := _claim(run)) is not None:
        run.done[_deliver(run, parcel)] += 1
    return run.done


def _ways(outgoing: Outgoing) -> list[str]:
    ways: list[str] = [Channel.SMS.value] if outgoing.sms else []
    if outgoing.mail:
        ways.append(Channel.EMAIL.value)
        ways += [ways_out.NEUTRAL_EMAIL] if outgoing.mail.neutral else []
    return ways


def _claim(run: Run) -> Parcel | None:
    with transaction() as session:
        return outbox.claim(
            session,
            run.moment,
            secrets.token_hex(16),
            channels=run.channels,
            but=run.systems,
        )


def _deliver(run: Run, parcel: Parcel) -> str:
    """Send one parcel; return what became of it."""
    try:
        send = _open(run, parcel)
        if not callable(send):
            return send
        send()
    except NotDelivered as error:
        if error.all_wait:
            run.rest(parcel)
        return _failed(run, parcel, error.trouble, never=isinstance(error, Never))
    except Exception as error:  # noqa: BLE001 - one broken letter must not keep others waiting.
        report("A letter could not be sent", error)
        return _failed(run, parcel, Trouble.FAULT)
    with transaction() as session:
        outbox.sent(session, run.moment, parcel)
    return "sent"


def _failed(run: Run, parcel: Parcel, trouble: Trouble, *, never: bool = False) -> str:
    _LOG.warning("A letter by %s did not go: %s.", parcel.channel, trouble)
    chance = secrets.randbelow(_CHANCES) / _CHANCES
    with transaction() as session:
        outbox.failed(session, run.moment, parcel, trouble, chance=chance, never=never)
    return "given up" if never else "failed"


def _open(run: Run, parcel: Parcel) -> Send | str:
    """Return what sends a parcel, made of what may be told now; or what became of it instead."""
    with transaction() as session:
        found = _opened(session, run, parcel)
        if found is None:
            outbox.dropped(session, parcel)
            return "dropped"
        if isinstance(found, datetime):
            outbox.later(session, parcel, found)
            return "postponed"
        return found


def _opened(session: Session, run: Run, parcel: Parcel) -> Send | datetime | None:
    if parcel.channel is Channel.WEBHOOK:
        return _to_system(session, run, parcel)
    if parcel.person_id is not None:
        return _to_person(session, run, parcel)
    server = run.outgoing.mail
    letter = staff_letters.opened(session, run.moment, parcel)
    if server is None or letter is None or isinstance(letter, datetime):
        return letter if isinstance(letter, datetime) else None
    mail = wording.to_staff(server, letter)
    return partial(email.deliver, server, mail, key=parcel.key, patience=run.patience)


def _to_person(session: Session, run: Run, parcel: Parcel) -> Send | datetime | None:
    letter = news.opened(session, run.moment, parcel)
    if letter is None or isinstance(letter, datetime):
        return letter
    gateway, server = run.outgoing.sms, run.outgoing.mail
    if letter.channel is Channel.SMS and gateway:
        text = wording.to_person("", letter).body.strip()
        return partial(
            sms.deliver,
            gateway,
            to=letter.address,
            text=text,
            key=parcel.key,
            patience=run.patience,
        )
    if letter.channel is Channel.EMAIL and server and server.neutral:
        mail = wording.to_person(server.neutral, letter)
        return partial(email.deliver, server, mail, key=parcel.key, patience=run.patience)
    return None


def _to_system(session: Session, run: Run, parcel: Parcel) -> Send | None:
    letter = webhooks.opened(session, parcel)
    if letter is None:
        return None
    return partial(
        webhook.deliver,
        letter.url,
        letter.secret,
        event=letter.event,
        reference=letter.reference,
        key=parcel.key,
        now=run.moment,
        patience=run.patience,
    )


@click.command("deliver", cls=Command)
@on_data
def deliver() -> None:
    """Send once what waits in the outbox."""
    done = deliver_all(system_now())
    said = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
    echo(f"Letters: {said or 'nothing was due'}.")
    if done["failed"] or done["given up"]:
        raise SystemExit(1)
