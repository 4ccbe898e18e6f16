"""Whatever is done leaves one line that says so, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.complaint import Contact, MoneyRow
from casework.domain.facts import SYSTEM, Actor, Role, Said
from casework.domain.routing import Assignment
from casework.models import Case, Event
from casework.services import (
    accounts,
    consents,
    escalation,
    ledger,
    messages,
    notebook,
    outcome,
    referrals,
    triage,
)
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from tests.factories import World, agrees

DONE = Outcome("partly_settled", "part", "Half was paid.")
WAGES = Classification({"wages": []}, Said.NO, [], [])
Verb = Callable[[Session, Case, Actor, datetime], object]


@dataclass(frozen=True)
class Deed:
    """What somebody does to a case that an office was offered, after other deeds."""

    who: str
    do: Verb
    after: Sequence[str] = ()
    also: Sequence[str] = ()


DEEDS: dict[str, Deed] = {
    "accept": Deed("officer", referrals.accept),
    "decline": Deed(
        "officer", lambda s, c, a, n: referrals.decline(s, c, a, n, code="not_ours", reason="No.")
    ),
    "recall": Deed("desk", referrals.recall),
    "take_on": Deed("desk", triage.take_on, ["recall"]),
    "refer": Deed(
        "desk",
        lambda s, c, a, n: referrals.offer(
            s, c, a, n, assignment=Assignment("attache", referrals.BY_HAND)
        ),
        ["recall"],
    ),
    "answer": Deed("officer", lambda s, c, a, n: messages.write(s, c, a, n, "Yes."), ["accept"]),
    "ask_complainant": Deed(
        "officer",
        lambda s, c, a, n: messages.write(s, c, a, n, "When?", ask=True),
        ["accept"],
        also=["answer"],
    ),
    "wait_third": Deed("officer", triage.wait_for_third, ["accept"]),
    "resume": Deed("officer", triage.resume, ["accept", "wait_third"]),
    "propose_outcome": Deed(
        "officer", lambda s, c, a, n: outcome.propose(s, c, a, n, outcome=DONE), ["accept"]
    ),
    "confirm": Deed("worker", outcome.confirm, ["accept", "propose_outcome"]),
    "dispute": Deed("worker", outcome.dispute, ["accept", "propose_outcome"]),
    "close": Deed(
        "chief",
        lambda s, c, a, n: outcome.close(s, c, a, n, outcome=DONE, reason="no_more_to_do"),
        ["recall", "take_on"],
    ),
    "escalate": Deed("chief", escalation.push),
    "ask_escalation": Deed("worker", escalation.ask, ["accept"]),
    "take_over": Deed("chief", escalation.take_over),
    "extend": Deed(
        "chief", lambda s, c, a, n: escalation.extend(s, c, a, n, due_at=n + timedelta(days=20))
    ),
    "withdraw": Deed(
        "worker", lambda s, c, a, n: outcome.withdraw(s, c, a, n, under_pressure=None)
    ),
    "reopen": Deed("worker", outcome.reopen, ["withdraw"]),
    "reply": Deed("worker", lambda s, c, a, n: messages.reply(s, c, a, n, body="Here.")),
    "note": Deed("desk", lambda s, c, a, n: notebook.note(s, c, a, n, kind="note", body="Hm.")),
    "task": Deed("desk", lambda s, c, a, n: notebook.task(s, c, a, n, title="Call", due_on="")),
    "claim": Deed(
        "desk",
        lambda s, c, a, n: ledger.claim(s, c, a, n, row=MoneyRow("wages", Decimal(1), "THB")),
    ),
    "remedy": Deed(
        "desk",
        lambda s, c, a, n: ledger.remedy(
            s, c, a, n, new=ledger.NewRemedy("apology", "offered", "2026-11-20")
        ),
    ),
    "embassy_contact": Deed(
        "desk", lambda s, c, a, n: notebook.embassy_contact(s, c, a, n, contact=Contact("refused"))
    ),
    "consent": Deed(
        "desk",
        lambda s, c, a, n: consents.change(s, c, a, n, decisions=agrees("TH"), how="spoken"),
    ),
    "reclassify": Deed("desk", lambda s, c, a, n: triage.reclassify(s, c, a, n, found=WAGES)),
    "office_number": Deed(
        "officer",
        lambda s, c, a, n: referrals.set_office_number(s, c, a, n, number="A 7"),
        ["accept"],
    ),
}


@pytest.fixture
def actors(world: World) -> dict[str, Actor]:
    """Who does it, but for the worker, whom a case brings along."""
    return {
        "desk": world.actor(Role.CASEWORKER, "cso"),
        "chief": world.actor(Role.SUPERVISOR, "cso"),
        "officer": world.actor(Role.OFFICER, "attache"),
    }


def lines(session: Session) -> list[Event]:
    session.flush()
    return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.mark.parametrize("code", DEEDS)
def test_a_deed_leaves_one_line(world: World, actors: dict[str, Actor], code: str) -> None:
    case = world.file(actors["desk"], decisions=agrees("KH"))
    actors["worker"] = world.worker(case)
    deed = DEEDS[code]
    for before in deed.after:
        first = DEEDS[before]
        first.do(world.session, case, actors[first.who], world.after(minutes=1))
    known = {event.id for event in lines(world.session)}
    actor, now = actors[deed.who], world.after(minutes=1)
    deed.do(world.session, case, actor, now)
    new = [event for event in lines(world.session) if event.id not in known]
    (line,) = [event for event in new if event.action == code]
    assert (line.case_id, line.at) == (case.id, now)
    assert (line.actor_kind, line.staff_id) == (actor.kind.value, actor.staff_id)
    # What follows by itself has lines of its own, which no person signs for.
    assert [each.action for each in new if each.staff_id is not None] in ([*deed.also, code], [])


def test_the_clock_signs_for_what_it_does(world: World, actors: dict[str, Actor]) -> None:
    case = world.file(actors["desk"], decisions=agrees("KH"))
    known = {event.id for event in lines(world.session)}
    world.after(days=30)
    world.sweep()
    new = [event for event in lines(world.session) if event.id not in known]
    assert [each.action for each in new].count("escalate") == 1
    assert {(each.actor_kind, each.case_id) for each in new} == {("system", case.id)}


def test_accounts_are_changed_on_record(world: World) -> None:
    session, now, chief = world.session, world.now, world.actor(Role.ADMINISTRATOR, None)
    staff, token = accounts.create(
        session,
        SYSTEM,
        now,
        email="new@cso.example",
        name="New",
        role=Role.OFFICER,
        office_id="attache",
    )
    own = accounts.accept_invitation(session, now, token, "four plain words here")
    accounts.change_profile(session, chief, now, staff, name="Other", language="km")
    accounts.change_password(session, now, own, "four plain words here", "other plain words here")
    accounts.set_role(session, chief, now, staff, role=Role.OFFICER, office_id="embassy")
    accounts.reinvite(session, chief, now, staff)
    accounts.reset_factor(session, chief, now, staff)
    accounts.deactivate(session, chief, now, staff)
    found = [event for event in lines(session) if event.data.get("account") == staff.id]
    assert [event.action for event in found] == [
        "account:create",
        "account:accept",
        "account:profile",
        "account:password",
        "account:role",
        "account:reinvite",
        "account:factor-reset",
        "account:deactivate",
    ]
