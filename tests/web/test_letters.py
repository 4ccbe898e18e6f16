"""What a member of staff is told by e-mail, chosen on a page of their account."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from casework.domain.letters import DEFAULTS, About, How
from casework.models import Staff
from casework.services import letter_wishes
from casework.services.letter_wishes import Wish
from tests.factories import World
from tests.pages import CheckedClient

PAGE = "/staff/account/letters"
USUAL = {about.value: how.value for about, how in DEFAULTS.items()}
USUAL |= {"quiet_from": "", "quiet_until": ""}


def wish(world: World, staff: Staff) -> Wish:
    world.session.rollback()
    return letter_wishes.of(world.session, staff.id)


def save(client: CheckedClient, **values: Any) -> Any:
    return client.submit(PAGE, USUAL | values)


@pytest.fixture
def signed_in(client: CheckedClient, world: World, malee: Staff) -> CheckedClient:
    client.enter(world.session, malee)
    return client


def test_the_account_page_leads_there(signed_in: CheckedClient) -> None:
    assert PAGE in signed_in.get("/staff/account").text
    page = signed_in.get(PAGE).text
    assert "Times and days are those of Cambodia." in page
    assert page.count("<select") == len(About)


def test_a_choice_is_kept(signed_in: CheckedClient, world: World, malee: Staff) -> None:
    saved = save(signed_in, reminder="never", message="now", quiet_from="22:00", quiet_until="៧:០០")
    assert saved.status_code == 422, "a time has two digits"
    saved = save(
        signed_in, reminder="never", message="now", quiet_from="22:00", quiet_until="០៧:០០"
    )
    assert saved.location == PAGE
    kept = {**DEFAULTS, About.REMINDER: How.NEVER, About.MESSAGE: How.NOW}
    assert wish(world, malee) == Wish(kept, (time(22), time(7)))
    page = signed_in.get(PAGE).text
    assert 'value="22:00"' in page
    save(signed_in)
    assert wish(world, malee) == letter_wishes.USUAL


@pytest.mark.parametrize(
    "hours", [("22:00", ""), ("", "07:00"), ("ten", "07:00"), ("07:00", "07:00"), ("25:00", "1")]
)
def test_half_of_the_quiet_hours_are_none(
    signed_in: CheckedClient, world: World, malee: Staff, hours: tuple[str, str]
) -> None:
    answer = save(signed_in, quiet_from=hours[0], quiet_until=hours[1])
    assert answer.status_code == 422
    assert "Write two times like 22:00 and 07:00, or none." in answer.text
    assert wish(world, malee) == letter_wishes.USUAL


def test_what_is_no_choice_is_refused(signed_in: CheckedClient, world: World, malee: Staff) -> None:
    assert save(signed_in, reminder="sometimes").status_code == 422
    assert save(signed_in, reminder="").status_code == 422
    assert wish(world, malee) == letter_wishes.USUAL
