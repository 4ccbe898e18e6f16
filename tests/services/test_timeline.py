"""The time line of a case, and the names that a page speaks of."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.domain.facts import Actor, Role
from casework.domain.routing import Assignment
from casework.models import Case
from casework.services import (
    casepage,
    escalation,
    messages,
    names,
    notebook,
    outcome,
    referrals,
)
from casework.services.casepage import CasePage
from casework.services.outcome import Outcome
from casework.services.timeline import Shape
from tests.factories import World, agrees

SETTLED = Outcome("settled", "full", "You get all of it.")


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def attache(world: World) -> Actor:
    return world.actor(Role.OFFICER, "attache", name="Vuthy")


@pytest.fixture
def authority(world: World) -> Actor:
    return world.actor(Role.OFFICER, "authority")


def page(world: World, case: Case, actor: Actor, **how: Any) -> CasePage:
    return casepage.of(world.session, case, actor, world.now, **how)


class TestTimeLine:
    def test_events_messages_and_notes_newest_first(self, world: World, malee: Actor) -> None:
        case = world.file(malee)
        worker = world.worker(case)
        messages.reply(world.session, case, worker, world.after(hours=1), body="Help.")
        notebook.note(world.session, case, malee, world.after(hours=1), kind="call", body="Called.")
        messages.write(world.session, case, malee, world.after(hours=1), "We help.")
        escalation.push(world.session, case, malee, world.after(hours=1))
        found = page(world, case, malee).entries
        assert [(entry.action, entry.shape, entry.text) for entry in found[:4]] == [
            ("escalate", Shape.DIAMOND, None),
            ("message", Shape.DOT, "We help."),
            ("call", Shape.DOT, "Called."),
            ("message", Shape.RING, "Help."),
        ]
        assert [entry.action for entry in found[4:]] == ["refer", "routed", "filed"]
        only = page(world, case, malee, only_messages=True).entries
        assert [entry.text for entry in only] == ["We help.", "Help."]

    def test_what_the_worker_does_is_a_ring(self, world: World, malee: Actor) -> None:
        case = world.file()
        assert page(world, case, malee).entries[-1].shape is Shape.RING

    def test_zawgyi_is_kept_as_typed(self, world: World, malee: Actor) -> None:
        case = world.file(malee, language="my")
        typed = "ကၽြန္ေတာ္တို႔ကို လုပ္ခမေပးပါ"
        messages.reply(world.session, case, world.worker(case), world.now, body=typed)
        entry = page(world, case, malee).entries[0]
        assert entry.original == typed
        assert entry.text != typed

    def test_an_office_is_told_what_was_done_towards_it_and_no_more(
        self, world: World, malee: Actor, attache: Actor, authority: Actor
    ) -> None:
        case = world.file(malee, decisions=agrees("KH", "TH"))
        referrals.accept(world.session, case, attache, world.after(hours=1))
        notebook.note(world.session, case, malee, world.now, kind="note", body="Of the desk.")
        messages.write(world.session, case, malee, world.now, "From the desk.")
        assignment = Assignment("authority", "by-hand")
        referrals.offer(world.session, case, malee, world.after(hours=1), assignment=assignment)
        referrals.accept(world.session, case, authority, world.after(hours=1))
        outcome.propose(world.session, case, attache, world.after(hours=1), outcome=SETTLED)
        found = page(world, case, authority).entries
        assert [(entry.action, entry.office_id, entry.data) for entry in found] == [
            ("propose_outcome", None, {}),
            ("accept", "authority", found[1].data),
            ("refer_also", "cso", {"office": "authority"}),
            ("filed", "cso", {}),
        ]
        assert found[0].staff_id is None
        assert found[3].staff_id == malee.staff_id


class TestNames:
    def test_each_is_asked_for_once(self, session: Session, malee: Actor) -> None:
        found = names.of(session, ["cso", None, "nowhere"], [malee.staff_id, None], ["labour"])
        assert found.office("cso") == "cso"
        assert found.office("nowhere") == found.office(None) == ""
        assert found.person(malee.staff_id) == "Malee"
        assert found.person(None) == ""
        assert found.rules == {"labour": "labour"}
        assert found.hosts["cso"] == "KH"
        assert names.of(session, []).rules == {}
