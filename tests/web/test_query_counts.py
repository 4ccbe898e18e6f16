"""How often each page asks the database: not often, and not more often where there is more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests import page_world
from tests.conftest import Clock
from tests.factories import World
from tests.page_world import House, Page
from tests.pages import CheckedClient

MOST: Final = 12
# Each has a bound of its own: taking a file writes two lines of the history, the reading of the
# case and that of the file, in a transaction each; before an original is given away, the rules are
# asked once more under the lock that the writing holds.
MORE: Final[Mapping[str, int]] = {"staff.evidence_copy": 13, "staff.evidence_original": 17}


@contextmanager
def told(engine: Engine) -> Iterator[list[str]]:
    """Keep what the database is asked in the meantime; that it begins is no question."""
    said: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def measured(house: House, engine: Engine, clock: Clock) -> dict[Page, int]:
    """Return how often each page asks, when it has to write down that somebody was there."""
    return {page: _asks(house, engine, clock, page) for page in list(house.pages())}


def _asks(house: House, engine: Engine, clock: Clock, page: Page) -> int:
    browser = house.browser(page.who)
    # What is kept for all requests of a process is there after the first.
    browser.get(page.path)
    clock.move(seconds=61)
    with told(engine) as said:
        response = browser.get(page.path)
    assert response.status_code == page.status, f"{page} answers {response.status_code}"
    return len(said)


@pytest.fixture
def house(app: Flask, client: CheckedClient, world: World) -> House:
    return page_world.build(app, client, world)


def test_no_page_asks_often_or_more_often_where_there_is_more(
    house: House, engine: Engine, clock: Clock
) -> None:
    few = measured(house, engine, clock)
    house.grow(4)
    many = measured(house, engine, clock)
    assert few.keys() == many.keys()
    often = {page.name: n for page, n in many.items() if n > MORE.get(page.endpoint, MOST)}
    grown = {page.name: (few[page], n) for page, n in many.items() if n > few[page]}
    assert (often, grown) == ({}, {})
