from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.db import db
from casework.domain.facts import Role
from casework.models import Draft, Login, Staff
from casework.services import accounts, drafts, logins
from tests import factories
from tests.cli.conftest import Run, installed, leave, runner
from tests.factories import BEGINNING


def test_an_administrator_is_invited(run: Run, installation: Flask) -> None:
    result = run("create-admin", "Admin@Desk.example", "A Person")
    assert result.exit_code == 0
    said, link = result.stdout.splitlines()
    assert said == "Open this link within 7 days to choose a password; it works once:"
    assert link.startswith("http://127.0.0.1:8000/staff/invitation/")
    with installation.app_context():
        staff = accounts.invited(db.session(), BEGINNING, link.rpartition("/")[2])
        assert (staff.email, staff.name, staff.role) == (
            "admin@desk.example",
            "A Person",
            "administrator",
        )


def test_the_link_carries_the_address_of_the_installation(prepared: Path, keys: str) -> None:
    app = installed(prepared, keys, CASEWORK_ADDRESS="https://help.example")
    result = runner(app)("create-admin", "other@desk.example", "Other")
    assert result.stdout.splitlines()[1].startswith("https://help.example/staff/invitation/")
    with app.app_context(), Session(db.engine) as session:
        session.delete(session.scalars(select(Staff)).one())
        session.commit()
    leave(app)


def test_an_address_that_is_none_or_taken_is_refused(run: Run) -> None:
    wrong = run("create-admin", "nobody", "A Person")
    assert (wrong.exit_code, wrong.output) == (2, "nobody is no e-mail address.\n")
    run("create-admin", "a@desk.example", "A Person")
    again = run("create-admin", "a@desk.example", "A Person")
    assert (again.exit_code, again.output) == (
        2,
        "There is an account with the address a@desk.example already.\n",
    )


def test_what_has_run_out_is_deleted(run: Run, installation: Flask) -> None:
    with installation.app_context(), Session(db.engine) as session:
        drafts.begin(session, BEGINNING, "km")
        drafts.begin(session, BEGINNING - timedelta(days=400), "km")
        staff = factories.staff(session, Role.ADMINISTRATOR)
        logins.begin_for_staff(session, BEGINNING, staff, factor=True)
        logins.begin_for_staff(session, BEGINNING - timedelta(days=2), staff, factor=True)
        session.commit()
    result = run("purge")
    assert (result.exit_code, result.stdout) == (0, "Deleted: 1 drafts, 1 sessions.\n")
    with installation.app_context():
        assert db.session.scalar(select(func.count(Draft.id))) == 1
        assert db.session.scalar(select(func.count(Login.id))) == 1
