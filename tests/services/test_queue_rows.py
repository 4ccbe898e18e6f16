"""What a list says of each case, and how many queries that takes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from casework.domain.countdown import State
from casework.domain.facts import Actor, Role
from casework.domain.routing import Assignment
from casework.services import (
    queue,
    queue_rows,
    referrals,
)
from casework.services.queue import View, Whose, Wish
from casework.services.queue_rows import Holder
from tests import factories
from tests.factories import World
from tests.queued import busy


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso", name="Malee")


@pytest.fixture
def attache(world: World) -> Actor:
    return world.actor(Role.OFFICER, "attache")


class TestLines:
    def test_what_a_line_says(self, world: World, malee: Actor) -> None:
        cases = busy(world, malee)
        page = queue.page(world.session, malee, world.now, wish=Wish(view=View.ALL))
        lines = queue_rows.of(world.session, malee, world.now, page.rows)
        found = {line.row.reference: line for line in lines.lines}
        holders = {name: found[case.reference].holder for name, case in cases.items()}
        assert holders == {
            "late": Holder.OFFICE,
            "today": Holder.OFFICE,
            "free": Holder.FREE,
            "mine": Holder.YOU,
            "others": Holder.OFFICE,
            "worker": Holder.WORKER,
            "ended": Holder.NOBODY,
        }
        assert found[cases["others"].reference].holder_name == "attache"
        assert lines.names.office("cso") == "cso"
        worker = found[cases["worker"].reference]
        assert worker.clock is not None
        assert worker.clock.state is State.PAUSED
        others = found[cases["others"].reference]
        assert others.clock is not None
        assert (others.clock.state, others.clock.amount) == (State.RUNNING, 2)
        assert others.categories == ["wages"]
        assert others.last is not None
        assert (others.last.action, others.last.data["office"]) == ("refer", "attache")
        assert found[cases["ended"].reference].clock is None
        # Its clock was moved by hand: none ends when the list says.
        assert found[cases["late"].reference].clock is None

    def test_colleagues_and_other_desks_are_named(self, world: World, malee: Actor) -> None:
        supervisor = world.actor(Role.SUPERVISOR, "cso")
        coordinator = world.actor(Role.COORDINATOR, "coordinator")
        world.file(malee, decisions=[])

        def holder(actor: Actor) -> tuple[Holder, str]:
            page = queue.page(world.session, actor, world.now, wish=Wish())
            line = queue_rows.of(world.session, actor, world.now, page.rows).lines[0]
            return line.holder, line.holder_name

        assert holder(supervisor) == (Holder.COLLEAGUE, "Malee")
        assert holder(coordinator) == (Holder.DESK, "cso")

    def test_an_office_is_told_of_no_other_office(
        self, world: World, malee: Actor, attache: Actor
    ) -> None:
        case = world.file(malee, decisions=factories.agrees("KH", "TH"))
        referrals.accept(world.session, case, attache, world.now)
        referrals.offer(
            world.session,
            case,
            malee,
            world.now,
            assignment=Assignment("authority", "by-hand"),
        )
        authority = world.actor(Role.OFFICER, "authority")
        page = queue.page(world.session, authority, world.now, wish=Wish())
        line = queue_rows.of(world.session, authority, world.now, page.rows).lines[0]
        assert (line.holder, line.holder_name, line.last) == (Holder.OTHER_OFFICE, "", None)
        page = queue.page(world.session, attache, world.now, wish=Wish())
        line = queue_rows.of(world.session, attache, world.now, page.rows).lines[0]
        assert line.holder is Holder.YOU
        assert line.last is not None
        assert line.last.action == "accept"

    def test_queries_do_not_grow_with_rows(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        def count() -> int:
            asked = []

            def note(*_args: Any) -> None:
                asked.append(1)

            session.flush()
            bind = session.get_bind()
            event.listen(bind, "before_cursor_execute", note)
            try:
                page = queue.page(session, malee, world.now, wish=Wish())
                queue_rows.of(session, malee, world.now, page.rows)
                queue.counts(session, malee, world.now, Whose.MINE)
            finally:
                event.remove(bind, "before_cursor_execute", note)
            return len(asked)

        world.file(malee)
        # What the directory holds is kept after the first time.
        count()
        few = count()
        for _ in range(6):
            world.file(malee)
        assert count() == few <= 8
