"""Whose account a person of a provider may enter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import AccountNotice, Event, Staff
from casework.oidc import Person
from casework.services import single_sign_on
from casework.services.single_sign_on import EmailNotVerified, UnknownPerson
from tests import factories

ISSUER, EMAIL = "https://names.example", "malee@desk.example"


def person(
    subject: str = "4711", email: str | None = EMAIL, proved_at: datetime | None = None
) -> Person:
    return Person(ISSUER, subject, email, factor=True, proved_at=proved_at)


@pytest.fixture
def malee(session: Session) -> Staff:
    return factories.staff(session, Role.ANALYST, email=EMAIL)


def test_the_first_time_by_the_address_then_by_the_person(
    session: Session, now: datetime, malee: Staff
) -> None:
    assert single_sign_on.enter(session, now, person(email="Malee@Desk.example")) is malee
    assert (malee.issuer, malee.subject) == (ISSUER, "4711")
    assert session.scalars(select(AccountNotice.kind)).all() == ["provider_linked"]
    assert session.scalars(select(Event.action)).all() == ["account:provider-linked"]
    for email in (None, "other@desk.example"):
        assert single_sign_on.enter(session, now, person(email=email)) is malee
    assert session.scalar(select(func.count()).select_from(AccountNotice)) == 1


def test_whoever_gets_the_address_later_does_not_get_the_account(
    session: Session, now: datetime, malee: Staff
) -> None:
    single_sign_on.enter(session, now, person())
    with pytest.raises(UnknownPerson):
        single_sign_on.enter(session, now, person("4712"))


def test_the_same_number_at_another_provider_is_another_person(
    session: Session, now: datetime, malee: Staff
) -> None:
    single_sign_on.enter(session, now, person())
    other = Person("https://other.example", "4711", None, factor=True, proved_at=None)
    with pytest.raises(EmailNotVerified):
        single_sign_on.enter(session, now, other)


def test_no_account_is_made_and_an_ended_one_stays_ended(
    session: Session, now: datetime, malee: Staff
) -> None:
    for email in ("nobody@desk.example", "no address"):
        with pytest.raises(UnknownPerson):
            single_sign_on.enter(session, now, person(email=email))
    with pytest.raises(EmailNotVerified):
        single_sign_on.enter(session, now, person(email=None))
    malee.active = False
    with pytest.raises(UnknownPerson):
        single_sign_on.enter(session, now, person())
    malee.active = True
    single_sign_on.enter(session, now, person())
    malee.active = False
    with pytest.raises(UnknownPerson):
        single_sign_on.enter(session, now, person())
    assert session.scalars(select(Staff)).all() == [malee]


def test_a_new_proof_is_new_and_of_the_same_person(
    session: Session, now: datetime, malee: Staff
) -> None:
    assert not single_sign_on.proves(malee, person(proved_at=now), now)
    single_sign_on.enter(session, now, person())
    assert single_sign_on.proves(malee, person(proved_at=now), now)
    assert not single_sign_on.proves(malee, person("4712", proved_at=now), now)
    assert not single_sign_on.proves(malee, person(), now)
    assert not single_sign_on.proves(malee, person(proved_at=now - timedelta(minutes=10)), now)
