from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.calendars import Calendar
from casework.domain.facts import OfficeRole
from casework.domain.workflow import Status
from casework.models import (
    Case,
    Message,
    Note,
)
from casework.services import (
    directory,
    reference,
)
from casework.services.demo import people, play, stories, times
from casework.services.demo.stories import Step, Story

SHIPPED: Final = {story.line.id: story for story in stories.shipped()}
BANGKOK: Final = ZoneInfo("Asia/Bangkok")
WEEK: Final = Calendar(
    BANGKOK, frozenset({6, 7}), frozenset({date(2026, 11, 20)}), time(9), time(17)
)
MONDAY: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(("days", "day"), [(0, 23), (1, 19), (2, 18)])
def test_days_before_are_working_days(days: int, day: int) -> None:
    at = times.before(WEEK, MONDAY, days, "x").astimezone(BANGKOK)
    assert at.day == day
    assert time(9) <= at.time() < time(17)


@pytest.mark.parametrize(("days", "day"), [(1, 24), (5, 30)])
def test_days_later_are_working_days(days: int, day: int) -> None:
    at = times.later(WEEK, MONDAY, days, "x").astimezone(BANGKOK)
    assert (at.day, at) == (day, at)
    assert time(9) <= at.time() < time(17)


def test_soon_is_within_two_hours_of_office_time() -> None:
    at = times.later(WEEK, MONDAY, 0, "x")
    assert timedelta(minutes=25) <= at - MONDAY < timedelta(hours=2)


def test_workers_have_time_on_any_day(shipped: Session, now: datetime) -> None:
    hours = times.waking_hours(shipped, "TH", now)
    assert hours.is_working(date(2026, 11, 22))
    assert times.office_hours(shipped, None, now).timezone == BANGKOK


def _played(session: Session, now: datetime, story: Story) -> Case:
    staff, _ = people.create(session, now - timedelta(days=90))
    play.Play(session, staff, now).run([story])
    return session.scalars(select(Case)).one()


def test_who_may_not_act_looks_again_and_gives_up_at_last(shipped: Session, now: datetime) -> None:
    story = replace(
        SHIPPED["MM-13"],
        filed=40,
        steps=(Step("pranee", "accept", days=1), Step("thiri", "note", data={"text": "late"})),
    )
    case = _played(shipped, now, story)
    assert all(referral.office_id != "th-sso" for referral in case.referrals)
    assert "late" not in [note.body for note in shipped.scalars(select(Note))]


def test_an_office_without_consent_is_not_sent_the_case(shipped: Session, now: datetime) -> None:
    refer = Step("thiri", "refer", days=1, data={"office": "th-sso"})
    case = _played(shipped, now, replace(SHIPPED["MM-05"], filed=3, steps=(refer,)))
    assert all(referral.office_id != "th-sso" for referral in case.referrals)


def test_what_is_refused_half_way_leaves_nothing_behind(shipped: Session, now: datetime) -> None:
    # A question makes the case wait, which only the office that leads may ask for.
    steps = (
        Step("somchai", "accept", days=1),
        Step("thiri", "write", days=1, data={"text": "May I ask?", "ask": True}),
    )
    case = _played(shipped, now, replace(SHIPPED["MM-13"], filed=4, steps=steps))
    assert case.status == Status.ACCEPTED
    assert not shipped.scalars(select(Message)).all()


def test_offices_of_the_demonstration_have_the_roles_that_stories_need(shipped: Session) -> None:
    offices = directory.offices(shipped)
    rows = reference.read("demo/people")["person"]
    held = {offices[row["office"]].role for row in rows if "office" in row}
    assert {OfficeRole.CSO, OfficeRole.COORDINATOR, OfficeRole.LABOUR_MINISTRY} <= held
