"""Every address × method × role × relation, against a table that was written by hand."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from casework.db import db
from casework.web.access import declared
from casework.web.staff import deeds
from tests import conftest
from tests.house import matrix_table, matrix_world
from tests.house.matrix_world import HALF, UNKNOWN, Built, Snapshot, Visitor

# The whole product takes minutes; the short walk leaves out those whom others stand for.
WHOLE: Final = os.environ.get("MATRIX") == "whole"
UNSPOKEN: Final = {"HEAD", "OPTIONS"}
ACT: Final = "staff.act"
# The bytes of the file lie nowhere: whoever is let in gets as far as that.
WITHOUT_BYTES: Final = {"staff.evidence_copy", "staff.evidence_preview", "staff.evidence_original"}
_TOKEN: Final = re.compile(r'(name="csrf_token"[^>]*value=)"[^"]*"')
SECOND_STEPS: Final = {
    endpoint
    for endpoint, who in matrix_table.EXPECTED.items()
    if who is matrix_table.GROUPS["half"]
}
NOT_FOUND, FAULT = 404, 500
# A house of tests has no worker: what tells of that answers 503, and is no fault.
SAYS_UNREADY = {"health.ready"}


@dataclass(frozen=True)
class Door:
    """One address with one method; a deed of the case page has one of its own."""

    endpoint: str
    method: str
    path: str
    unknown: str
    slug: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}{' ' + self.slug if self.slug else ''}"

    @property
    def about_case(self) -> bool:
        """Whether it matters how an office stands to the case."""
        return self.path != self.unknown

    def lets_in(self, visitor: Visitor) -> bool:
        """Tell what the table says."""
        if not self.slug:
            return matrix_table.EXPECTED[self.endpoint](visitor)
        table = matrix_table.FORMS if self.method == "GET" else matrix_table.POSTS
        return table[self.slug](visitor)


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, keys: str
) -> Iterator[tuple[Flask, Built, Snapshot]]:
    """The application with its world, on a database of its own."""
    folder = tmp_path_factory.mktemp("matrix")
    path = folder / "matrix.sqlite3"
    app = conftest._application(f"sqlite:///{path}", folder, keys)
    app.config["CLOCK"] = conftest.Clock().tell
    # Whether a post comes from our own page is looked at elsewhere: here it would hide the rest.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.testing = False
    with app.app_context(), Session(db.engine) as session:
        built = matrix_world.build(session, app)
        db.engine.dispose()
    snapshot = Snapshot(Path(path))
    yield app, built, snapshot
    snapshot.close()
    with app.app_context():
        db.engine.dispose()


def doors(app: Flask, built: Built) -> Iterator[Door]:
    """Return every door of the house, from the map of its addresses."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - UNSPOKEN):
            if rule.endpoint == ACT:
                for slug in deeds.BY_SLUG:
                    yield _door(app, rule, method, built, slug)
            else:
                yield _door(app, rule, method, built)


def _door(app: Flask, rule: Rule, method: str, built: Built, slug: str = "") -> Door:
    values = {name: _value(built.values, rule, name) for name in rule.arguments}
    if slug:
        values["slug"] = slug
    adapter = app.url_map.bind("localhost")
    path = adapter.build(rule.endpoint, values, method=method)
    unknown = values | ({"reference": UNKNOWN} if "reference" in values else {})
    return Door(
        rule.endpoint, method, path, adapter.build(rule.endpoint, unknown, method=method), slug
    )


def _value(values: dict[str, Any], rule: Rule, name: str) -> Any:
    """Return what stands in a place of an address: of several words the first one."""
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    found = values.get(name, 1)
    return found.get(rule.endpoint, "labour") if isinstance(found, dict) else found


def browser(app: Flask, visitor: Visitor) -> FlaskClient:
    client = FlaskClient(app, app.response_class, use_cookies=True)
    for name, value in visitor.cookies.items():
        client.set_cookie(name, value)
    return client


def refused(door: Door, visitor: Visitor, response: TestResponse) -> str:
    """Return in which way somebody was refused, nothing where they were let in."""
    if response.status_code == NOT_FOUND:
        return "not found"
    where = response.location or ""
    if where.startswith("/staff/sign-in"):
        return "sign in"
    # Who is half signed in is led on from one second step to another, and to it from elsewhere.
    if where.startswith("/staff/second-step") and visitor.relation == HALF:
        return "" if door.endpoint in SECOND_STEPS else "sign in"
    return "code" if where == "/en/case" else ""


def plain(response: TestResponse) -> str:
    return _TOKEN.sub(r"\1", response.text)


def looks_elsewhere(door: Door, visitor: Visitor) -> str:
    """Return how somebody who is not let in has to be refused."""
    if door.endpoint.startswith("public."):
        return "code"
    return "not found" if matrix_table.GROUPS["signed in"](visitor) else "sign in"


def test_every_door_has_a_row_and_every_row_a_door(house: tuple[Flask, Built, Snapshot]) -> None:
    app, *_ = house
    undeclared = [e for e, view in app.view_functions.items() if declared(view) is None]
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {ACT}
    unwritten = sorted(endpoints - set(matrix_table.EXPECTED))
    slugs = sorted(set(deeds.BY_SLUG) ^ set(matrix_table.FORMS))
    assert (undeclared, unwritten, slugs) == ([], [], []), "see tests/house/matrix_table.py"


def test_everybody_opens_what_the_table_says_and_nothing_else(
    house: tuple[Flask, Built, Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    app, built, snapshot = house
    wrong: list[str] = []
    count = 0
    known = [d for d in doors(app, built) if d.slug or d.endpoint in matrix_table.EXPECTED]
    known = [d for d in known if not d.slug or d.slug in matrix_table.FORMS]
    for visitor in built.visitors:
        missing = plain(browser(app, visitor).get(f"/staff/cases/{UNKNOWN}"))
        for door in known:
            if not WHOLE and not _walked(door, visitor):
                continue
            client = browser(app, visitor)
            response = client.open(door.path, method=door.method)
            count += 1
            wrong += _compared(door, visitor, response, missing)
            snapshot.restore()
    with capsys.disabled():
        sys.stdout.write(
            f"\nmatrix: {count} combinations, {len(known)} doors, {len(built.visitors)} people, "
            f"{len(wrong)} wrong\n"
        )
    assert not wrong, "\n".join(wrong)


def _walked(door: Door, visitor: Visitor) -> bool:
    return matrix_table.stands_for_others(
        visitor, door.endpoint, deed=bool(door.slug), about_case=door.about_case
    )


def _compared(door: Door, visitor: Visitor, response: TestResponse, missing: str) -> list[str]:
    found = refused(door, visitor, response)
    if door.endpoint in matrix_table.EXPECTED and (
        matrix_table.EXPECTED[door.endpoint] is matrix_table.GROUPS["everybody"]
    ):
        fault = response.status_code >= FAULT and door.endpoint not in SAYS_UNREADY
        return [f"{door.name}: {visitor}: a fault"] if fault else []
    want = "" if door.lets_in(visitor) else looks_elsewhere(door, visitor)
    if found != want:
        status = f"{response.status_code} {response.location or ''}"
        return [f"{door.name}: {visitor}: {found or 'in'}, not {want or 'in'} ({status})"]
    if response.status_code >= FAULT and door.endpoint not in WITHOUT_BYTES:
        return [f"{door.name}: {visitor}: a fault"]
    if want == "not found" and door.about_case and plain(response) != missing:
        return [f"{door.name}: {visitor}: the answer differs from that of an unknown case"]
    return []
