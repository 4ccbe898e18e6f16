from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Case, Login, Office, Staff, TaxonomyVersion
from casework.services import logins

SECOND = timedelta(seconds=1)


@pytest.fixture
def staff(session: Session, now: datetime) -> Staff:
    staff = Staff(email="a@desk.example", name="A", role="analyst", created_at=now)
    session.add(staff)
    session.flush()
    return staff


@pytest.fixture
def case(session: Session, now: datetime) -> Case:
    session.add(Office(id="desk", name="A desk", role="cso"))
    session.add(TaxonomyVersion(number=1, made_at=now, document={}))
    session.flush()
    case = Case(
        reference="KH-26-000001-0",
        submission_key="one",
        status="received",
        severity="normal",
        origin="KH",
        destination="TH",
        channel="web",
        language="km",
        filed_by="self",
        desk_office_id="desk",
        taxonomy_version=1,
        filed_at=now,
        moved_at=now,
    )
    session.add(case)
    session.flush()
    return case


def test_staff_may_be_idle_for_eight_hours(session: Session, now: datetime, staff: Staff) -> None:
    token = logins.begin_for_staff(session, now, staff, factor=True)
    login = logins.find(session, now + logins.STAFF_IDLE - SECOND, token)
    assert login is not None
    assert login.staff is staff
    assert logins.find(session, now + logins.STAFF_IDLE, token) is None


def test_a_complainant_may_be_idle_for_half_an_hour(
    session: Session, now: datetime, case: Case
) -> None:
    token = logins.begin_for_case(session, now, case)
    login = logins.find(session, now + logins.CASE_IDLE - SECOND, token)
    assert login is not None
    assert login.case is case
    assert logins.find(session, now + logins.CASE_IDLE, token) is None


def test_use_keeps_a_session_alive_but_not_for_ever(
    session: Session, now: datetime, staff: Staff
) -> None:
    token = logins.begin_for_staff(session, now, staff, factor=True)
    moment = now
    while moment < now + logins.STAFF_LONGEST:
        login = logins.find(session, moment, token)
        assert login is not None
        logins.seen(session, moment, login.id)
        session.expire_all()
        moment += timedelta(hours=7)
    assert logins.find(session, moment, token) is None


def test_use_is_written_once_a_minute(session: Session, now: datetime, staff: Staff) -> None:
    token = logins.begin_for_staff(session, now, staff, factor=True)
    login = logins.find(session, now, token)
    assert login is not None
    assert not logins.wants_to_be_seen(login, now + timedelta(seconds=59))
    assert logins.wants_to_be_seen(login, now + timedelta(seconds=60))


def test_the_token_is_not_in_the_database(session: Session, now: datetime, staff: Staff) -> None:
    token = logins.begin_for_staff(session, now, staff, factor=True)
    assert token.encode() not in session.scalars(select(Login.token_hash)).one()
    assert logins.find(session, now, token[:-1]) is None


def test_sessions_end_one_by_one_or_all_at_once(
    session: Session, now: datetime, staff: Staff, case: Case
) -> None:
    tokens = [logins.begin_for_staff(session, now, staff, factor=True) for _ in range(3)]
    opened = [logins.begin_for_case(session, now, case) for _ in range(2)]
    logins.end(session, tokens[0])
    assert [logins.find(session, now, token) is not None for token in tokens] == [
        False,
        True,
        True,
    ]
    logins.end_all_of_staff(session, staff.id)
    assert not any(logins.find(session, now, token) for token in tokens)
    assert all(logins.find(session, now, token) for token in opened)


def test_the_sweep_takes_what_has_run_out(
    session: Session, now: datetime, staff: Staff, case: Case
) -> None:
    logins.begin_for_staff(session, now, staff, factor=True)
    logins.begin_for_case(session, now, case)
    living = logins.begin_for_staff(session, now + timedelta(minutes=1), staff, factor=True)
    assert logins.sweep(session, now + logins.CASE_IDLE) == 1
    assert logins.sweep(session, now + logins.STAFF_IDLE) == 1
    assert session.scalar(select(func.count()).select_from(Login)) == 1
    assert logins.find(session, now + logins.STAFF_IDLE, living) is not None
