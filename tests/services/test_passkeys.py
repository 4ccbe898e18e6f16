"""Passkeys against a real authenticator in software, which answers rightly and in hostile ways."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.db import transaction
from casework.domain.facts import Role
from casework.models import AccountNotice, Event, Handshake, Passkey, SecondFactor, Staff
from casework.services import handshakes, passkeys
from casework.services.handshakes import Purpose
from casework.services.passkey_answers import LONGEST, Site
from casework.services.passkeys import LastFactor, UnknownPasskey
from tests import factories
from tests.authenticator import PRESENT, Phone, encoded
from tests.threads import together

SITE = Site("desk.example", "https://desk.example")


@pytest.fixture
def malee(session: Session) -> Staff:
    return factories.staff(session, Role.ANALYST, name="Malee")


@pytest.fixture
def dara(session: Session) -> Staff:
    return factories.staff(session, Role.ANALYST, name="Dara")


@pytest.fixture
def phone() -> Phone:
    return Phone(SITE.origin, SITE.host)


def added(session: Session, now: datetime, staff: Staff, phone: Phone) -> Passkey:
    token, options = passkeys.begin_adding(session, now, SITE, staff)
    answer = phone.make(options)
    made = passkeys.finish_adding(session, now, SITE, staff, token, answer=answer, name="Phone")
    assert made is not None
    return made


def shown(session: Session, now: datetime, phone: Phone, **changes: Any) -> Staff | None:
    token, options = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    answer = phone.show(options, **changes)
    return passkeys.finish_showing(session, now, SITE, Purpose.PASSKEY, token, answer=answer)


def told(session: Session, staff: Staff) -> list[str]:
    query = select(AccountNotice.kind).where(AccountNotice.staff_id == staff.id)
    return list(session.scalars(query.order_by(AccountNotice.id)))


def test_a_passkey_is_added_and_signs_its_owner_in(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    passkey = added(session, now, malee, phone)
    assert (passkey.name, passkey.transports) == ("Phone", ["internal", "hybrid"])
    assert passkeys.of_staff(session, malee.id) == [passkey]
    assert told(session, malee) == ["passkey_added"]
    event = session.scalars(select(Event)).one()
    assert (event.action, event.staff_id) == ("account:passkey-added", malee.id)
    assert event.data == {"account": malee.id, "passkey": passkey.id}
    later = now + timedelta(days=1)
    assert shown(session, later, phone) is malee
    assert (passkey.sign_count, passkey.used_at) == (1, later)


def test_what_a_browser_is_asked_says_who_must_be_verified_and_nothing_of_the_owner(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    _, adding = passkeys.begin_adding(session, now, SITE, malee)
    asked = json.loads(adding)
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert [each["id"] for each in asked["excludeCredentials"]] == [encoded(phone.credential_id)]
    assert str(malee.id) not in asked["user"]["id"]
    _, showing = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    asked = json.loads(showing)
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])
    assert asked["rpId"] == "desk.example"


def test_a_question_to_one_account_is_answered_by_its_passkeys_only(
    session: Session, now: datetime, malee: Staff, dara: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    other = Phone(SITE.origin, SITE.host)
    added(session, now, dara, other)
    for device, whose in ((phone, malee), (other, None)):
        token, options = passkeys.begin_showing(
            session, now, SITE, Purpose.CONFIRM_BY_PASSKEY, malee.id
        )
        allowed = json.loads(options)["allowCredentials"]
        assert [each["id"] for each in allowed] == [encoded(phone.credential_id)]
        answer = device.show(options)
        found = passkeys.finish_showing(
            session, now, SITE, Purpose.CONFIRM_BY_PASSKEY, token, answer=answer
        )
        assert found is whose


def test_old_sticks_do_not_name_their_owner_and_answer_only_a_question_to_one(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    phone.owner = None
    assert shown(session, now, phone) is None
    token, options = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY, malee.id)
    answer = phone.show(options)
    found = passkeys.finish_showing(session, now, SITE, Purpose.PASSKEY, token, answer=answer)
    assert found is malee


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://desk.example.evil.example"},
        {"origin": "http://desk.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
)
def test_an_answer_from_elsewhere_or_without_its_user_is_refused(
    session: Session, now: datetime, malee: Staff, phone: Phone, wrong: dict[str, Any]
) -> None:
    right = {name: getattr(phone, name) for name in wrong}
    token, options = passkeys.begin_adding(session, now, SITE, malee)
    for name, value in wrong.items():
        setattr(phone, name, value)
    answer = phone.make(options)
    made = passkeys.finish_adding(session, now, SITE, malee, token, answer=answer, name="")
    assert made is None
    for name, value in right.items():
        setattr(phone, name, value)
    added(session, now, malee, phone)
    for name, value in wrong.items():
        setattr(phone, name, value)
    assert shown(session, now, phone) is None


def test_a_question_is_good_once_even_when_the_answer_was_wrong(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    token, options = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    answer = phone.show(options)

    def given(text: str) -> Staff | None:
        return passkeys.finish_showing(session, now, SITE, Purpose.PASSKEY, token, answer=text)

    assert given(answer) is malee
    assert given(answer) is None
    assert given(phone.show(options)) is None
    token, options = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    assert given("nonsense") is None
    assert given(phone.show(options)) is None


def test_an_answer_to_another_question_is_none(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    first, options = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    second, _ = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    answer = phone.show(options)
    for token, purpose, moment in (
        (second, Purpose.PASSKEY, now),
        (first, Purpose.CONFIRM_BY_PASSKEY, now),
        (first, Purpose.PASSKEY, now + handshakes.LASTS),
        ("made up", Purpose.PASSKEY, now),
    ):
        found = passkeys.finish_showing(session, moment, SITE, purpose, token, answer=answer)
        assert found is None


def test_questions_nobody_answered_go_when_the_next_is_asked(
    session: Session, now: datetime, malee: Staff
) -> None:
    passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    passkeys.begin_adding(session, now, SITE, malee)
    passkeys.begin_showing(session, now + handshakes.LASTS, SITE, Purpose.PASSKEY)
    assert session.scalar(select(func.count()).select_from(Handshake)) == 1


def test_another_account_cannot_finish_what_one_began(
    session: Session, now: datetime, malee: Staff, dara: Staff, phone: Phone
) -> None:
    token, options = passkeys.begin_adding(session, now, SITE, malee)
    answer = phone.make(options)
    assert not passkeys.finish_adding(session, now, SITE, dara, token, answer=answer, name="")
    assert passkeys.of_staff(session, dara.id) == []


def test_a_passkey_belongs_to_one_account(
    session: Session, now: datetime, malee: Staff, dara: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    token, options = passkeys.begin_adding(session, now, SITE, dara)
    answer = phone.make(options)
    assert not passkeys.finish_adding(session, now, SITE, dara, token, answer=answer, name="")
    # The device now believes that it is Dara's.
    assert shown(session, now, phone) is None


def test_a_counter_that_goes_back_is_refused_and_told(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    passkey = added(session, now, malee, phone)
    assert shown(session, now, phone) is malee
    for count in (0, -1):
        phone.count = count
        assert shown(session, now, phone) is None
    assert told(session, malee) == ["passkey_added", "passkey_copied", "passkey_copied"]
    assert passkey.sign_count == 1
    phone.count = 1
    assert shown(session, now, phone) is malee


def test_a_device_that_does_not_count_is_good_again_and_again(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    phone.counts = False
    added(session, now, malee, phone)
    assert [shown(session, now, phone) for _ in range(3)] == [malee] * 3


def test_a_forged_copy_of_the_number_tells_the_owner_nothing(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    assert shown(session, now, phone) is malee
    forged = Phone(SITE.origin, SITE.host, credential_id=phone.credential_id, owner=phone.owner)
    assert shown(session, now, forged) is None
    assert told(session, malee) == ["passkey_added"]


def test_nobody_signs_in_to_an_ended_account_or_with_an_unknown_passkey(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    added(session, now, malee, phone)
    assert shown(session, now, Phone(SITE.origin, SITE.host, owner=b"x")) is None
    malee.active = False
    assert shown(session, now, phone) is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "[" * 5000,
        json.dumps({"id": 1}),
        "x" * (LONGEST + 1),
        json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {}}),
    ],
)
def test_what_is_no_answer_is_refused(
    session: Session, now: datetime, malee: Staff, answer: str
) -> None:
    token, _ = passkeys.begin_adding(session, now, SITE, malee)
    assert not passkeys.finish_adding(session, now, SITE, malee, token, answer=answer, name="")
    token, _ = passkeys.begin_showing(session, now, SITE, Purpose.PASSKEY)
    assert not passkeys.finish_showing(session, now, SITE, Purpose.PASSKEY, token, answer=answer)


GARBAGE: list[object] = ["", "AAAA", "!", encoded(b"\xff" * 400), 7]


@pytest.mark.parametrize("part", ["authenticatorData", "clientDataJSON", "signature", "userHandle"])
def test_garbage_in_any_part_of_an_answer_is_refused(
    session: Session, now: datetime, malee: Staff, phone: Phone, part: str
) -> None:
    added(session, now, malee, phone)
    for garbage in GARBAGE:
        assert shown(session, now, phone, **{part: garbage}) is None


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
def test_garbage_in_any_part_of_a_new_passkey_is_refused(
    session: Session, now: datetime, malee: Staff, phone: Phone, part: str
) -> None:
    for garbage in GARBAGE:
        token, options = passkeys.begin_adding(session, now, SITE, malee)
        answer = phone.make(options, **{part: garbage})
        assert not passkeys.finish_adding(session, now, SITE, malee, token, answer=answer, name="")


def test_ten_passkeys_are_the_most(session: Session, now: datetime, malee: Staff) -> None:
    for _ in range(passkeys.MOST):
        assert passkeys.may_add(session, malee.id)
        factories.passkey(session, malee)
    assert not passkeys.may_add(session, malee.id)
    token, options = passkeys.begin_adding(session, now, SITE, malee)
    answer = Phone(SITE.origin, SITE.host).make(options)
    assert not passkeys.finish_adding(session, now, SITE, malee, token, answer=answer, name="")


def test_names_are_ones_own_to_change(
    session: Session, now: datetime, malee: Staff, dara: Staff, phone: Phone
) -> None:
    passkey = added(session, now, malee, phone)
    passkeys.rename(session, now, malee, passkey.id, "  The   stick " + "x" * 100)
    assert passkey.name == ("The stick " + "x" * 100)[: passkeys.LONGEST_NAME]
    assert told(session, malee)[-1] == "passkey_renamed"
    for number in (passkey.id, 7):
        with pytest.raises(UnknownPasskey):
            passkeys.rename(session, now, dara, number, "mine")
        with pytest.raises(UnknownPasskey):
            passkeys.remove(session, now, dara, number)


def test_the_last_second_factor_stays(
    session: Session, now: datetime, malee: Staff, phone: Phone
) -> None:
    passkey = added(session, now, malee, phone)
    with pytest.raises(LastFactor):
        passkeys.remove(session, now, malee, passkey.id)
    other = factories.passkey(session, malee)
    passkeys.remove(session, now, malee, passkey.id)
    assert passkeys.of_staff(session, malee.id) == [other]
    assert told(session, malee)[-1] == "passkey_removed"
    assert shown(session, now, phone) is None
    session.add(SecondFactor(staff_id=malee.id, confirmed_at=now))
    session.flush()
    passkeys.remove(session, now, malee, other.id)
    assert not passkeys.of_staff(session, malee.id)


def test_all_passkeys_can_be_forgotten(session: Session, malee: Staff, dara: Staff) -> None:
    factories.passkey(session, malee)
    kept = factories.passkey(session, dara)
    passkeys.forget(session, malee.id)
    assert session.scalars(select(Passkey)).all() == [kept]


def test_ten_are_the_most_at_one_moment_too(
    app: Flask, session: Session, now: datetime, malee: Staff
) -> None:
    for _ in range(passkeys.MOST - 1):
        factories.passkey(session, malee)
    answers = []
    for device in [Phone(SITE.origin, SITE.host) for _ in range(4)]:
        token, options = passkeys.begin_adding(session, now, SITE, malee)
        answers.append((token, device.make(options)))
    session.commit()
    staff_id = malee.id

    def finish(number: int) -> bool:
        token, answer = answers[number]
        with transaction() as work:
            staff = work.get_one(Staff, staff_id)
            made = passkeys.finish_adding(work, now, SITE, staff, token, answer=answer, name="")
            return made is not None

    assert sum(together(app, len(answers), finish)) == 1
    session.rollback()
    assert len(passkeys.of_staff(session, malee.id)) == passkeys.MOST
