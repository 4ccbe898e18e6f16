"""Wrong passwords and codes are slowed, and nobody pays for what somebody else does."""

from __future__ import annotations

import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework import crypto
from casework.domain import tracking_code
from casework.domain.facts import Role
from casework.models import Attempt, Event, Staff
from casework.services import intake, passwords, throttles
from casework.services.throttles import Allowed, Deed, Pace
from casework.web import pace
from casework.web.pace import Later
from tests import factories
from tests.conftest import Clock
from tests.factories import World
from tests.pages import CheckedClient

PASSWORD = "tamarind ferry window nine"
SIGN_IN, TRACK = "/staff/sign-in", "/en/case"
HERE, THERE = "192.0.2.1", "198.51.100.7"
WORKERS = 60


@pytest.fixture
def malee(session: Session) -> Staff:
    staff = factories.staff(
        session,
        Role.ANALYST,
        email="malee@desk.example",
        password_hash=passwords.hashed(PASSWORD),
    )
    session.commit()
    return staff


def from_network(app: Flask, address: str) -> CheckedClient:
    browser = app.test_client()
    assert isinstance(browser, CheckedClient)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def sign_in(client: CheckedClient, password: str, email: str = "malee@desk.example") -> int:
    return client.submit(SIGN_IN, {"email": email, "password": password}).status_code


def unknown_code(number: int) -> str:
    """Return a code that is rightly written and opens nothing."""
    return tracking_code.make(lambda _digits: str(900_000_000_000_000_000 + number))


def test_wrong_passwords_wait_and_the_page_says_for_how_long(
    client: CheckedClient, malee: Staff, clock: Clock
) -> None:
    assert [sign_in(client, "wrong") for _ in range(5)] == [422] * 5
    answer = client.submit(
        f"{SIGN_IN}?language=en", {"email": "malee@desk.example", "password": PASSWORD}
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Wait 60 seconds, then try again." in answer.text
    assert "malee@desk.example" in answer.text
    assert client.get_cookie("desk") is None
    clock.move(seconds=60)
    assert sign_in(client, PASSWORD) == 302


def test_a_right_password_wipes_the_wrong_ones_out(client: CheckedClient, malee: Staff) -> None:
    for _ in range(3):
        assert [sign_in(client, "wrong") for _ in range(4)] == [422] * 4
        assert sign_in(client, PASSWORD) == 302
        client.delete_cookie("desk")


def test_somebody_who_hammers_an_account_does_not_lock_its_owner_out(
    app: Flask, session: Session, malee: Staff, clock: Clock
) -> None:
    for number in range(60):
        assert sign_in(from_network(app, f"203.0.113.{number}"), "wrong") == 422
    enemy = from_network(app, "203.0.113.1")
    assert sign_in(enemy, PASSWORD) == 429
    begun = time.monotonic()
    assert sign_in(from_network(app, HERE), PASSWORD) == 302
    assert time.monotonic() - begun < 2


def test_the_account_that_is_not_there_gets_the_same_answers(
    app: Flask, session: Session, malee: Staff
) -> None:
    def answers(email: str, network: str) -> list[tuple[int, str | None, str]]:
        client = from_network(app, network)
        found = []
        for _ in range(7):
            answer = client.submit(SIGN_IN, {"email": email, "password": "wrong"})
            text = re.sub(r'value="[^"]*"', "", answer.text)
            found.append((answer.status_code, answer.headers.get("Retry-After"), text))
        return found

    assert answers("malee@desk.example", HERE) == answers("nobody@desk.example", THERE)


def test_the_account_that_is_not_there_takes_as_long(
    app: Flask, session: Session, malee: Staff
) -> None:
    """Each try comes from a network of its own; the medians differ by less than the noise."""

    def seconds(email: str, network: str) -> float:
        client = from_network(app, network)
        client.get(SIGN_IN)
        begun = time.perf_counter()
        assert sign_in(client, "wrong", email) == 422
        return time.perf_counter() - begun

    known = [seconds("malee@desk.example", f"192.0.2.{n}") for n in range(15)]
    unknown = [seconds("nobody@desk.example", f"198.51.100.{n}") for n in range(15)]
    spread = statistics.stdev(known + unknown)
    assert abs(statistics.median(known) - statistics.median(unknown)) < max(2 * spread, 0.01)


def test_sixty_workers_behind_one_address_all_get_in(
    app: Flask, world: World, session: Session, clock: Clock
) -> None:
    """Within ten minutes; each mistypes twice what happens to be well formed."""
    codes = []
    for _ in range(WORKERS):
        case = world.file()
        codes.append(intake.new_code())
        case.code_hash = crypto.code_lookup(codes[-1])
    session.commit()
    for number, code in enumerate(codes):
        client = from_network(app, HERE)
        for wrong in (2 * number, 2 * number + 1):
            answer = client.submit(TRACK, {"code": unknown_code(wrong)})
            assert answer.status_code == 422, number
        assert client.submit(TRACK, {"code": code}).location == "/en/case/status"
        clock.move(seconds=10)


def test_codes_beyond_all_measure_are_slow_but_a_right_one_opens(
    app: Flask, world: World, session: Session, clock: Clock
) -> None:
    case, code = world.file(), intake.new_code()
    case.code_hash = crypto.code_lookup(code)
    here = throttles.network(clock.now, HERE)
    for _ in range(throttles.CODES_FROM.free):
        throttles.tracking_code_failed(session, clock.now, here)
    session.commit()
    client = from_network(app, HERE)
    client.get(TRACK)
    begun = time.monotonic()
    assert client.submit(TRACK, {"code": unknown_code(1)}).status_code == 422
    assert time.monotonic() - begun >= pace._PAUSE_SECONDS
    assert client.submit(TRACK, {"code": code}).status_code == 302


def test_a_full_slow_door_asks_to_come_back(app: Flask, session: Session, clock: Clock) -> None:
    here = throttles.network(clock.now, HERE)
    for _ in range(throttles.CODES_FROM.free):
        throttles.tracking_code_failed(session, clock.now, here)
    session.commit()
    inside, leave = threading.Barrier(pace._PLACES + 1), threading.Event()

    def stand() -> None:
        with pace.kept(Pace(slowly=True)):
            inside.wait(timeout=30)
            leave.wait(timeout=30)

    with ThreadPoolExecutor(pace._PLACES) as pool:
        standing = [pool.submit(stand) for _ in range(pace._PLACES)]
        inside.wait(timeout=30)
        answer = from_network(app, HERE).submit("/km/case", {"code": unknown_code(1)})
        leave.set()
        for each in standing:
            each.result()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert '<html lang="km">' in answer.text
    assert unknown_code(1)[:4] in answer.text


def allow(app: Flask, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    settings = replace(app.config["SETTINGS"], filings_per_hour=number)
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def test_beyond_an_hours_complaints_everything_is_taken_slowly(
    app: Flask, world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first drafts are free, the next one takes longer and goes on all the same."""
    session.commit()
    allow(app, monkeypatch, 1)
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    category = "/en/complaint/category"
    for number in range(3):
        client = from_network(app, HERE)
        # The second answer is kept in the same draft, and costs nothing more.
        for _ in range(2):
            assert client.submit(category, {"category": "wages"}).status_code == 302
            assert len(slept) == (number == 2)
    assert from_network(app, THERE).submit(category, {"category": "wages"}).status_code == 302
    assert slept == [pace._PAUSE_SECONDS]


@pytest.mark.parametrize("deed", list(Deed))
def test_what_is_slowed_waits_its_turn(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, deed: Deed
) -> None:
    """Eight requests at once beyond the budget all get through, two at a time."""
    allow(app, monkeypatch, 1)
    monkeypatch.setattr(pace, "_PAUSE_SECONDS", 0.05)

    def counted(_number: int) -> float:
        begun = time.monotonic()
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": HERE}):
            pace.count(deed)
        return time.monotonic() - begun

    for number in range(4):
        counted(number)
    with ThreadPoolExecutor(8) as pool:
        assert min(pool.map(counted, range(8))) >= 0.05


def test_a_whole_process_of_waiting_requests_asks_to_come_back(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(app, monkeypatch, 1)
    monkeypatch.setattr(pace, "_patient_door", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pace, "_PATIENCE_SECONDS", 0.01)
    with (
        pace._patient_door,
        app.test_request_context("/", environ_base={"REMOTE_ADDR": HERE}),
    ):
        pace.count(Deed.FILING)
        with pytest.raises(Later) as raised:
            pace.count(Deed.FILING)
    assert raised.value.seconds == 5


def test_two_thousand_complaints_of_one_place_in_minutes_are_not_even_slowed(
    app: Flask, session: Session, clock: Clock
) -> None:
    settings = app.config["SETTINGS"]
    allowed = Allowed(settings.filings_per_hour, settings.filings_per_hour_in_all)
    assert not any(
        throttles.count(session, clock.now, Deed.FILING, "here", allowed).slowly
        for _ in range(2000)
    )


def test_whoever_has_to_wait_for_long_is_told_minutes(app: Flask) -> None:
    with app.test_request_context(SIGN_IN):
        assert "Wait 1 second," in pace.words(Later(timedelta(milliseconds=1)))
        assert "Wait 119 seconds," in pace.words(Later(timedelta(seconds=119)))
        assert "Wait 3 minutes," in pace.words(Later(timedelta(seconds=121)))


def test_a_page_that_does_not_expect_it_answers_kindly(app: Flask, client: CheckedClient) -> None:
    """As when the code is asked again before a copy of everything is given out."""
    with app.test_request_context("/km/case/my-data"):
        answer = app.handle_user_exception(Later(timedelta(seconds=7)))
        response = app.make_response(answer)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


def test_no_address_is_kept(app: Flask, session: Session, malee: Staff) -> None:
    sign_in(from_network(app, HERE), "wrong")
    from_network(app, HERE).submit(TRACK, {"code": unknown_code(1)})
    session.rollback()
    kept = [row.key for row in session.query(Attempt)]
    assert len(kept) == 5
    assert not any(HERE.encode() in key for key in kept)
    told = [row.data for row in session.query(Event)]
    assert HERE not in repr(told)
    assert "malee" not in repr(told)
