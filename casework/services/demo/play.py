"""Lets the stories of the demonstration happen, in the order in which they would have.

Between what people do, the sweep acts on every clock at the very moment it is due, as the
worker would have. What lies in the future does not happen. Somebody who finds a case not theirs
to act on, because a clock was faster or an office did not answer, looks again on the next day.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain.facts import SYSTEM
from casework.models import Case, Clock
from casework.services import casefile, facts, imports, sweep
from casework.services.casefile import NotAllowed
from casework.services.demo import times
from casework.services.demo.acts import ACTS, Scene
from casework.services.referrals import OfficeUnable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from casework.domain.calendars import Calendar
    from casework.domain.facts import Actor
    from casework.models import Staff
    from casework.services.demo.stories import Step, Story

WORKER: Final = "worker"
_LOOKS_AGAIN: Final = 30  # times, before somebody gives up on a step and all after it.
_HOURLY: Final = timedelta(hours=1)


@dataclass(order=True)
class _Running:
    """A story on its way: when it goes on, and how far it has come."""

    at: datetime
    number: int
    story: Story = field(compare=False)
    case_id: int = field(default=0, compare=False)
    done: int = field(default=0, compare=False)
    looks: int = field(default=0, compare=False)

    @property
    def step(self) -> Step:
        """What happens next."""
        return self.story.steps[self.done]

    @property
    def name(self) -> str:
        """A name of the next step, from which its minute comes."""
        return f"{self.story.line.id} {self.done} {self.looks}"


class Play:
    """All stories, played up to `until`."""

    def __init__(self, session: Session, people: Mapping[str, Staff], until: datetime) -> None:
        """Take who acts, and when the play ends."""
        self.session = session
        self.people = people
        self.until = until

    def run(self, stories: Sequence[Story]) -> None:
        """Play the stories."""
        waiting = [_Running(self.filed_at(each), n, each) for n, each in enumerate(stories)]
        heapq.heapify(waiting)
        while waiting and waiting[0].at <= self.until:
            running = heapq.heappop(waiting)
            self._sweep(running.at)
            if self._go_on(running):
                heapq.heappush(waiting, running)
        self._sweep(self.until)

    def filed_at(self, story: Story) -> datetime:
        """Return when a story begins, by the working days of who logs it or of the network."""
        office = facts.staff_actor(self.people[story.by]).office if story.by else None
        hours = times.office_hours(self.session, office, self.until)
        return times.before(hours, self.until, story.filed, story.line.id)

    def _hours(self, who: str, story: Story, now: datetime) -> Calendar:
        if who == WORKER:
            return times.waking_hours(self.session, story.line.destination, now)
        return times.office_hours(self.session, facts.staff_actor(self.people[who]).office, now)

    def _sweep(self, until: datetime) -> None:
        due = select(Clock.case_id, Clock.next_at).where(Clock.next_at <= until)
        first = due.order_by(Clock.next_at, Clock.id).limit(1)
        while row := self.session.execute(first).first():
            sweep.act_on(self.session, row.case_id, row.next_at)

    def _go_on(self, running: _Running) -> bool:
        """Do the next thing of a story, and say when it goes on; tell whether it does."""
        if not running.case_id:
            running.case_id = self._file(running)
        elif not self._act(running):
            return self._look_again(running)
        else:
            running.done, running.looks = running.done + 1, 0
        if running.done == len(running.story.steps):
            return False
        running.at = self._next(running)
        return True

    def _file(self, running: _Running) -> int:
        by = running.story.by
        actor = facts.staff_actor(self.people[by]) if by else SYSTEM
        return imports.import_line(self.session, actor, running.at, running.story.line).case.id

    def _act(self, running: _Running) -> bool:
        case = casefile.lock(self.session, running.case_id)
        step = running.step
        if case.level < step.at_level:
            return False
        scene = Scene(
            self.session,
            case,
            self._actor(step.who, case),
            running.at,
            running.story.line,
            self.people,
            step.data,
        )
        try:
            # A service that refuses in the middle must leave nothing behind.
            with self.session.begin_nested():
                ACTS[step.does](scene)
        except (NotAllowed, OfficeUnable):
            return False
        return True

    def _actor(self, who: str, case: Case) -> Actor:
        if who == WORKER:
            return facts.complainant_actor(case)
        return facts.staff_actor(self.people[who])

    def _look_again(self, running: _Running) -> bool:
        step = running.step
        if step.at_level:
            running.at += _HOURLY
            return True
        running.looks += 1
        hours = self._hours(step.who, running.story, running.at)
        running.at = times.later(hours, running.at, 1, running.name)
        return running.looks < _LOOKS_AGAIN

    def _next(self, running: _Running) -> datetime:
        step = running.step
        if step.hours is not None:
            return running.at + timedelta(hours=step.hours)
        hours = self._hours(step.who, running.story, running.at)
        return times.later(hours, running.at, step.days, running.name)
