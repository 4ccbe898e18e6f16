from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.db import db
from casework.domain.facts import Role
from casework.models import Event, Login, Staff
from casework.services import logins
from casework.web.clock import now
from tests import factories
from tests.cli.conftest import Run


@pytest.fixture
def three(installation: Flask) -> Iterator[None]:
    """Two people, one of whom is signed in at two places."""
    with installation.app_context(), Session(db.engine) as session:
        for number in (1, 2):
            staff = factories.staff(session, Role.ANALYST, email=f"p{number}@desk.example")
            for _ in range(number):
                logins.begin_for_staff(session, now(), staff, factor=True)
        session.commit()
    yield
    with installation.app_context(), Session(db.engine) as session:
        session.execute(delete(Login))
        session.execute(delete(Staff))
        session.commit()


def left(installation: Flask) -> list[str]:
    with installation.app_context(), Session(db.engine) as session:
        return sorted(session.scalars(select(Staff.email).join(Login, Login.staff_id == Staff.id)))


@pytest.mark.usefixtures("three")
def test_sessions_of_one_and_of_everybody_are_ended(run: Run, installation: Flask) -> None:
    one = run("sessions", "end", "P2@Desk.example")
    assert (one.exit_code, one.stdout) == (0, "Sessions ended: 2.\n")
    assert left(installation) == ["p1@desk.example"]
    assert run("sessions", "end", "--all").stdout == "Sessions ended: 1.\n"
    assert left(installation) == []
    with installation.app_context(), Session(db.engine) as session:
        lines = session.scalars(select(Event).where(Event.action == "account:signed-out")).all()
        assert len(lines) == 3


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name one e-mail address, or say --all.\n"),
        (("p1@desk.example", "--all"), "Name one e-mail address, or say --all.\n"),
        (("p3@desk.example",), "There is no account with the address p3@desk.example.\n"),
    ],
)
def test_whose_sessions_has_to_be_said(
    run: Run, installation: Flask, arguments: tuple[str, ...], said: str
) -> None:
    result = run("sessions", "end", *arguments)
    assert (result.exit_code, result.stderr) == (2, said)
    assert len(left(installation)) == 3
