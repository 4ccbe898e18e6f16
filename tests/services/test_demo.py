from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import config
from casework.app import create_app
from casework.db import db
from casework.domain.facts import DESK_ROLES, Role
from casework.domain.workflow import OPEN, Status
from casework.models import (
    Case,
    Claim,
    Clock,
    Escalation,
    Event,
    Message,
    Note,
    Office,
    Party,
    Referral,
    RemedyEntry,
    Staff,
    Task,
)
from casework.services import (
    accounts,
    directory,
    facts,
    installation,
    notices,
    passwords,
    reference,
)
from casework.services.demo import acts, load, people, play, stories
from casework.services.demo.people import Account
from tests.factories import BEGINNING

SHIPPED: Final = {story.line.id: story for story in stories.shipped()}


@dataclass
class Loaded:
    """The demonstration as it stands, and when that is."""

    session: Session
    now: datetime
    accounts: list[Account]

    def case(self, import_id: str) -> Case:
        return self.session.scalars(select(Case).where(Case.import_id == import_id)).one()

    def count(self, column: object) -> Counter[object]:
        return Counter(self.session.scalars(select(column)))  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, keys: str) -> Iterator[Loaded]:
    """The demonstration in a database of its own: loading it takes seconds, tests only read."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = create_app(config.from_environment({"CASEWORK_KEYS": keys}, folder))
    with app.app_context(), Session(db.engine) as session:
        db.create_all()
        reference.load(session, BEGINNING)
        yield Loaded(session, BEGINNING, load.load(session, BEGINNING))
        session.close()
        db.engine.dispose()


def test_every_published_case_has_a_story_whose_acts_and_people_are_known() -> None:
    assert len(SHIPPED) == 40
    known = {row["key"] for row in reference.read("demo/people")["person"]} | {play.WORKER}
    for story in SHIPPED.values():
        assert story.by is None or story.by in known
        assert story.filed >= 1
        for step in story.steps:
            assert step.who in known
            assert step.does in acts.ACTS


def test_every_act_is_needed() -> None:
    used = {step.does for story in SHIPPED.values() for step in story.steps}
    assert used == acts.ACTS.keys()


def test_it_shows_every_status_and_level(loaded: Loaded) -> None:
    statuses = loaded.count(Case.status)
    assert statuses.total() == 40
    assert statuses.keys() == {status.value for status in Status} - {Status.RECEIVED.value}
    assert loaded.count(Case.level).keys() == {0, 1, 2, 3, 4, 5}


def test_it_shows_every_way_of_ending(loaded: Loaded) -> None:
    ended = loaded.session.execute(
        select(Case.close_reason, Case.confirmed, Case.remedy_status).where(
            Case.status == Status.CLOSED
        )
    ).all()
    assert {"confirmed", "unconfirmed"} <= {row.close_reason for row in ended}
    assert {True, False} <= {row.confirmed for row in ended}
    assert {"full", "part", "promised", "none"} <= {row.remedy_status for row in ended}
    withdrawn = select(Case.under_pressure).where(Case.status == Status.WITHDRAWN)
    assert set(loaded.session.scalars(withdrawn)) == {True, False}


def test_it_shows_every_way_an_office_stands_to_a_case(loaded: Loaded) -> None:
    states = loaded.count(Referral.state)
    assert {"offered", "accepted", "declined", "silent", "ended"} <= states.keys()
    assert sum(bool(number) for number in loaded.session.scalars(select(Referral.office_number)))
    two = select(Referral.case_id).where(Referral.state == "accepted")
    assert max(Counter(loaded.session.scalars(two)).values()) == 2


def test_a_complaint_about_an_embassy_went_around_it(loaded: Loaded) -> None:
    case = loaded.case("KH-01")
    assert {referral.office_id for referral in case.referrals} == {"kh-mfaic-consular"}
    conflicted = facts.case_facts(loaded.session, case).conflicted
    assert "kh-emb-my" in conflicted


def test_without_consent_no_office_of_a_state_has_a_case(loaded: Loaded) -> None:
    offices = directory.offices(loaded.session)
    refused = [
        story for story in SHIPPED.values() if not any(each.given for each in story.line.consent)
    ]
    assert len(refused) >= 5
    for story in refused:
        case = loaded.case(story.line.id)
        assert not case.referrals
        assert offices[case.desk_office_id].role in DESK_ROLES


def test_messages_go_both_ways_in_the_language_of_the_case(loaded: Loaded) -> None:
    rows = loaded.session.execute(select(Message.language, Message.from_complainant)).all()
    heard = {row.language for row in rows if row.from_complainant}
    assert heard == {"km", "my", "lo", "vi", "fil", "id", "en"}
    assert {row.language for row in rows if not row.from_complainant} == heard


def test_desks_and_offices_keep_notes_tasks_claims_and_remedies(loaded: Loaded) -> None:
    count = {
        model: loaded.session.scalar(select(func.count(model.id)))
        for model in (Note, Task, Claim, RemedyEntry, Party, Escalation)
    }
    assert all(count.values()), count
    assert loaded.count(RemedyEntry.state).keys() == {"offered", "ordered", "paid", "done"}


def test_it_happened_within_some_weeks_and_never_in_the_future(loaded: Loaded) -> None:
    filed = loaded.session.scalars(select(Case.filed_at)).all()
    assert loaded.now - timedelta(days=60) <= min(filed)
    assert loaded.now - timedelta(days=7) <= max(filed) <= loaded.now
    events = loaded.session.scalars(select(Event.at).where(Event.case_id.is_not(None))).all()
    assert max(events) <= loaded.now


def test_offices_mostly_act_when_they_are_open(loaded: Loaded) -> None:
    """What an urgent case needs is done at any hour."""
    acts_of_offices = ("accept", "decline", "propose_outcome", "remedy", "wait_third", "note")
    rows = loaded.session.execute(
        select(Event.at, Office.host)
        .join(Office, Office.id == Event.office_id)
        .where(Event.action.in_(acts_of_offices))
    ).all()
    zones = {
        code: ZoneInfo(row.timezone) for code, row in directory.countries(loaded.session).items()
    }
    open_then = [9 <= row.at.astimezone(zones[row.host]).hour < 17 for row in rows]
    assert len(rows) > 50
    assert sum(open_then) > len(rows) * 0.9


def test_old_news_has_been_read_and_fresh_news_has_not(loaded: Loaded) -> None:
    found = [
        notice.at
        for staff in loaded.session.scalars(select(Staff))
        for notice in notices.unseen(loaded.session, facts.staff_actor(staff))
    ]
    assert min(found) >= loaded.now - timedelta(days=2)


def test_no_clock_is_left_behind(loaded: Loaded) -> None:
    late = select(func.count(Clock.id)).where(Clock.next_at <= loaded.now)
    assert loaded.session.scalar(late) == 0
    waiting = loaded.session.scalars(select(Case).where(Case.status.in_(OPEN)))
    assert all(case.next_due_at for case in waiting if case.level < 5)


def _told(session: Session) -> list[Any]:
    rows = session.execute(
        select(Case.import_id, Event.at, Event.action)
        .join(Case, Case.id == Event.case_id)
        .order_by(Event.at, Case.import_id, Event.action)
    )
    return list(rows)


def test_the_same_day_tells_the_same_stories(
    loaded: Loaded, shipped: Session, now: datetime
) -> None:
    assert now == loaded.now
    again = load.load(shipped, now)
    assert _told(shipped) == _told(loaded.session)
    assert [each.email for each in again] == [each.email for each in loaded.accounts]


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize(
    "day",
    ["2026-01-03T03:00+00:00", "2026-04-18T02:00+00:00", "2026-09-30T20:00+00:00"],
    ids=["after the new year", "after a week of holidays", "at night"],
)
def test_it_stands_on_any_day(shipped: Session, day: str) -> None:
    now = datetime.fromisoformat(day)
    load.load(shipped, now)
    assert shipped.scalar(select(func.count(Case.id))) == 40
    levels = Counter(shipped.scalars(select(Case.level)))
    assert levels.keys() == {0, 1, 2, 3, 4, 5}
    statuses = set(shipped.scalars(select(Case.status)))
    assert statuses == {status.value for status in Status} - {Status.RECEIVED.value}


# --- accounts -----------------------------------------------------------------------------------


def test_every_account_can_sign_in_and_belongs_to_nobody(loaded: Loaded) -> None:
    assert len(loaded.accounts) == 16
    for account in loaded.accounts:
        staff = accounts.authenticate(loaded.session, account.email, account.password)
        assert staff.email.endswith(".example")
        assert staff.name in account.what
    assert len({account.password for account in loaded.accounts}) == 16
    assert loaded.count(Staff.role).keys() == {role.value for role in Role}
    assert installation.shows_demonstration(loaded.session)


def test_lost_passwords_are_made_anew(shipped: Session, now: datetime) -> None:
    _, made = people.create(shipped, now)
    renewed = load.new_passwords(shipped, now)
    assert [each.email for each in renewed] == [each.email for each in made]
    kept = accounts.authenticate(shipped, renewed[0].email, renewed[0].password).password_hash
    assert not passwords.matches(kept, made[0].password)


def test_it_is_loaded_only_into_an_empty_installation(shipped: Session, now: datetime) -> None:
    assert load.is_empty(shipped)
    people.create(shipped, now)
    assert not load.is_empty(shipped)
