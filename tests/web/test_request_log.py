"""A log in which nobody can be found."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import logs
from casework.domain.facts import Role
from tests import factories
from tests.factories import World
from tests.pages import CheckedClient

CODE = "1234 5678 9012 3456 7890"
NAME = "Sokha Chan"
ADDRESS = "203.0.113.77"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that the process logs, as lines of JSON."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure(json=True, stream=stream)
    yield stream
    logs.configure(json=False)
    root.handlers[:] = before
    root.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_told_by_its_rule(client: CheckedClient, written: io.StringIO) -> None:
    client.get("/?name=Sokha", environ_base={"REMOTE_ADDR": ADDRESS})
    client.get(f"/nowhere/{NAME}")
    home, nowhere = lines(written)
    assert home["route"] == "/"
    assert (home["method"], home["status"], home["message"]) == ("GET", 200, "request")
    assert isinstance(home["ms"], float)
    assert home["request_id"] != nowhere["request_id"]
    assert (nowhere["route"], nowhere["status"]) == ("", 404)
    assert set(home) == {
        *("time", "level", "logger", "message", "method"),
        *("route", "request_id", "status", "ms"),
    }


def test_nobody_can_be_found_in_the_log(
    app: Flask, client: CheckedClient, session: Session, clock: object, written: io.StringIO
) -> None:
    factories.small_directory(session)
    case = World(session, factories.BEGINNING).file()
    worker = factories.staff(session, Role.CASEWORKER, case.desk_office_id, name=NAME)
    reference = case.reference
    client.enter(session, worker)
    here = {"REMOTE_ADDR": ADDRESS}
    assert client.get(f"/staff/cases/{reference}", environ_base=here).status_code == 200
    client.submit("/en/track", {"code": CODE}, page="/en/")
    client.get(f"/en/?code={CODE}&name={NAME}", headers={"User-Agent": NAME}, environ_base=here)
    session.rollback()
    session.execute(text("ALTER TABLE clock RENAME TO elsewhere"))
    session.commit()
    client.faults, app.testing = True, False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        broken = client.get(f"/staff/cases/{reference}", environ_base=here)
    finally:
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, None
        session.execute(text("ALTER TABLE elsewhere RENAME TO clock"))
        session.commit()
    assert broken.status_code == 500
    said = written.getvalue()
    (fault,) = [line for line in lines(written) if line["level"] == "ERROR"]
    assert "at GET staff.case: " in str(fault["message"])
    assert "Error in " in str(fault["message"])
    for word in (CODE, "1234", NAME, "Sokha", reference, ADDRESS, "no such table"):
        assert word not in said


@pytest.mark.parametrize("json_lines", [True, False])
def test_the_words_of_an_error_are_never_written(written: io.StringIO, *, json_lines: bool) -> None:
    logs.configure(json=json_lines, stream=written)
    try:
        raise ValueError(NAME)  # noqa: TRY301 - it is what is logged.
    except ValueError:
        logging.getLogger("some.library").exception("It failed.")
    said = written.getvalue()
    assert "It failed." in said
    assert "ValueError" in said
    assert "test_request_log.py" in said
    assert NAME not in said
    assert logs.way_of(None) == ""


def test_plain_text_tells_of_no_request(client: CheckedClient, written: io.StringIO) -> None:
    logs.configure(json=False, stream=written)
    client.get("/")
    assert written.getvalue() == ""
