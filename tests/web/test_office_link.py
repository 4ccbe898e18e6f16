"""The link of a packet: its code opens a page that tells nothing, and takes one answer."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask

from casework.domain.packet_code import grouped
from casework.models import Case, Message, Staff
from casework.services import attempts, consents, facts, throttles
from casework.services.throttles import Pace
from casework.web import pace
from tests.conftest import Clock
from tests.desk import NOT_FOUND, WRONG, fresh, packet_code, text
from tests.factories import World
from tests.pages import CheckedClient

DOOR, ANSWER, DONE = "/en/office", "/en/office/answer", "/en/office/done"
SECRETS = ("Sokha Chan", "He took our papers", "unpaid", "Wages", "Thailand")


@pytest.fixture
def case(world: World, malee: Staff) -> Case:
    return world.file(
        facts.staff_actor(malee), name="Sokha Chan", story="He took our papers for months."
    )


@pytest.fixture
def code(world: World, malee: Staff, case: Case) -> str:
    return packet_code(world, case, malee)


def enter(client: CheckedClient, code: str) -> Any:
    return client.submit(DOOR, {"code": code})


def test_an_office_takes_the_case_on_paper(
    client: CheckedClient, world: World, case: Case, code: str
) -> None:
    opened = enter(client, " - ".join(grouped(code)).lower())
    assert (opened.status_code, opened.location) == (302, ANSWER)
    page = client.get(ANSWER)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    shown = text(page.text)
    assert case.reference in shown
    assert "attache" in shown
    assert not [secret for secret in SECRETS if secret in page.text]
    sent = client.submit(ANSWER, {"says": "accept", "number": "A 7", "words": "We call him."})
    assert (sent.status_code, sent.location) == (302, DONE)
    assert "Your answer has arrived" in client.get(DONE).text
    referral = fresh(world, case).referrals[0]
    assert (referral.state, referral.office_number) == ("accepted", "A 7")
    assert world.session.query(Message).one().body == "We call him."
    assert client.get(ANSWER).location == DOOR
    assert enter(client, code).status_code == NOT_FOUND


def test_an_office_says_no_on_paper(
    client: CheckedClient, world: World, case: Case, code: str
) -> None:
    enter(client, code)
    for bare, words in (
        ({}, "Choose one answer."),
        ({"says": "decline", "words": "Not us."}, "Choose a reason."),
        ({"says": "decline", "code": "not_ours"}, "Write what the worker should know."),
        ({"says": "propose_outcome"}, "Not a valid choice."),
        ({"says": "answer", "words": "Hello"}, "Not a valid choice."),
    ):
        refused = client.submit(ANSWER, bare)
        assert refused.status_code == WRONG
        assert words in refused.text
    said = {"says": "decline", "code": "not_ours", "words": "Ask the ministry."}
    assert client.submit(ANSWER, said).location == DONE
    referral = fresh(world, case).referrals[0]
    assert (referral.state, referral.reason) == ("declined", "Ask the ministry.")


def test_what_leads_nowhere_gets_the_same_bytes(
    client: CheckedClient, world: World, code: str, malee: Staff, clock: Clock
) -> None:
    unknown = enter(client, "0" * 52)
    enter(client, code)
    client.submit(ANSWER, {"says": "accept"})
    used = enter(client, code)
    world.session.rollback()
    case = world.session.query(Case).one()
    renewed = [packet_code(world, case, malee) for _ in range(2)]
    replaced = enter(client, renewed[0])
    enter(client, renewed[1])
    clock.move(days=14)
    out_of_time, expired = client.get(ANSWER), enter(client, renewed[1])
    answers = [unknown, used, replaced, out_of_time, expired]
    assert {each.status_code for each in answers} == {NOT_FOUND}
    assert len({each.data for each in answers}) == 1
    assert "Call the organisation" in unknown.text
    assert len({str(each.headers) for each in answers}) == 1


def test_a_visit_ends_when_the_consent_ends(
    client: CheckedClient, world: World, case: Case, code: str, malee: Staff
) -> None:
    enter(client, code)
    page = client.get(ANSWER)
    assert page.status_code == 200
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    consents.withdraw(
        world.session, fresh(world, case), facts.staff_actor(malee), world.now, recipient="KH"
    )
    world.session.commit()
    said = {"says": "accept", "csrf_token": token}
    assert client.post(ANSWER, data=said).status_code == NOT_FOUND
    assert client.get(ANSWER).location == DOOR
    assert fresh(world, case).status == "triage"


def test_two_answers_at_two_browsers_are_one(
    app: Flask, client: CheckedClient, world: World, case: Case, code: str
) -> None:
    other = app.test_client()
    assert isinstance(other, CheckedClient)
    enter(client, code)
    enter(other, code)
    assert client.get(ANSWER).status_code == NOT_FOUND
    assert other.submit(ANSWER, {"says": "accept"}).location == DONE


def test_only_a_post_acts_and_nothing_opens_without_the_code(
    client: CheckedClient, world: World, case: Case, code: str
) -> None:
    assert client.get(f"{DOOR}?code={code}").status_code == 200
    assert client.get(ANSWER).location == DOOR
    enter(client, code)
    client.get(f"{ANSWER}?says=accept")
    assert client.post(ANSWER, data={"says": "accept"}).status_code == 400
    assert fresh(world, case).status == "referred"
    client.set_cookie("packet", "no token of ours")
    assert client.get(ANSWER).status_code == NOT_FOUND


def test_its_cookie_opens_no_other_room(
    client: CheckedClient, world: World, case: Case, code: str
) -> None:
    enter(client, code)
    cookie = client.get_cookie("packet")
    assert cookie
    assert cookie.http_only
    for name in ("desk", "visit"):
        client.set_cookie(name, cookie.value)
    assert client.get(f"/staff/cases/{case.reference}").location.startswith("/staff/sign-in")
    assert client.get("/en/case/status").location == "/en/case"


def test_slips_of_the_hand_are_told(client: CheckedClient, case: Case, code: str) -> None:
    assert "Write the letters and digits" in enter(client, "").text
    slip = enter(client, code[:-1])
    assert slip.status_code == WRONG
    assert "Look at it again" in slip.text
    assert code[:-1] in slip.text


def test_whoever_tries_many_codes_is_slowed_and_the_right_one_opens(
    client: CheckedClient, world: World, code: str, clock: Clock
) -> None:
    enter(client, "0" * 52)
    world.session.rollback()
    here = throttles.network(clock.now, "127.0.0.1")
    assert attempts.failed_before(world.session, clock.now, throttles.CODES_FROM, here)
    for _ in range(throttles.CODES_FROM.free):
        throttles.tracking_code_failed(world.session, clock.now, here)
    world.session.commit()
    client.get(DOOR)
    begun = time.monotonic()
    assert enter(client, "0" * 52).status_code == NOT_FOUND
    assert time.monotonic() - begun >= pace._PAUSE_SECONDS
    with ExitStack() as full:
        for _ in range(pace._PLACES):
            full.enter_context(pace.kept(Pace(slowly=True)))
        later = enter(client, "0" * 52)
    assert (later.status_code, later.headers["Retry-After"]) == (429, "5")
    assert "too many tries" in later.text
    assert enter(client, code).status_code == 302


@pytest.mark.parametrize("lang", ["km", "my", "en"])
def test_the_pages_are_in_each_language(client: CheckedClient, code: str, lang: str) -> None:
    client.submit(f"/{lang}/office", {"code": code})
    page = client.get(f"/{lang}/office/answer").text
    assert f'<html lang="{lang}"' in page
    for other in {"km", "my", "en"} - {lang}:
        assert f'href="/{other}/office/answer"' in page
