from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.domain.email_address import BadEmail
from casework.domain.facts import SYSTEM, Actor, ActorKind, Role
from casework.models import AccountNotice, Event, Login, Office, Staff
from casework.services import (
    accounts,
    common_passwords,
    facts,
    logins,
    own_notices,
    passwords,
    sign_ins,
)
from casework.services.account_rules import (
    LastAdministrator,
    NotAnAdministrator,
    OfficeNeeded,
    OwnAccount,
    UnknownLanguage,
)
from casework.services.accounts import (
    INVITATION_LASTS,
    EmailTaken,
    InvitationUnknown,
    UnknownAccount,
    WrongSignIn,
)
from casework.services.passwords import Weakness, WeakPassword
from casework.services.sign_ins import Way
from tests import factories
from tests.threads import together

GOOD = "tamarind ferry window nine"
OTHER = "monsoon ladder copper seven"


@pytest.fixture
def office(session: Session) -> Office:
    office = Office(id="desk", name="A desk", role="cso")
    session.add(office)
    session.flush()
    return office


def made(
    session: Session,
    now: datetime,
    email: str = "malee@desk.example",
    role: Role = Role.ADMINISTRATOR,
    office_id: str | None = None,
) -> tuple[Staff, str]:
    return accounts.create(
        session, SYSTEM, now, email=email, name="Malee", role=role, office_id=office_id
    )


def member(session: Session, now: datetime, email: str = "malee@desk.example") -> Staff:
    _, token = made(session, now, email)
    return accounts.accept_invitation(session, now, token, GOOD)


def actor(staff: Staff) -> Actor:
    return Actor(ActorKind.STAFF, Role(staff.role), staff.id)


def sessions_of(session: Session, staff: Staff) -> int:
    return len(session.scalars(select(Login).where(Login.staff_id == staff.id)).all())


def test_an_invitation_is_accepted_once(session: Session, now: datetime) -> None:
    staff, token = made(session, now)
    assert accounts.invited(session, now, token) is staff
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, staff.email, "")

    accounts.accept_invitation(session, now, token, GOOD)

    assert accounts.authenticate(session, staff.email, GOOD) is staff
    with pytest.raises(InvitationUnknown):
        accounts.accept_invitation(session, now, token, OTHER)


def test_the_token_is_not_in_the_database(session: Session, now: datetime) -> None:
    staff, token = made(session, now)
    assert staff.invite_hash is not None
    assert token.encode() not in staff.invite_hash


@pytest.mark.parametrize(("after", "good"), [(-1, True), (0, False), (1, False)])
def test_an_invitation_lasts_seven_days(
    session: Session,
    now: datetime,
    after: int,
    good: bool,  # noqa: FBT001
) -> None:
    staff, token = made(session, now)
    later = now + INVITATION_LASTS + timedelta(seconds=after)
    if good:
        assert accounts.invited(session, later, token) is staff
    else:
        with pytest.raises(InvitationUnknown):
            accounts.invited(session, later, token)


def test_an_address_is_compared_as_people_type_it(session: Session, now: datetime) -> None:
    staff = member(session, now, " Malee@Desk.Example ")
    assert staff.email == "malee@desk.example"
    assert accounts.authenticate(session, "MALEE@desk.example", GOOD) is staff
    with pytest.raises(EmailTaken):
        made(session, now, "malee@DESK.example")


@pytest.mark.parametrize("email", ["", "malee", "malee@desk", "a b@desk.example", "a@b@c.example"])
def test_what_is_no_address_is_refused(session: Session, now: datetime, email: str) -> None:
    with pytest.raises(BadEmail):
        made(session, now, email)
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, email, GOOD)


def test_wrong_sign_ins_tell_nothing(session: Session, now: datetime) -> None:
    staff = member(session, now)
    wrong = [("malee@desk.example", OTHER), ("nobody@desk.example", GOOD), ("", GOOD)]
    told = []
    for email, password in wrong:
        with pytest.raises(WrongSignIn) as raised:
            accounts.authenticate(session, email, password)
        told.append(str(raised.value))
    assert len(set(told)) == 1
    assert accounts.authenticate(session, staff.email, GOOD) is staff


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("eleven char", Weakness.SHORT),
        ("x1y2z3" * 50, Weakness.LONG),
        ("Password1234", Weakness.COMMON),
        ("password1234!", Weakness.COMMON),
        ("P4ssw0rd2026", Weakness.COMMON),
        ("@dmin2026!!!", Weakness.COMMON),
        ("casework12345", Weakness.COMMON),
        ("Migrant-Worker", Weakness.COMMON),
        ("dragon123456dragon", Weakness.COMMON),
        ("letmeinletmein", Weakness.COMMON),
        ("1q2w3e4r5t6y", Weakness.COMMON),
        ("112233445566!", Weakness.COMMON),
        ("+85512345678", Weakness.COMMON),
        ("lkjhgfdsa321", Weakness.COMMON),
        ("correct horse battery staple", Weakness.COMMON),
        ("Malee1234567!", Weakness.OWN_EMAIL),
        ("aaaaaaaaaaaaaaaa", Weakness.COMMON),
        ("malee@desk.example", Weakness.OWN_EMAIL),
        ("malee@desk.example!", Weakness.OWN_EMAIL),
        ("desk.example", Weakness.OWN_EMAIL),
    ],
)
def test_weak_passwords_are_refused(
    session: Session, now: datetime, password: str, weakness: Weakness
) -> None:
    staff, token = made(session, now)
    with pytest.raises(WeakPassword) as raised:
        accounts.accept_invitation(session, now, token, password)
    assert raised.value.weakness is weakness
    assert staff.password_hash == ""


@pytest.mark.parametrize(
    "password",
    [GOOD, OTHER, "Xk9#mQ2$vL7p", "ភាសាខ្មែរ ផ្លូវទឹក", "94720175530281648370", "password tamarind"],
)
def test_what_a_guesser_does_not_begin_with_is_good(password: str) -> None:
    passwords.check(password, "malee@desk.example")
    passwords.check(password, "1@2.example")


def test_the_list_of_common_passwords_is_long() -> None:
    assert len(common_passwords._words()) > 9000
    assert all(common_passwords.is_common(f"{word}2026") for word in common_passwords.OWN_WORDS)


def test_the_same_letters_from_another_keyboard_are_the_same_password(
    session: Session, now: datetime
) -> None:
    staff, token = made(session, now)
    accounts.accept_invitation(session, now, token, "cafe\u0301 tamarind nine")
    assert accounts.authenticate(session, staff.email, "caf\u00e9 tamarind nine") is staff


def test_only_administrators_keep_accounts(session: Session, now: datetime, office: Office) -> None:
    clerk, _ = made(session, now, "clerk@desk.example", Role.CASEWORKER, office.id)
    as_clerk = actor(clerk)
    with pytest.raises(NotAnAdministrator):
        accounts.create(session, as_clerk, now, email="x@desk.example", name="X", role=Role.ANALYST)
    with pytest.raises(NotAnAdministrator):
        accounts.reinvite(session, as_clerk, now, clerk)
    with pytest.raises(NotAnAdministrator):
        accounts.deactivate(session, as_clerk, now, clerk)
    with pytest.raises(NotAnAdministrator):
        accounts.set_role(session, as_clerk, now, clerk, role=Role.SUPERVISOR, office_id=office.id)


def test_who_works_somewhere_needs_an_office_that_exists(session: Session, now: datetime) -> None:
    with pytest.raises(OfficeNeeded):
        made(session, now, role=Role.CASEWORKER)
    with pytest.raises(OfficeNeeded):
        made(session, now, role=Role.CASEWORKER, office_id="nowhere")


def test_a_language_has_to_be_ours(session: Session, now: datetime) -> None:
    staff = member(session, now)
    own = facts.staff_actor(staff)
    accounts.change_profile(session, own, now, staff, name="Malee S.", language="km")
    accounts.change_profile(session, own, now, staff, name="Malee S.", language="km")
    assert (staff.name, staff.language) == ("Malee S.", "km")
    with pytest.raises(UnknownLanguage):
        accounts.change_profile(session, own, now, staff, name="Malee", language="xx")
    session.flush()
    changes = select(Event).where(Event.action == "account:profile")
    assert [line.data for line in session.scalars(changes)] == [{"account": staff.id}]


def test_a_new_password_ends_every_session(session: Session, now: datetime) -> None:
    staff = member(session, now)
    token = sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)
    assert logins.find(session, now, token) is not None

    with pytest.raises(WrongSignIn):
        accounts.change_password(session, now, staff, OTHER, OTHER)
    assert sessions_of(session, staff) == 1
    accounts.change_password(session, now, staff, GOOD, OTHER)

    assert logins.find(session, now, token) is None
    assert accounts.authenticate(session, staff.email, OTHER) is staff
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, staff.email, GOOD)


def test_a_deactivated_account_is_out_at_once(session: Session, now: datetime) -> None:
    boss, staff = member(session, now, "boss@desk.example"), member(session, now)
    token = sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)
    _, invitation = made(session, now, "new@desk.example")
    new = accounts.invited(session, now, invitation)

    accounts.deactivate(session, actor(boss), now, staff)
    accounts.deactivate(session, actor(boss), now, new)

    assert logins.find(session, now, token) is None
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, staff.email, GOOD)
    with pytest.raises(InvitationUnknown):
        accounts.invited(session, now, invitation)
    assert accounts.everyone(session) == [boss, *sorted([staff, new], key=lambda s: s.id)]


def test_a_session_of_an_inactive_account_is_not_found(session: Session, now: datetime) -> None:
    staff = member(session, now)
    token = sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)
    staff.active = False
    session.flush()
    assert logins.find(session, now, token) is None


def test_a_new_invitation_replaces_password_sessions_and_the_old_invitation(
    session: Session, now: datetime
) -> None:
    boss = member(session, now, "boss@desk.example")
    staff, first = made(session, now)
    second = accounts.reinvite(session, actor(boss), now, staff)
    with pytest.raises(InvitationUnknown):
        accounts.invited(session, now, first)
    accounts.accept_invitation(session, now, second, GOOD)
    sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)

    third = accounts.reinvite(session, actor(boss), now, staff)

    assert sessions_of(session, staff) == 0
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, staff.email, GOOD)
    assert accounts.invited(session, now, third) is staff


def test_another_role_ends_the_sessions(session: Session, now: datetime, office: Office) -> None:
    boss = member(session, now, "boss@desk.example")
    staff, _ = made(session, now, role=Role.CASEWORKER, office_id=office.id)
    sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)
    accounts.set_role(session, actor(boss), now, staff, role=Role.ANALYST, office_id=None)
    assert (staff.role, staff.office_id) == ("analyst", None)
    assert sessions_of(session, staff) == 0


def test_nobody_changes_their_own_role_or_ends_their_own_account(
    session: Session, now: datetime
) -> None:
    boss = member(session, now)
    with pytest.raises(OwnAccount):
        accounts.deactivate(session, actor(boss), now, boss)
    with pytest.raises(OwnAccount):
        accounts.set_role(session, actor(boss), now, boss, role=Role.ANALYST, office_id=None)


def test_the_last_administrator_stays(session: Session, now: datetime) -> None:
    boss = member(session, now)
    with pytest.raises(LastAdministrator):
        accounts.deactivate(session, SYSTEM, now, boss)
    with pytest.raises(LastAdministrator):
        accounts.set_role(session, SYSTEM, now, boss, role=Role.ANALYST, office_id=None)
    accounts.set_role(session, SYSTEM, now, boss, role=Role.ADMINISTRATOR, office_id=None)
    second = member(session, now, "second@desk.example")
    accounts.deactivate(session, actor(second), now, boss)
    assert not boss.active


def test_an_account_is_found_by_its_id(session: Session, now: datetime) -> None:
    staff = member(session, now)
    assert accounts.account(session, staff.id) is staff
    with pytest.raises(UnknownAccount):
        accounts.account(session, staff.id + 1)


def test_everything_is_in_the_history_and_no_secret_is(session: Session, now: datetime) -> None:
    staff, token = made(session, now)
    accounts.accept_invitation(session, now, token, GOOD)
    sign_ins.begin(session, now, staff, Way.PASSWORD, factor=True)
    accounts.change_password(session, now, staff, GOOD, OTHER)
    session.flush()
    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert sorted(event.action for event in events) == [
        "account:accept",
        "account:create",
        "account:password",
        "account:sign-in",
    ]
    assert all(event.data["account"] == staff.id for event in events)
    written = repr([event.data for event in events])
    assert not any(secret in written for secret in (token, GOOD, OTHER, staff.email))


def test_what_is_too_long_is_not_cut_and_then_believed(session: Session, now: datetime) -> None:
    staff, token = made(session, now)
    longest = (GOOD * 10)[: passwords.LONGEST]
    accounts.accept_invitation(session, now, token, longest)
    assert accounts.authenticate(session, staff.email, longest) is staff
    with pytest.raises(WrongSignIn):
        accounts.authenticate(session, staff.email, longest + "x")


def test_who_keeps_the_house_is_told_what_is_done_to_others(
    session: Session, now: datetime, office: Office
) -> None:
    boss, other = (factories.staff(session, Role.ADMINISTRATOR) for _ in range(2))
    coordinator = factories.staff(session, Role.COORDINATOR, "desk")
    factories.staff(session, Role.COORDINATOR, "desk", active=False)
    by = facts.staff_actor(boss)
    staff, _ = accounts.create(
        session, by, now, email="sok@desk.example", name="Sok", role=Role.ANALYST
    )
    accounts.set_role(session, by, now, staff, role=Role.COORDINATOR, office_id="desk")
    accounts.reinvite(session, by, now, staff)
    accounts.reset_factor(session, by, now, staff)
    session.flush()
    for keeper in (other, coordinator):
        notices = own_notices.unseen(session, keeper.id)
        assert {(each.kind, each.number) for each in notices} == {
            (kind, staff.id) for kind in own_notices.OF_OTHERS
        }
    of_others = select(AccountNotice).where(AccountNotice.kind.in_(own_notices.OF_OTHERS))
    told = {each.staff_id for each in session.scalars(of_others)}
    assert told == {other.id, coordinator.id}


def test_an_invitation_accepted_twice_at_one_moment_sets_one_password(
    app: Flask, session: Session, now: datetime
) -> None:
    staff, token = made(session, now)
    session.commit()

    def accept(number: int) -> str:
        password = f"{GOOD} {number}"
        try:
            with transaction() as work:
                accounts.accept_invitation(work, now, token, password)
        except InvitationUnknown:
            return ""
        return password

    accepted = [password for password in together(app, 4, accept) if password]
    session.rollback()
    assert len(accepted) == 1
    assert accounts.authenticate(session, staff.email, accepted[0]) is staff


def test_the_last_two_administrators_cannot_end_each_other(
    app: Flask, session: Session, now: datetime
) -> None:
    pair = [factories.staff(session, Role.ADMINISTRATOR) for _ in range(2)]
    actors, ids = [facts.staff_actor(each) for each in pair], [each.id for each in pair]
    session.commit()

    def end_the_other(number: int) -> bool:
        try:
            with transaction() as work:
                other = accounts.account(work, ids[1 - number])
                accounts.deactivate(work, actors[number], now, other)
        except LastAdministrator:
            return False
        return True

    assert sorted(together(app, 2, end_the_other)) == [False, True]
    session.rollback()
    assert sorted(each.active for each in pair) == [False, True]
