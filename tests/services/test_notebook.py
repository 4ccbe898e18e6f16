"""What staff write down beside the workflow."""

from __future__ import annotations

import pytest

from casework.domain.complaint import Contact
from casework.domain.facts import Actor, Role
from casework.models import Case
from casework.services import notebook, referrals
from casework.services.casefile import NotAllowed
from tests.factories import World


def note(world: World, case: Case, actor: Actor, body: str) -> None:
    notebook.note(world.session, case, actor, world.after(hours=1), kind="call", body=body)


def test_notes_stay_in_the_office_that_wrote_them(world: World) -> None:
    case = world.file()
    desk, officer = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    head = world.actor(Role.COORDINATOR, "coordinator")
    for actor, body in ((desk, " of the desk "), (officer, "of the office"), (head, "of the head")):
        note(world, case, actor, body)
    read = {
        name: [row.body for row in notebook.notes(world.session, case, actor)]
        for name, actor in (
            ("desk", desk),
            ("office", officer),
            ("network", head),
            ("administrator", world.actor(Role.ADMINISTRATOR)),
        )
    }
    assert read == {
        "desk": ["of the desk"],
        "office": ["of the office"],
        "network": ["of the head", "of the desk"],
        "administrator": [],
    }


def test_tasks_are_of_one_office_open_ones_first(world: World) -> None:
    case = world.file()
    desk, officer = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    late = notebook.task(world.session, case, desk, world.now, title="Write", due_on="2026-12-02")
    soon = notebook.task(world.session, case, desk, world.now, title="Call", due_on="2026-12-01")
    theirs = notebook.task(world.session, case, officer, world.now, title="Ask", due_on="")
    assert [t.title for t in notebook.tasks(world.session, case, desk)] == ["Call", "Write"]
    assert notebook.tasks(world.session, case, officer) == [theirs]
    notebook.finish_task(world.session, case, desk, world.after(hours=1), soon.id)
    finished = world.now
    for task in (soon, theirs):
        notebook.finish_task(world.session, case, desk, world.after(hours=1), task.id)
    assert [t.title for t in notebook.tasks(world.session, case, desk)] == ["Write", "Call"]
    assert (soon.done_at, late.done_at, theirs.done_at) == (finished, None, None)


def test_contact_with_the_embassy_is_written_down(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    told = Contact("told_to_pay", "embassy", "2026-11-01", "visit", "a letter", "500 baht")
    made = notebook.embassy_contact(
        world.session, case, desk, world.now, contact=told, version=case.version
    )
    assert (made.result, made.office_id, made.on_date, made.how) == (
        "told_to_pay",
        "embassy",
        "2026-11-01",
        "visit",
    )
    assert (made.asked, made.answered) == ("a letter", "500 baht")
    bare = notebook.embassy_contact(
        world.session, case, desk, world.now, contact=Contact("no_answer")
    )
    assert (bare.asked, bare.answered) == (None, None)


def test_a_stranger_writes_nothing_down(world: World) -> None:
    case = world.file()
    with pytest.raises(NotAllowed):
        note(world, case, world.actor(Role.CASEWORKER, "other-cso"), "x")
