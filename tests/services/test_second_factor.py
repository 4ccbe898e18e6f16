from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from casework import crypto
from casework.db import transaction
from casework.domain.digits import from_latin
from casework.domain.facts import SYSTEM, Role
from casework.models import Event, Login, RecoveryCode, SecondFactor, Staff
from casework.services import (
    accounts,
    facts,
    installation,
    logins,
    own_notices,
    recovery,
    second_factor,
    sign_ins,
    throttles,
)
from casework.services.account_rules import NotAnAdministrator, OwnAccount
from casework.services.own_notices import Told
from casework.services.second_factor import Asked
from casework.services.settings import changes
from casework.services.sign_ins import Way
from tests import factories
from tests.threads import together

STEP: Final = second_factor.STEP
SHORT: Final = timedelta(seconds=1)
PASSWORD: Final = "tamarind ferry window nine"
# The secret of the examples of RFC 6238: 12345678901234567890.
SECRET: Final = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def staff(session: Session) -> Staff:
    return factories.staff(session, Role.ADMINISTRATOR, email="malee@desk.example")


@pytest.fixture
def half(session: Session, now: datetime, staff: Staff) -> Login:
    return begun(session, now, staff)


def begun(session: Session, now: datetime, staff: Staff, *, factor: bool = False) -> Login:
    opened = sign_ins.begin(session, now, staff, Way.PASSWORD, factor=factor)
    login = logins.find(session, now, opened)
    assert login is not None
    return login


def code(secret: str, now: datetime) -> str:
    return pyotp.TOTP(secret).at(now)


def secret_in_use(session: Session, now: datetime, staff: Staff) -> str:
    login = begun(session, now, staff)
    secret = second_factor.offered(session, login, staff)
    assert second_factor.confirm(session, now, login, code(secret, now))
    return secret


def told(session: Session, staff: Staff) -> list[tuple[str, int | None]]:
    session.flush()
    return [(each.kind, each.number) for each in own_notices.unseen(session, staff.id)]


def deeds(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(Event.action).order_by(Event.id)))


def test_whoever_has_no_second_factor_has_to_set_one_up(
    session: Session, staff: Staff, half: Login
) -> None:
    assert second_factor.asked(session, staff.id) is Asked.SET_UP
    assert not second_factor.whole(session, half)


def test_whoever_has_one_is_asked_for_its_code(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    secret_in_use(session, now, staff)
    assert second_factor.asked(session, staff.id) is Asked.CODE
    assert not second_factor.whole(session, half)
    assert second_factor.whole(session, begun(session, now, staff, factor=True))


def test_whoever_has_a_passkey_is_asked_for_it(session: Session, staff: Staff) -> None:
    factories.passkey(session, staff)
    assert second_factor.asked(session, staff.id) is Asked.PASSKEY


def test_in_the_demonstration_it_is_not_demanded_but_kept(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    installation.mark_demonstration(session, loaded=True)
    assert second_factor.asked(session, staff.id) is Asked.NOTHING
    assert second_factor.whole(session, half)
    secret_in_use(session, now, staff)
    # From the moment there is one, a session without it is only half.
    assert not second_factor.whole(session, half)


def test_the_end_of_the_demonstration_ends_the_exception_at_once(
    session: Session, half: Login
) -> None:
    installation.mark_demonstration(session, loaded=True)
    assert second_factor.whole(session, half)
    installation.mark_demonstration(session, loaded=False)
    assert not second_factor.whole(session, half)


def test_a_persons_visit_is_no_session_of_staff(session: Session, now: datetime) -> None:
    factories.small_directory(session)
    case = factories.case(session)
    login = logins.find(session, now, logins.begin_for_case(session, now, case))
    assert login is not None
    assert not second_factor.whole(session, login)


def test_a_secret_is_in_use_only_after_its_first_code(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    secret = second_factor.offered(session, half, staff)
    assert second_factor.offered(session, half, staff) == secret
    assert not second_factor.has(session, staff.id)
    assert not second_factor.accept(session, now, staff.id, code(secret, now))
    assert not second_factor.confirm(session, now, half, code(secret, now + 5 * STEP))
    assert second_factor.confirm(session, now, half, code(secret, now))
    assert second_factor.has(session, staff.id)
    assert not second_factor.confirm(session, now, half, code(secret, now))


def test_what_one_session_was_shown_another_does_not_take_into_use(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    thief = begun(session, now, staff)
    seen_by_thief = second_factor.offered(session, thief, staff)
    shown_to_owner = second_factor.offered(session, half, staff)
    assert seen_by_thief != shown_to_owner
    assert not second_factor.confirm(session, now, thief, code(seen_by_thief, now))
    assert not second_factor.confirm(session, now, thief, code(shown_to_owner, now))
    assert second_factor.confirm(session, now, half, code(shown_to_owner, now))


def test_there_is_nothing_to_confirm_or_accept_where_nothing_was_offered(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    assert not second_factor.confirm(session, now, half, "123456")
    assert not second_factor.accept(session, now, staff.id, "123456")
    second_factor.take_away(session, staff.id)


def test_the_old_telephone_works_until_the_new_one_has_shown_a_code(
    session: Session, now: datetime, staff: Staff
) -> None:
    old = secret_in_use(session, now, staff)
    login = begun(session, now, staff, factor=True)
    new = second_factor.offered(session, login, staff)
    later = now + 2 * STEP
    assert second_factor.accept(session, later, staff.id, code(old, later))
    assert second_factor.confirm(session, later, login, code(new, later))
    later += 2 * STEP
    assert not second_factor.accept(session, later, staff.id, code(old, later))
    assert second_factor.accept(session, later, staff.id, code(new, later))


@pytest.mark.parametrize(
    ("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_the_clock_of_a_telephone_may_be_half_a_minute_wrong(
    session: Session,
    now: datetime,
    staff: Staff,
    off: int,
    good: bool,  # noqa: FBT001
) -> None:
    secret = secret_in_use(session, now - 10 * STEP, staff)
    assert second_factor.accept(session, now, staff.id, code(secret, now + off * STEP)) is good


def test_a_code_is_taken_once_and_none_before_it(
    session: Session, now: datetime, staff: Staff
) -> None:
    secret = secret_in_use(session, now - 10 * STEP, staff)
    assert second_factor.accept(session, now, staff.id, code(secret, now))
    assert not second_factor.accept(session, now, staff.id, code(secret, now))
    assert not second_factor.accept(session, now, staff.id, code(secret, now - STEP))
    assert second_factor.accept(session, now, staff.id, code(secret, now + STEP))


def test_the_first_code_is_not_taken_again_to_sign_in(
    session: Session, now: datetime, staff: Staff
) -> None:
    secret = secret_in_use(session, now, staff)
    assert not second_factor.accept(session, now, staff.id, code(secret, now))


def test_of_eight_requests_with_one_code_one_gets_in(app: Flask, engine: Engine) -> None:
    now = factories.BEGINNING
    with app.app_context(), Session(engine) as session:
        staff = factories.staff(session, Role.ANALYST)
        secret = secret_in_use(session, now - 10 * STEP, staff)
        staff_id = staff.id
        session.commit()

    def tries(_thread: int) -> bool:
        with transaction() as session:
            return second_factor.accept(session, now, staff_id, code(secret, now))

    assert sorted(together(app, 8, tries)) == [False] * 7 + [True]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３", "12 34", "¹²³⁴⁵⁶"])
def test_what_is_no_code_is_none(session: Session, now: datetime, staff: Staff, typed: str) -> None:
    secret_in_use(session, now, staff)
    assert not second_factor.accept(session, now, staff.id, typed)


def test_a_code_may_be_written_with_spaces_and_in_any_script(
    session: Session, now: datetime, staff: Staff
) -> None:
    secret = secret_in_use(session, now - 10 * STEP, staff)
    right = code(secret, now)
    assert second_factor.accept(session, now, staff.id, f" {right[:3]} {right[3:]} ")
    burmese = from_latin(code(secret, now + STEP), "my")
    assert second_factor.accept(session, now, staff.id, burmese)


def test_the_picture_says_what_apps_read(staff: Staff) -> None:
    address = urlsplit(second_factor.address(SECRET, staff.email))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Casework:malee%40desk.example"
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["Casework"]}


def test_the_code_is_that_of_the_standard(session: Session, staff: Staff) -> None:
    """RFC 6238, appendix B: at 59 s, its last six digits."""

    at = datetime.fromisoformat("1970-01-01T00:00:59+00:00")
    session.add(SecondFactor(staff_id=staff.id, secret=SECRET, confirmed_at=at))
    session.flush()
    assert second_factor.accept(session, at, staff.id, "287082")


def test_the_secret_does_not_lie_in_the_database(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    offered = second_factor.offered(session, half, staff)
    in_use = secret_in_use(session, now, factories.staff(session, Role.ANALYST))
    session.flush()
    rows = session.execute(text("SELECT * FROM second_factor")).all()
    stored = b"".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else repr(cell).encode()
        for row in rows
        for cell in row
    )
    assert len(rows) == 2
    assert offered.encode() not in stored
    assert in_use.encode() not in stored


def test_a_secret_does_not_open_in_another_row(session: Session, now: datetime) -> None:
    mine, other = (factories.staff(session, Role.ANALYST) for _ in range(2))
    secret_in_use(session, now, mine)
    secret_in_use(session, now, other)
    rows = {row.staff_id: row for row in session.scalars(select(SecondFactor))}
    rows[mine.id].secret_sealed = rows[other.id].secret_sealed
    with pytest.raises(crypto.SealBroken):
        second_factor.accept(session, now + STEP, mine.id, "123456")


def test_the_second_step_makes_a_new_session_of_the_half_one(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    secret = secret_in_use(session, now - 10 * STEP, staff)
    old = half.id
    token = sign_ins.show_code(session, now, half, staff, code(secret, now))
    assert token is not None
    login = logins.find(session, now, token)
    assert login is not None
    assert (login.factor_at, login.fresh_at) == (now, now)
    assert session.get(Login, old) is None
    assert "account:second-step" in deeds(session)


def test_a_wrong_code_is_counted_and_the_owner_told_once(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    secret_in_use(session, now, staff)
    for number in range(throttles.FACTOR.free + 2):
        before = number < throttles.FACTOR.free
        assert (throttles.factor(session, now, staff.id) == timedelta(0)) is before
        assert sign_ins.show_code(session, now, half, staff, "wrong") is None
    assert told(session, staff) == [(Told.WRONG_CODES, None)]
    assert deeds(session).count("account:second-step-failed") == throttles.FACTOR.free + 2


def test_a_right_code_wipes_the_wrong_ones_out(
    session: Session, now: datetime, staff: Staff
) -> None:
    secret = secret_in_use(session, now - 10 * STEP, staff)
    for _ in range(throttles.FACTOR.free - 1):
        assert not sign_ins.prove_by_code(session, now, staff, "wrong")
    assert sign_ins.prove_by_code(session, now, staff, code(secret, now))
    for _ in range(throttles.FACTOR.free - 1):
        assert not sign_ins.prove_by_code(session, now, staff, "wrong")
    assert throttles.factor(session, now, staff.id) == timedelta(0)


def test_setting_up_gives_codes_and_signs_all_other_places_out(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    begun(session, now, staff)
    assert sign_ins.set_up(session, now, half, staff, "123456") is None
    secret = second_factor.offered(session, half, staff)
    done = sign_ins.set_up(session, now, half, staff, code(secret, now))
    assert done is not None
    assert len(set(done.codes)) == recovery.MADE
    whole = logins.find(session, now, done.token)
    assert logins.of_staff(session, now, staff.id) == [whole]
    assert whole is not None
    assert second_factor.whole(session, whole)
    assert told(session, staff) == [(Told.FACTOR_SET, None)]


def test_a_recovery_code_works_once_and_the_owner_is_told(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    codes = recovery.renew(session, now, staff.id)
    token = sign_ins.show_recovery_code(session, now, half, staff, codes[3])
    assert token is not None
    assert logins.find(session, now, token) is not None
    assert told(session, staff) == [(Told.RECOVERY_USED, 9)]
    again = begun(session, now, staff)
    assert sign_ins.show_recovery_code(session, now, again, staff, codes[3]) is None
    assert recovery.left(session, staff.id) == 9


def test_recovery_codes_are_read_as_people_write_them(
    session: Session, now: datetime, staff: Staff
) -> None:
    for shown in recovery.renew(session, now, staff.id):
        assert len(shown) == 29
        misread = shown.lower().replace("o", "0").replace("i", "1").replace("b", "8")
        assert recovery.use(session, now, staff.id, misread.replace("-", " "))
    assert recovery.left(session, staff.id) == 0


def test_recovery_codes_are_of_one_account_and_replaced_by_new_ones(
    session: Session, now: datetime, staff: Staff
) -> None:
    other = factories.staff(session, Role.ANALYST)
    old = recovery.renew(session, now, staff.id)
    assert not recovery.use(session, now, other.id, old[0])
    new = sign_ins.new_recovery_codes(session, now, staff)
    assert not recovery.use(session, now, staff.id, old[0])
    assert recovery.use(session, now, staff.id, new[0])
    assert told(session, staff) == [(Told.CODES_RENEWED, None)]


def test_recovery_codes_do_not_lie_in_the_database(
    session: Session, now: datetime, staff: Staff
) -> None:
    codes = recovery.renew(session, now, staff.id)
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(set(kept)) == recovery.MADE
    assert not any(shown.replace("-", "").encode() in each for shown in codes for each in kept)


def test_of_eight_requests_with_one_recovery_code_one_gets_in(app: Flask, engine: Engine) -> None:
    now = factories.BEGINNING
    with app.app_context(), Session(engine) as session:
        staff_id = factories.staff(session, Role.ANALYST).id
        shown = recovery.renew(session, now, staff_id)[0]
        session.commit()

    def tries(_thread: int) -> bool:
        with transaction() as session:
            return recovery.use(session, now, staff_id, shown)

    assert sorted(together(app, 8, tries)) == [False] * 7 + [True]


def test_an_administrator_takes_a_lost_second_factor_away(
    session: Session, now: datetime, staff: Staff
) -> None:
    owner = factories.staff(session, Role.ANALYST)
    secret_in_use(session, now, owner)
    recovery.renew(session, now, owner.id)
    begun(session, now, owner, factor=True)
    accounts.reset_factor(session, facts.staff_actor(staff), now, owner)
    assert second_factor.asked(session, owner.id) is Asked.SET_UP
    assert recovery.left(session, owner.id) == 0
    assert logins.of_staff(session, now, owner.id) == []
    assert told(session, owner) == [(Told.FACTOR_RESET, None)]
    assert "account:factor-reset" in deeds(session)


def test_nobody_resets_their_own_second_factor_or_password(
    session: Session, now: datetime, staff: Staff
) -> None:
    own, clerk = facts.staff_actor(staff), factories.staff(session, Role.ANALYST)
    with pytest.raises(OwnAccount):
        accounts.reset_factor(session, own, now, staff)
    with pytest.raises(OwnAccount):
        accounts.reinvite(session, own, now, staff)
    with pytest.raises(NotAnAdministrator):
        accounts.reset_factor(session, facts.staff_actor(clerk), now, staff)


def test_the_owner_is_told_of_a_new_invitation(
    session: Session, now: datetime, staff: Staff
) -> None:
    accounts.reinvite(session, SYSTEM, now, staff)
    assert told(session, staff) == [(Told.REINVITED, None)]
    own_notices.put_away(session, now, staff.id)
    session.expire_all()
    assert told(session, staff) == []
    assert [each.kind for each in own_notices.newest(session, staff.id)] == [Told.REINVITED]


def test_a_wrong_password_is_in_the_history_without_what_was_typed(
    session: Session, now: datetime, staff: Staff
) -> None:
    where = throttles.network(now, "192.0.2.1")
    for email in (staff.email, "nobody@desk.example"):
        sign_ins.failed(session, now, throttles.Trier(email, where))
    session.flush()
    rows = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(row.action, row.data) for row in rows] == [
        ("account:sign-in-failed", {"account": staff.id}),
        ("account:sign-in-failed", {}),
    ]


ENDING: Final[dict[str, Callable[[Session, datetime, Staff], object]]] = {
    "password": lambda session, now, staff: accounts.change_password(
        session, now, staff, PASSWORD, "monsoon ladder copper seven"
    ),
    "role": lambda session, now, staff: accounts.set_role(
        session, SYSTEM, now, staff, role=Role.ANALYST, office_id=None
    ),
    "deactivate": lambda session, now, staff: accounts.deactivate(session, SYSTEM, now, staff),
    "reinvite": lambda session, now, staff: accounts.reinvite(session, SYSTEM, now, staff),
    "factor": lambda session, now, staff: accounts.reset_factor(session, SYSTEM, now, staff),
}


@pytest.mark.parametrize("deed", sorted(ENDING))
def test_half_sessions_end_with_the_others(
    session: Session, now: datetime, staff: Staff, deed: str
) -> None:
    factories.staff(session, Role.ADMINISTRATOR)
    invitation = accounts.reinvite(session, SYSTEM, now, staff)
    accounts.accept_invitation(session, now, invitation, PASSWORD)
    begun(session, now, staff)
    begun(session, now, staff, factor=True)
    ENDING[deed](session, now, staff)
    assert logins.of_staff(session, now, staff.id) == []


def test_sessions_are_listed_and_ended_by_their_owner_only(
    session: Session, now: datetime, staff: Staff, half: Login
) -> None:
    other = factories.staff(session, Role.ANALYST)
    late = begun(session, now + timedelta(hours=1), staff)
    begun(session, now - logins.STAFF_LONGEST, staff)
    assert logins.of_staff(session, now + timedelta(hours=1), staff.id) == [late, half]
    assert not logins.end_one_of_staff(session, other.id, half.id)
    assert logins.end_one_of_staff(session, staff.id, half.id)
    assert not logins.end_one_of_staff(session, staff.id, half.id)


@pytest.mark.parametrize(("after", "holds"), [(-1, True), (0, False)])
def test_a_proof_holds_for_ten_minutes(
    session: Session,
    now: datetime,
    half: Login,
    after: int,
    holds: bool,  # noqa: FBT001
) -> None:
    later = now + logins.FRESH + after * SHORT
    assert logins.is_fresh(half, later) is holds
    old = half.token_hash
    token = logins.refresh(session, later, half.id, in_full=False)
    session.refresh(half)
    assert logins.is_fresh(half, later)
    assert logins.is_fresh(half, later, in_full=True) is holds
    assert half.token_hash != old
    assert logins.find(session, later, token) is half
    logins.refresh(session, later, half.id, in_full=True)
    session.refresh(half)
    assert logins.is_fresh(half, later, in_full=True)


def test_the_history_says_by_which_way_somebody_came_and_that_they_left(
    session: Session, now: datetime, staff: Staff
) -> None:
    login = begun(session, now, staff)
    sign_ins.proved(session, now, login, staff, Way.PASSKEY, in_full=True)
    sign_ins.refused(session, now, Way.PROVIDER)
    sign_ins.end(session, now, staff)
    session.flush()
    lines = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(line.action, line.data.get("way"), line.staff_id) for line in lines] == [
        ("account:sign-in", "password", staff.id),
        ("account:proved", "passkey", staff.id),
        ("account:sign-in-refused", "provider", None),
        ("account:sign-out", None, staff.id),
    ]
    assert changes.page(session).rows == []


def test_recovery_codes_have_a_hundred_and_twenty_bits(
    session: Session, now: datetime, staff: Staff
) -> None:
    for code in recovery.renew(session, now, staff.id):
        letters = code.replace("-", "")
        assert (len(letters), 5 * len(letters)) == (24, 120)
